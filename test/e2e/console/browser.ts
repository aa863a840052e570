// Debian's Chromium driven over its own protocol, for the tests of the console: pages that remember whatever went
// wrong in them, screenshots as build output, and axe on what is shown.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";

const PLACES = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** The browser of this machine; undefined where there is none, and these tests are skipped. */
export const CHROMIUM = PLACES.find((place) => place && existsSync(place));
/** Why these tests skip, for their title. */
export const browserNote = CHROMIUM ? "" : " (skipped: no Chromium; scripts/install-debian.sh installs it)";

const SCREENS = resolve(import.meta.dirname, "../../../test-results/screens");
const axe_source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 360, height: 740 };

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM!, args: ["--no-sandbox", "--disable-gpu"] });

/** A page, and what its reader must never see: errors, refusals of the policy, requests to elsewhere. */
export interface Watched {
  readonly origin: string;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly wrongs: string[];
}

/** Runs in each page before its own scripts: refusals of the policy, and whatever strings of attacks would call. */
const REPORTING = `
document.addEventListener("securitypolicyviolation", (event) =>
  reportWrong("policy: " + event.violatedDirective + " " + event.blockedURI + " " + event.sample));
for (const name of ["alert", "confirm", "prompt"]) globalThis[name] = () => reportWrong("ran " + name);
`;

/** Each open page, and what it was last refused. */
export const open_pages = new Map<Page, string[]>();
const REFUSALS_KEPT = 5;

/** Opens a page of its own, with a session and a storage of its own. */
export async function openPage(browser: Browser, origin: string, { size = WIDE } = {}): Promise<Watched> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: size,
    colorScheme: "light",
    reducedMotion: "reduce",
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const wrongs: string[] = [];
  await context.exposeFunction("reportWrong", (text: string) => wrongs.push(text));
  await context.addInitScript({ content: REPORTING });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000); // on a busy machine hundreds of long strings take their time
  page.on("pageerror", (error) => wrongs.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(origin)) wrongs.push(`elsewhere: ${request.url()}`);
  });
  const refusals: string[] = [];
  const refused = (what: string) =>
    refusals.splice(0, refusals.length, ...refusals.slice(1 - REFUSALS_KEPT), what);
  page.on("response", (answer) => answer.ok() || refused(`${answer.status()} ${answer.url()}`));
  page.on("requestfailed", (request) => refused(`${request.failure()?.errorText} ${request.url()}`));
  page.on("close", () => open_pages.delete(page));
  open_pages.set(page, refusals);
  return { origin, page, context, wrongs };
}

const debuggers = new WeakMap<Page, Promise<CDPSession>>();
const debuggerOf = (page: Page): Promise<CDPSession> => {
  const known = debuggers.get(page) ?? page.context().newCDPSession(page);
  debuggers.set(page, known);
  return known;
};

/** Keeps what is shown as test-results/screens/<name>.png, the whole page: quickly, at the price of larger files. */
export async function keepScreen(page: Page, name: string): Promise<void> {
  const chromium = await debuggerOf(page);
  const { cssContentSize, cssVisualViewport } = await chromium.send("Page.getLayoutMetrics");
  // What covers the screen moves with it: then no more is shown than what is in sight.
  const is_covered =
    await page.evaluate<boolean>(`[...document.querySelectorAll("dialog[open], .panel")].some(
    (element) => getComputedStyle(element).position === "fixed")`);
  const { clientWidth: width, clientHeight: height } = cssVisualViewport;
  const area = is_covered ? { x: 0, y: 0, width, height } : cssContentSize;
  const { data } = await chromium.send("Page.captureScreenshot", {
    ...{ format: "png", captureBeyondViewport: true, optimizeForSpeed: true },
    clip: { ...area, scale: 1 },
  });
  mkdirSync(SCREENS, { recursive: true });
  writeFileSync(join(SCREENS, `${name}.png`), data, "base64");
}

/** What axe finds: one line for each place, none where all is well. */
export async function axeFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe_source);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => id + ": " + target.join(" ") + " " + failureSummary.split("\\n")[1])))`);
}
