// Names made of attacks, on every screen: nothing of them runs, the policy refuses nothing, nothing is asked of elsewhere.
// Each free text of each answer is a string of the corpora, the refused ones included. A sample of them here;
// `npm run hostile-names` takes them all.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCorpusLines } from "../../unit/corpora.ts";
import { WIDE_RATE_LIMITS } from "../people.ts";
import { type Server, startServer } from "../server.ts";
import { browserNote, CHROMIUM, launch } from "./browser.ts";
import { HostileAnswers } from "./hostile-answers.ts";
import "./on-failure.ts";
import { Visit } from "./visit.ts";

/** Small cases of our own, which always run. */
const OWN = [
  "<script>alert(1)</script>",
  `"><img src=x onerror=alert(1)>`,
  "<svg onload=alert(1)>",
  "javascript:alert(1)",
  `'-alert(1)-'`,
  "{{constructor.constructor('alert(1)')()}}",
  "{{/nothing}}",
  "__proto__",
  "\u202e\u0000\ud83d\ufffe",
];
const ALL = process.env.HOSTILE_NAMES === "all";
const SAMPLE = 130;
/** Strings that come to a screen at once. */
const BATCH = ALL ? 250 : 150;

/** Screens with a row or a drawing for each; on others every text is all of them. */
const LISTS =
  /^#\/(?:projects|work|people|workers|webhooks|integrations|audit|projects\/\w+\/(?:board|list|graph|timeline|members))$/;

/** Of the corpora, each string once; spread evenly where it is a sample. */
function strings(): string[] {
  const rows = [
    ...["injection/attacks.public.jsonl", "unicode/naughty_strings.jsonl", "csv/csv_injection.jsonl"],
    ...["injection/benign.public.jsonl", "prompt-injection/prompt_injection.public.jsonl"],
  ].flatMap((path) => readCorpusLines(path) as { text?: string; cell?: string }[]);
  const texts = [...new Set(rows.map(({ text, cell }) => text ?? cell ?? ""))].filter((text) => text !== "");
  const step = ALL ? 1 : Math.max(1, Math.ceil(texts.length / SAMPLE));
  return [...OWN, ...texts.filter((_, at) => at % step === 0)];
}

describe.skipIf(!CHROMIUM)(`names made of attacks${browserNote}`, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visit;
  let screens: string[];

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } }),
      launch(),
    ]);
    ada = await Visit.open(browser, server);
    await ada.becomeAdmin(server);
    screens = await furnish(ada);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test(
    "are only text, on every screen",
    async () => {
      const { page } = ada;
      const answers = new HostileAnswers();
      answers.join(["-"]);
      await answers.install(page);
      const texts = strings();
      const unseen: string[] = [];
      for (let from = 0; from < texts.length; from += BATCH) {
        const batch = texts.slice(from, from + BATCH);
        for (const screen of screens) {
          if (LISTS.test(screen)) answers.spread(batch, batch.length);
          else answers.join(batch);
          await visit(ada, screen).catch((error: unknown) => {
            throw new Error(`${screen}, strings from ${from}: ${ada.watched.wrongs.join("; ")}`, {
              cause: error,
            });
          });
          if (LISTS.test(screen)) {
            await expect
              .poll(() => answers.given, { timeout: 30_000, message: screen })
              .toBeGreaterThanOrEqual(batch.length);
            await ada.settled();
          }
          const found = await page.evaluate<{ shown: number; live: string[] }>(LOOK(batch));
          if (found.shown === 0) unseen.push(screen);
          expect(found.live, `${screen}, strings from ${from}`).toEqual([]);
          expect(ada.watched.wrongs, `${screen}, strings from ${from}`).toEqual([]);
        }
      }
      expect(unseen.filter((screen) => !/^#\/(?:trials|usage|settings)$/.test(screen))).toEqual([]);
    },
    ALL ? 3_600_000 : 120_000,
  );
});

/** Leaves whatever was shown, so that the next screen reads its answers anew. */
async function visit(ada: Visit, screen: string): Promise<void> {
  const { page } = ada;
  await page.evaluate("location.hash = '#/nowhere'");
  await page.getByText("There is nothing at this address").waitFor();
  await page.evaluate(`location.hash = ${JSON.stringify(screen)}`);
  await page.locator("main h1").waitFor();
  await ada.settled();
}

/** How many of the strings are to be seen, and whatever on the page is of a kind that this console never makes. */
const LOOK = (batch: readonly string[]): string => `(() => {
  const text = document.querySelector("main").textContent;
  const odd = [...document.querySelectorAll("script:not([src]), iframe, img, object, embed, base, form[action], style, meta[http-equiv]")];
  const links = [...document.body.querySelectorAll("[href], [src]")].filter((element) =>
    !/^(#|\\/)/.test(element.getAttribute("href") ?? element.getAttribute("src")));
  const handlers = [...document.querySelectorAll("*")].filter((element) =>
    element.getAttributeNames().some((name) => name.startsWith("on")));
  return {
    shown: ${JSON.stringify(batch)}.filter((each) => text.includes(each)).length,
    live: [...odd, ...links, ...handlers].map((element) => element.outerHTML.slice(0, 200)),
  };
})()`;

/** One of everything that has a screen of its own. Answers the screens. */
async function furnish({ page }: Visit): Promise<string[]> {
  const made = await page.evaluate<Record<string, string>>(`(async () => {
    const send = async (method, path, body) => {
      const answer = await fetch("/v1" + path, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
      if (!answer.ok) throw new Error(path + ": " + answer.status + " " + await answer.text());
      return answer.status === 204 ? null : answer.json();
    };
    const post = (path, body) => send("POST", path, body);
    const { user } = await send("GET", "/session");
    const { project } = await post("/projects", { name: "Names", description: "An online shop." });
    const at = "/projects/" + project.id;
    const estimate = { optimistic: 1, likely: 2, pessimistic: 40 };
    const skills = ["painting"];
    const { task: first } = await post(at + "/tasks", { title: "First", skills, estimate, labels: ["one"], description: "It is so." });
    const { task } = await post(at + "/tasks", { title: "Second", skills, estimate, depends_on: [first.id], due_at: "2020-01-01T00:00:00Z" });
    await post(at + "/tasks/" + first.id + "/comments", { text: "Said." });
    await post(at + "/tasks/" + first.id + "/assign", { user_id: user.id });
    await post(at + "/ai/breakdown", { description: "Online shop with product catalogue and shopping cart." });
    const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    const { kty, crv, x } = await crypto.subtle.exportKey("jwk", pair.publicKey);
    const { worker } = await post("/workers", { name: "painter", skills: [{ name: "painting", level: 3 }], capacity: 2, public_jwk: { kty, crv, x } });
    await send("PUT", at + "/members/" + worker.id, { role: "editor" });
    const { webhook } = await post("/webhooks", { url: "http://127.0.0.1:9/hook", description: "Chat", project_id: project.id });
    await post("/webhooks/" + webhook.id + "/test", {});
    const { integration } = await post("/integrations", { project_id: project.id, name: "Issues", kind: "github" });
    await post("/tokens", { name: "script", permissions: ["project:list"] });
    await post("/workspaces", { name: "elsewhere" });
    await send("POST", "/invitations", { roles: ["USER"] }).catch(() => null);
    let event;
    // Not as fast as it goes: the coarse limit counts with all the rest.
    for (; !event; await new Promise((settle) => setTimeout(settle, 200)))
      event = (await send("GET", "/audit/events?limit=5")).events[0];
    return { project: project.id, task: first.id, worker: worker.id, webhook: webhook.id, integration: integration.id, event: event.id, user: user.id };
  })()`);
  const views = ["board", "list", "graph", "timeline", "plan", "insight", "members", "settings"];
  return [
    ...["#/projects", "#/work", "#/people", "#/workers", "#/webhooks", "#/integrations", "#/audit"],
    ...["#/trials", "#/usage", "#/settings", "#/account"],
    ...views.map((view) => `#/projects/${made.project}/${view}`),
    `#/projects/${made.project}/board?task=${made.task}`,
    ...[`#/people/${made.user}`, `#/workers/${made.worker}`, `#/webhooks/${made.webhook}`],
    ...[`#/integrations/${made.integration}`, `#/audit/${made.event}`],
  ];
}
