// The console for those who run a workspace: people, the audit log with its proofs, the security tests, settings.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WIDE_RATE_LIMITS } from "../people.ts";
import { type Server, startServer } from "../server.ts";
import { browserNote, CHROMIUM, launch } from "./browser.ts";
import "./on-failure.ts";
import { PASSWORD, Visit } from "./visit.ts";

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

  test("a user or worker whose name is an attack is refused, and the refusal says where", async () => {
    await ada.go("#/workers", "Workers");
    await ada.page.getByRole("button", { name: "Register a worker" }).first().click();
    await ada.fill("Name", "<script>alert(1)</script>");
    await ada.press("Register it");
    await ada.page.getByRole("alert").getByText("name").first().waitFor();
    await ada.press("Cancel");
  });

  test("nothing went wrong on the way, and axe finds nothing", () => {
    expect(ada.watched.wrongs).toEqual([]);
    expect(ada.findings).toEqual([]);
  });
});
