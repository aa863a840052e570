// The console for those who let programs in: workers and what they are given, webhooks, integrations, the use of models.
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WIDE_RATE_LIMITS } from "../people.ts";
import { type Server, startServer } from "../server.ts";
import { browserNote, CHROMIUM, launch } from "./browser.ts";
import "./on-failure.ts";
import { Visit } from "./visit.ts";

const DAY_MS = 86_400_000;
/** Longer than from the first call of a model until its use is looked at. */
const COUNTED_MS = 60_000;

/** What is used is counted by days of UTC: where this one is about to end, the next begins first. */
async function onOneDay(): Promise<void> {
  const left_ms = DAY_MS - (Date.now() % DAY_MS);
  if (left_ms < COUNTED_MS) await wait(left_ms);
}

describe.skipIf(!CHROMIUM)(`programs in a workspace${browserNote}`, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visit;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS, AI_COOL_DOWN_SECONDS: "0" } }),
      launch(),
    ]);
    ada = await Visit.open(browser, server);
    await ada.becomeAdmin(server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const said = (text: string) => ada.page.getByRole("status").getByText(text).first().waitFor();

  test("a worker is registered with a key that is made in the browser", async () => {
    await ada.go("#/workers", "Workers");
    await ada.settled();
    await ada.look("workers-none");
    await ada.page.getByRole("button", { name: "Register a worker" }).first().click();
    await ada.fill("Name", "translator-1");
    const skills = ada.page.getByLabel("Skills, with levels from 1 to 5");
    await skills.fill("translation 4, Writing letters");
    await ada.press("Register it");
    await ada.page
      .getByRole("alert")
      .getByText("Skills, with levels from 1 to 5: expected a lower-case skill")
      .waitFor();
    await expect.poll(() => skills.getAttribute("aria-invalid")).toBe("true");
    await skills.fill("translation 4, writing");
    await ada.press("Register it");
    await ada.page.getByText("Key id").waitFor();
    await ada.press("Done");
    await ada.page.getByRole("link", { name: "translator-1" }).click();
    await ada.heading("translator-1");
    await ada.settled();
    await ada.look("worker");
    await ada.go("#/workers", "Workers");
    await ada.press("Register a worker");
    await ada.fill("Name", "painter-1");
    await ada.press("Register it");
    await ada.page.getByText("Key id").waitFor();
    await ada.press("Done");
    await ada.look("workers");
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
    // The endpoint has heard it before the answer is written down.
    const isDelivered = async () => {
      await ada.press("Look again");
      return page.getByRole("button", { name: "Send again" }).isVisible();
    };
    await expect.poll(isDelivered, { timeout: 10_000 }).toBe(true);
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

  test("whom to give a task is ranked with reasons, and given by a press that can be taken back", async () => {
    const { page } = ada;
    await ada.go("#/projects", "Projects");
    await page.getByRole("button", { name: "New project" }).first().click();
    await ada.fill("Name", "Operations");
    await ada.press("Begin it");
    await ada.heading("Operations");
    await page.getByRole("button", { name: "New task" }).first().click();
    await ada.fill("Title", "Translate the manual");
    await ada.fill("Skills it asks for", "translation");
    await ada.press("Add it");
    await onOneDay();
    await ada.press("Rank the workers");
    await page.getByText("No worker is a member of this project.").waitFor();
    await page.getByRole("link", { name: "Add one" }).click();
    for (const name of ["translator-1", "painter-1"]) {
      await ada.press("Add a member");
      await page.getByLabel("Who").selectOption({ label: `${name} (worker)` });
      await ada.press("Add");
      await said(`${name} is a member now.`);
    }
    await page.getByRole("link", { name: "Insight" }).click();
    await ada.press("Rank the workers");
    await page.getByText("translation: level 4 of 5").waitFor();
    await page.getByText("painter-1: it lacks translation").waitFor();
    await ada.look("assignees");
    await ada.press("Assign translator-1");
    await said("Assigned to translator-1.");
    await page.locator(".assignees").getByText("Assigned", { exact: true }).waitFor();
    await ada.press("Undo");
    await page.getByRole("button", { name: "Assign translator-1" }).waitFor();
  });

  test("the use of models shows what is left of the day", async () => {
    await ada.go("#/usage", "AI usage");
    await ada.page.getByText("2 of 10", { exact: true }).waitFor();
    await ada.page.getByRole("heading", { name: "The whole workspace" }).waitFor();
    await ada.look("usage");
  });

  test("another system is let in; what failed is tried again under better rules; it is put out", async () => {
    const { page } = ada;
    await ada.go("#/integrations", "Integrations");
    await ada.look("integrations-none");
    await page.getByRole("button", { name: "New integration" }).first().click();
    await ada.fill("Name", "Alerts");
    await page.getByLabel("Who sends").selectOption({ label: "Standard Webhooks" });
    await ada.fill("Field that says what happened", "alert.state");
    await ada.fill("Value that makes a task", "firing");
    await ada.fill("Value that completes it, optional", "resolved");
    await ada.fill("Field with its id", "alert.id");
    await ada.fill("Field with its title", "alert.title");
    await ada.look("new-integration");
    await ada.press("Let it in");
    await page.getByText("It is shown this once.").waitFor();
    const [address, secret] = await page.locator("dialog .copyable code").allTextContents();
    await ada.press("Done");
    await ada.settled();
    await ada.look("integrations");

    const send = async (id: string, alert: object) => {
      const payload = JSON.stringify({ alert });
      const now = new Date();
      const headers = {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
        "webhook-signature": new Webhook(secret!).sign(id, now, payload),
      };
      const answer = await fetch(address!, { method: "POST", headers, body: payload });
      return ((await answer.json()) as { delivery: { status: string } }).delivery.status;
    };
    expect(await send("one", { id: "a1", state: "firing", title: "Disk full" })).toBe("applied");
    expect(await send("two", { id: "a2", state: "firing" })).toBe("failed");

    await page.getByRole("link", { name: "Alerts" }).click();
    await ada.heading("Alerts");
    await page.getByText("In rule 1, “An event becomes a task”, action 1, title").waitFor();
    await page.getByText("What came").click();
    await ada.look("integration");
    await ada.press("Change the rules");
    const rules = page.getByLabel("The mapping, as JSON");
    await rules.fill("{");
    await page.getByText("This is not JSON yet").waitFor();
    await rules.press("Escape");
    await ada.press("Change the rules");
    await rules.fill((await rules.inputValue()).replace("{{/alert/title}}", "Alert {{/alert/id}}"));
    await ada.look("integration-rules");
    await ada.press("Save");
    await said("The rules are changed.");
    await ada.press("Try again");
    await said("It has had its effect now.");
    await page.getByText("Nothing: every delivery had its effect").waitFor();

    await page.getByRole("button", { name: "Make a new one" }).click();
    await page
      .getByLabel("The present one holds on")
      .selectOption({ label: "Not at all: it may be known to others" });
    await ada.press("Make it");
    await page.getByText("It is shown this once.").waitFor();
    await ada.press("Done");
    await ada.press("Suspend it");
    await said("Suspended: what it sends is refused.");
    await ada.press("Delete it");
    await page.getByRole("dialog").getByRole("button", { name: "Delete it" }).click();
    await said('"Alerts" is deleted.');
    await ada.go("#/projects", "Projects");
    await page.getByRole("link", { name: "Operations" }).first().click();
    await page.getByText("Alert a2").waitFor();
  });

  test("nothing went wrong on the way, and axe finds nothing", () => {
    expect(ada.watched.wrongs).toEqual([]);
    expect(ada.findings).toEqual([]);
  });
});
