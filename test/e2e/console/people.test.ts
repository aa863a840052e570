// The console for those who run a workspace: people, workers, the audit log with its proofs, the security tests. And
// names made of attacks, through every screen.
import { once } from "node:events";
import { createServer } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCorpusLines } from "../../unit/corpora.ts";
import { WIDE_RATE_LIMITS } from "../people.ts";
import { type Server, startServer } from "../server.ts";
import { browserNote, CHROMIUM, launch } from "./browser.ts";
import { PASSWORD, Visit } from "./visit.ts";

/** Small cases of our own, which always run. */
const ATTACKS = [
  "<script>alert(1)</script>",
  `"><img src=x onerror=alert(1)>`,
  "<svg onload=alert(1)>",
  "javascript:alert(1)",
  `'-alert(1)-'`,
  "{{constructor.constructor('alert(1)')()}}",
];
const CORPUS_TAKEN = 150;

/** Spread evenly over the strings of the corpus that a title can hold. */
function attacks(): string[] {
  const rows = readCorpusLines("injection/attacks.public.jsonl") as { text: string; label: string }[];
  const texts = rows
    .filter(({ label, text }) => label === "xss" && text.length <= 200)
    .map(({ text }) => text);
  const step = Math.max(1, Math.floor(texts.length / CORPUS_TAKEN));
  return [...ATTACKS, ...texts.filter((_, at) => at % step === 0)];
}

describe.skipIf(!CHROMIUM)(`running a workspace${browserNote}`, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visit;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } }),
      launch(),
    ]);
    ada = await Visit.open(browser, server);
    await ada.becomeAdmin(server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test("somebody is invited, registers with the link, and is given a role", async () => {
    await ada.go("#/people", "People");
    await ada.look("people");
    await ada.press("Invite");
    await ada.look("invite");
    await ada.press("Make the link");
    const link = await ada.page.locator(".copyable code").textContent();
    await ada.press("Done");

    const bob = await Visit.open(browser, server);
    await bob.go(link!.slice(link!.indexOf("#")), "Create an account");
    expect(bob.page.url()).not.toContain("invitation=");
    await bob.fill("Username", "bob");
    await bob.page.getByLabel("Password").fill(PASSWORD);
    await bob.press("Continue");
    await bob.enrol("Finish and sign in");
    await bob.heading("Projects");
    expect(await bob.page.getByRole("link", { name: "People" }).count()).toBe(0);

    await ada.page.reload();
    await ada.page.getByRole("link", { name: "bob", exact: true }).click();
    await ada.heading("bob");
    await ada.settled();
    await ada.look("person");
    await ada.press("Change roles");
    await ada.page.getByLabel("Auditor").check();
    await ada.press("Set the roles");
    await ada.page.getByRole("status").getByText("bob's roles are changed.").waitFor();
    await bob.go("#/account", "Sign in");
    await bob.page.getByText("Your session has ended").or(bob.page.getByText("Shared work")).waitFor();
    expect(bob.watched.wrongs).toEqual([]);
    await bob.watched.context.close();
  });

  test("a worker is registered with a key that is made in the browser", async () => {
    await ada.go("#/workers", "Workers");
    await ada.settled();
    await ada.look("workers-none");
    await ada.page.getByRole("button", { name: "Register a worker" }).first().click();
    await ada.fill("Name", "translator-1");
    await ada.fill("Skills, with levels from 1 to 5", "translation 4, writing");
    await ada.press("Register it");
    await ada.page.getByText("Key id").waitFor();
    await ada.press("Done");
    await ada.page.getByRole("link", { name: "translator-1" }).click();
    await ada.heading("translator-1");
    await ada.settled();
    await ada.look("worker");
  });

  test("the security tests fail as they must, and each refusal is in the log, verified in the browser", async () => {
    const { page } = ada;
    await ada.go("#/trials", "Security tests");
    await page.getByLabel("Password").fill(PASSWORD);
    await ada.fill("Code", ada.backup_codes.pop()!);
    await ada.press("Run the tests");
    await page.getByRole("link", { name: "Its audit event" }).nth(1).waitFor();
    expect(await page.getByText("Refused:").count()).toBe(3);
    await ada.look("trials");
    await page.getByRole("link", { name: "Its audit event" }).last().click();
    await ada.heading("Audit log");
    await ada.press("Verify");
    await page.getByText("Verified: it is in the log.").waitFor();
    await page.getByLabel("Decision").selectOption("deny");
    await page.getByRole("link", { name: "Replay refused" }).click();
    await page.getByRole("heading", { name: "Replay refused" }).waitFor();
    await ada.press("Verify");
    await page.getByText("that this browser saw before").waitFor();
    await ada.look("event");
    await page.keyboard.press("Escape");
    await ada.press("Clear");
    await ada.settled();
    await ada.look("audit");
  });

  test("a webhook hears of a test, and what was sent can be looked into and sent again", async () => {
    const { page } = ada;
    const heard: string[] = [];
    const endpoint = createServer((request, answer) => {
      heard.push(String(request.headers["webhook-id"]));
      answer.end("thanks");
    }).listen(0, "127.0.0.1");
    await once(endpoint, "listening");
    const { port } = endpoint.address() as { port: number };
    await ada.go("#/webhooks", "Webhooks");
    await ada.settled();
    await ada.look("webhooks-none");
    await page.getByRole("button", { name: "New webhook" }).first().click();
    await ada.fill("Address", `http://127.0.0.1:${port}/hook`);
    await ada.fill("What it is for, optional", "Our chat");
    await ada.look("new-webhook");
    await ada.press("Set it up");
    await page.getByText("The signing secret").waitFor();
    await ada.press("Done");
    await page.getByRole("link", { name: "Our chat" }).click();
    await ada.heading("Our chat");
    await ada.press("Send a test");
    await page.getByText("Webhook test").waitFor();
    await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(1);
    await ada.press("Look again");
    await ada.press("Send again");
    await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(2);
    expect(heard[0]).toBe(heard[1]);
    await ada.look("webhook");
    await ada.press("Webhook test");
    await page.getByText("Attempt 1: answered 200").waitFor();
    await ada.look("delivery");
    await page.keyboard.press("Escape");
    endpoint.close();
  });

  test("settings are kept, and a workspace is opened", async () => {
    await ada.go("#/settings", "Settings");
    await ada.page.getByLabel("Let anyone check the log").check();
    await ada.press("Save");
    await ada.page.getByRole("status").getByText("Saved.").waitFor();
    await ada.page.reload();
    await ada.settled();
    expect(await ada.page.getByLabel("Let anyone check the log").isChecked()).toBe(true);
    await ada.press("Open a workspace");
    await ada.fill("Name", "research");
    await ada.press("Open it");
    await ada.page.getByText("Whoever opens this link").waitFor();
    await ada.press("Done");
    await ada.settled();
    await ada.look("workspace-settings");
  });

  test("names made of attacks are only text, on every screen", async () => {
    const { page } = ada;
    // The page itself sends them, as its forms would; what input screening refuses is refused.
    const made = await page.evaluate<{ id: string; tasks: number }>(`(async () => {
      const texts = ${JSON.stringify(attacks())};
      const post = (path, body) => fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      let project;
      for (const name of texts)
        if (!project && name.length <= 120) ({ project } = await (await post("/v1/projects", { name, description: name })).json());
      let tasks = 0;
      for (let at = 0; at < texts.length; at += 25)
        await Promise.all(texts.slice(at, at + 25).map(async (title) => {
          const answer = await post("/v1/projects/" + project.id + "/tasks", { title, description: title + title });
          if (answer.status === 201) tasks += 1;
        }));
      return { id: project.id, tasks };
    })()`);
    expect(made.tasks).toBeGreaterThan(2);
    for (const view of ["board", "list", "timeline", "insight", "members", "settings"]) {
      await page.goto(`/#/projects/${made.id}/${view}`);
      await page.getByText("Live").waitFor();
      await ada.settled();
    }
    await page.goto(`/#/projects/${made.id}/board`);
    await page.locator(".task-card").first().waitFor();
    await ada.look("attacks");
    const accepted = (await page.locator(".task-title").first().textContent())!;
    await page.locator(".task-title").first().click();
    await ada.fill("Say something", accepted);
    await ada.press("Comment");
    await page.locator(".comments .prose").first().waitFor();
    expect(await page.locator(".comments .prose").textContent()).toBe(accepted);
    await ada.go("#/projects", "Projects");
    expect(
      await page.evaluate(
        "document.querySelectorAll('script:not([src]), iframe, img, [onerror], [onload]').length",
      ),
    ).toBe(0);
  });

  test("a user or worker whose name is an attack is refused, and the refusal says where", async () => {
    await ada.go("#/workers", "Workers");
    await ada.page.getByRole("button", { name: "Register a worker" }).first().click();
    await ada.fill("Name", ATTACKS[0]!);
    await ada.press("Register it");
    await ada.page.getByRole("alert").getByText("name").first().waitFor();
    await ada.press("Cancel");
  });

  test("nothing went wrong on the way, and axe finds nothing", () => {
    expect(ada.watched.wrongs).toEqual([]);
    expect(ada.findings).toEqual([]);
  });
});
