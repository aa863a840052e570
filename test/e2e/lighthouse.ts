// `npm run lighthouse`: how the console fares in the browser's own eyes. Lighthouse is fetched when it runs: with all
// that it needs it weighs more than the rest of the tools.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { runTool } from "../../scripts/command-line.ts";
import { CHROMIUM } from "./console/browser.ts";
import { interactiveAfterMs, watchInteractive } from "./console/interactive.ts";
import { Visit } from "./console/visit.ts";
import { freePort, listens, type Server, startServer } from "./server.ts";

const LIGHTHOUSE = "lighthouse@13.5.0";
const SCORE_MIN = 95;
const INTERACTIVE_MS_MAX = 1_000;
const ROUNDS = 5;
const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
const FOLDER = join(import.meta.dirname, "../../test-results/lighthouse");

interface Report {
  readonly categories: Record<string, { readonly score: number | null }>;
  readonly audits: Record<
    string,
    {
      readonly id: string;
      readonly title: string;
      readonly score: number | null;
      readonly displayValue?: string;
    }
  >;
}

class Audit {
  readonly #server: Server;
  readonly #port: number;

  /** The port is that of a browser which listens there for whoever drives it. */
  constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
  }

  async measure(): Promise<boolean> {
    const server = this.#server;
    const good = [await this.#driven((_, page) => speed("sign-in", server.origin, page))];
    const user_agent = await this.#driven((_, page) => page.evaluate<string>("navigator.userAgent"));
    good.push(await this.#view("sign-in", `${server.origin}/`, user_agent));
    await this.#driven((context, page) =>
      new Visit({ origin: server.origin, page, context, wrongs: [] }).becomeAdmin(server),
    );
    const projects = `${server.origin}/#/projects`;
    good.push(await this.#driven((_, page) => speed("projects", projects, page)));
    good.push(await this.#view("projects", projects, user_agent));
    return good.every(Boolean);
  }

  /** Drives the browser for a while, in the profile that Lighthouse sees too. */
  async #driven<Value>(work: (context: BrowserContext, page: Page) => Promise<Value>): Promise<Value> {
    const connected = await chromium.connectOverCDP(`http://127.0.0.1:${this.#port}`);
    const context = connected.contexts()[0]!;
    const page = await context.newPage();
    try {
      return await work(context, page);
    } finally {
      await page.close();
      await connected.close();
    }
  }

  async #view(name: string, address: string, user_agent: string): Promise<boolean> {
    let good = true;
    for (const form of ["phone", "desktop"]) {
      const path = join(FOLDER, `${name}-${form}`);
      const args = [
        ...[
          "exec",
          "--yes",
          LIGHTHOUSE,
          "--",
          address,
          `--port=${this.#port}`,
          "--quiet",
          "--disable-storage-reset",
        ],
        // The session is bound to the browser that began it.
        `--emulated-user-agent=${user_agent}`,
        ...(form === "desktop" ? ["--preset=desktop"] : []),
        ...[`--only-categories=${CATEGORIES.join(",")}`, "--output=json,html", `--output-path=${path}`],
      ];
      await promisify(execFile)("npm", args, { maxBuffer: 64 * 1024 * 1024 });
      const { categories, audits } = JSON.parse(readFileSync(`${path}.report.json`, "utf8")) as Report;
      const scores = CATEGORIES.map((each) => Math.round((categories[each]?.score ?? 0) * 100));
      console.log(`${name}, ${form}: ${CATEGORIES.map((each, at) => `${each} ${scores[at]}`).join(", ")}`);
      for (const { title, score, displayValue = "" } of Object.values(audits))
        if (score !== null && score < 0.9) console.log(`    ${score.toFixed(2)} ${title} ${displayValue}`);
      good &&= scores.every((score) => score >= SCORE_MIN);
    }
    return good;
  }
}

/** The median of several loads, each with an empty cache. */
async function speed(name: string, address: string, page: Page): Promise<boolean> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await watchInteractive(page);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.goto("about:blank");
    times.push(await interactiveAfterMs(page, address));
  }
  const median = times.sort((a, b) => a - b)[ROUNDS >> 1]!;
  console.log(`${name}: interactive after ${Math.round(median)} ms (median of ${ROUNDS}, cold cache)`);
  return median <= INTERACTIVE_MS_MAX;
}

const HELP = `npm run lighthouse

What Lighthouse says of the sign-in and of the first view behind it, as a phone and as a desktop, each from a cold cache,
and when each can be used. Starts a server of its own; reports stay in test-results/lighthouse.

Exit code 1: below ${SCORE_MIN} of 100, or not to be used within ${INTERACTIVE_MS_MAX / 1_000} s. 2: wrong options.`;

await runTool({
  help: HELP,
  options: {},
  async run() {
    if (!CHROMIUM) throw new Error("There is no Chromium here; scripts/install-debian.sh installs it.");
    mkdirSync(FOLDER, { recursive: true });
    const profile = mkdtempSync(join(tmpdir(), "taskward-lighthouse-"));
    const port = await freePort();
    const server = await startServer();
    // A browser that nobody drives while Lighthouse does.
    const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`];
    const browser = spawn(CHROMIUM, [...flags, `--remote-debugging-port=${port}`, "about:blank"], {
      stdio: "ignore",
    });
    try {
      while (!(await listens(port))) await setTimeout(100);
      return (await new Audit(server, port).measure()) ? 0 : 1;
    } finally {
      browser.kill();
      await once(browser, "exit");
      await server.stop();
      rmSync(profile, { recursive: true, force: true });
    }
  },
});
