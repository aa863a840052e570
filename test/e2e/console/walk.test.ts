// The console as people use it, in a real browser against a real server: every screen, with keyboard and pointer,
// looked at in four shapes. Nothing runs that should not, nothing is asked of elsewhere, axe finds nothing.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WIDE_RATE_LIMITS, wrongCode } from "../people.ts";
import { type Server, startServer } from "../server.ts";
import { browserNote, CHROMIUM, launch, openPage, PHONE, WIDE } from "./browser.ts";
import { interactiveAfterMs, watchInteractive } from "./interactive.ts";
import { Keys } from "./keys.ts";
import "./on-failure.ts";
import { PASSWORD, Visit } from "./visit.ts";

/** Effects, which Preact runs after a frame or 35 ms, come a second late. */
const SLOW_TO_DRAW = `
const native = setTimeout;
globalThis.requestAnimationFrame = (work) => native(work, 1_000);
globalThis.setTimeout = (work, ms, ...rest) => native(work, ms === 35 ? 1_000 : ms, ...rest);
`;

describe.skipIf(!CHROMIUM)(`a walk through the console${browserNote}`, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visit;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } }),
      launch(),
    ]);
    ada = await Visit.open(browser, server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test("a stranger sees the sign-in, and a wrong password says what to try", async () => {
    await ada.go("", "Sign in");
    await ada.look("sign-in");
    await ada.fill("Username", "ada");
    await ada.page.getByLabel("Password").fill("not the password");
    await ada.press("Sign in");
    await ada.page.getByRole("alert").getByText("The sign-in was refused").waitFor();
    await ada.look("sign-in-refused");
  });

  test("the pages beside the console fit a phone", async () => {
    for (const name of ["mailbox", "problems/invalid_input", "link"]) {
      await ada.page.goto(`${server.origin}/${name}`);
      await ada.page.locator("h1:visible").waitFor();
      await ada.look(name.replace("/", "-"));
    }
    // Longer than an image is kept of.
    await ada.page.goto(`${server.origin}/docs`);
    await ada.page.setViewportSize(PHONE);
    expect(await ada.page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(
      0,
    );
    await ada.page.setViewportSize(WIDE);
  });

  test("the first view can be used within a second of a cold cache", async () => {
    const times: number[] = [];
    for (let round = 0; round < 3 || (round < 20 && Math.min(...times) >= 1_000); round += 1) {
      const { page, context } = await openPage(browser, server.origin);
      await watchInteractive(page);
      times.push(await interactiveAfterMs(page, "/"));
      await context.close();
    }
    // The best of some: what else this machine does at the moment is no fault of the page.
    expect(Math.min(...times)).toBeLessThan(1_000);
  });

  test("the link of npm start makes the first administrator, and the token leaves the address", async () => {
    const link = /http:\S+\/(#bootstrap=\S+)/.exec(server.output())![1]!;
    await ada.go(link, "Set up your workspace");
    expect(ada.page.url()).not.toContain("twb_");
    await ada.look("set-up");
    await ada.fill("Username", "Ada Lovelace");
    await ada.page.getByLabel("Password").fill(PASSWORD);
    await ada.press("Continue");
    await ada.page.getByRole("alert").getByText("username: expected 3 to 32").waitFor();
    await expect
      .poll(() => ada.page.evaluate("document.activeElement.matches('[name=username][aria-invalid=true]')"))
      .toBe(true);
    await ada.look("set-up-refused");
    await ada.fill("Username", "ada");
    await ada.press("Continue");
    await ada.heading("Protect your account");
    await ada.look("enrolment");
    await ada.page.getByLabel("I have put them away").check();
    await ada.fill("Code", wrongCode((await ada.page.locator(".enrol code").textContent())!));
    await ada.press("Finish and sign in");
    await ada.page.getByRole("alert").getByText("Type the code that the app shows now").waitFor();
    await ada.enrol("Finish and sign in");
    await ada.heading("Projects");
    await ada.settled();
    await ada.look("projects-empty");
  });

  test("the session travels in a cookie that no script can read", async () => {
    expect(await ada.page.evaluate("document.cookie")).toBe("");
    const stored = await ada.page.evaluate<string>(
      "JSON.stringify(localStorage) + JSON.stringify(sessionStorage)",
    );
    expect(stored).not.toMatch(/tw[sp]_/);
    await ada.page.reload();
    await ada.heading("Projects");
  });

  test("the account shows where one is signed in; what needs a recent proof asks and goes on by itself", async () => {
    await ada.go("#/account", "Your account");
    await ada.look("account");
    await ada.page.getByText("This one").waitFor();
    await ada.page.getByText("This machine").waitFor();
    await ada.press("New token");
    await ada.page.getByRole("dialog").waitFor();
    await ada.look("new-token");
    const { width } = (await ada.page.getByRole("dialog").boundingBox())!;
    expect(width).toBeLessThan(600);
    await ada.page.keyboard.press("Escape");
    await ada.page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("signing out ends the session, and a sign-in with a backup code begins another", async () => {
    await ada.press("Sign out");
    await ada.heading("Sign in");
    await ada.fill("Username", "ada");
    await ada.page.getByLabel("Password").fill(PASSWORD);
    await ada.fill("Code", ada.backup_codes.pop()!);
    await ada.press("Sign in");
    await ada.heading("Your account");
  });

  test("work of more than a moment shows that it goes on", async () => {
    let go = () => {};
    const held = new Promise<void>((settle) => {
      go = settle;
    });
    await ada.page.route("**/v1/tasks*", async (route) => {
      await held;
      await route.continue();
    });
    await ada.page.goto("/#/work");
    await ada.page.getByRole("progressbar").waitFor();
    go();
    await ada.page.getByRole("progressbar").waitFor({ state: "detached" });
    await ada.page.unroute("**/v1/tasks*");
  });

  test("a screen whose code comes while the browser still draws shows all the same", async () => {
    const page = await ada.page.context().newPage();
    await page.addInitScript({ content: SLOW_TO_DRAW });
    await page.route("**/assets/work-*.js", async (route) => {
      await page.locator(".frame .loading").waitFor();
      await route.continue();
    });
    await page.goto("/#/work");
    await page.getByRole("heading", { name: "My work" }).waitFor();
    await page.close();
  });

  test("a service that cannot answer for a moment is asked again by itself", async () => {
    const { page } = ada;
    const unavailable = {
      type: "/problems/unavailable",
      title: "Unavailable",
      status: 503,
    };
    let refusals = 3;
    await page.route("**/v1/tasks*", (route) =>
      refusals-- > 0
        ? route.fulfill({
            status: 503,
            headers: { "content-type": "application/problem+json", "retry-after": "1" },
            body: JSON.stringify(unavailable),
          })
        : route.continue(),
    );
    await page.reload();
    await page.getByRole("status").getByText("asks for a pause of").waitFor();
    await ada.settled();
    expect(refusals).toBe(-1);
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.unroute("**/v1/tasks*");
  });

  test("the keyboard alone suffices: sign-in with a pasted password, a plan, a move, a claim, sign-out", async () => {
    const { page } = ada;
    const keys = new Keys(page);
    await keys.press("Sign out");
    await ada.heading("Sign in");
    await keys.write("Username", "ada");
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(PASSWORD)})`);
    await keys.to("Password");
    await page.keyboard.press("Control+V");
    await keys.write("Code", ada.backup_codes.pop()!);
    await page.keyboard.press("Enter");
    await ada.heading("My work");
    await keys.press("Projects");
    await ada.heading("Projects");
    await ada.settled();
    await keys.press("New project");
    await keys.write("Name", "By keys");
    await page.keyboard.press("Enter");
    await ada.heading("By keys");
    await keys.press("New task");
    await keys.write("Title", "Type it");
    await page.keyboard.press("Enter");
    await keys.press("Close the task");
    await keys.to("Type it");
    await page.keyboard.press("Shift+ArrowRight");
    await page
      .getByRole("region", { name: /^In progress,/ })
      .getByText("Type it")
      .waitFor();
    await keys.press("Undo");
    await page
      .getByRole("region", { name: /^Open,/ })
      .getByText("Type it")
      .waitFor();
    await keys.press("Type it");
    await keys.press("Claim it");
    await page.getByText("You hold it").waitFor();
    await page.keyboard.press("Escape");
    for (const view of ["Dependencies", "Timeline", "Insight", "Members"]) await keys.press(view);
    await ada.page.locator("#members").waitFor();
    await keys.press("Sign out");
    await ada.heading("Sign in");
  });

  test("nothing went wrong on the way, and axe finds nothing", () => {
    expect(ada.watched.wrongs).toEqual([]);
    expect(ada.findings).toEqual([]);
  });
});
