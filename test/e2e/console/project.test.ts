// A project in the console: the sample plan, the board by keyboard and pointer, a task and all that is done with it,
// what others see at once, and every drawing.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WIDE_RATE_LIMITS } from "../people.ts";
import { type Server, startServer } from "../server.ts";
import { axeFindings, browserNote, CHROMIUM, launch, PHONE, WIDE } from "./browser.ts";
import "./on-failure.ts";
import { Visit } from "./visit.ts";

const NAME = "Open the community library in the old post office";

describe.skipIf(!CHROMIUM)(`a project${browserNote}`, () => {
  let server: Server;
  let browser: Browser;
  let ada: Visit;
  let project: string;

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

  const card = (title: string, visit = ada) => visit.page.getByRole("link", { name: title, exact: true });
  const column = (name: string, visit = ada) =>
    visit.page.getByRole("region", { name: new RegExp(`^${name},`) });
  const said = (text: string) => ada.page.getByRole("status").getByText(text).first().waitFor();

  test("begins with the sample plan", async () => {
    await ada.page.getByRole("button", { name: "New project" }).click();
    await ada.page.getByLabel("With a sample plan").check();
    await ada.look("new-project");
    await ada.press("Begin it");
    await ada.heading(NAME);
    project = ada.page.url().match(/#\/projects\/(prj_\w+)/)![1]!;
    await column("Open").getByText("Write the charter on one page").waitFor();
    await ada.look("board");
  });

  test("moves cards by keyboard and by pointer, and takes a move back", async () => {
    const title = "Ask the neighbourhood what it wants from a library";
    await card(title).focus();
    await ada.page.keyboard.press("Shift+ArrowRight");
    await said("is in progress now");
    await column("In progress").getByText(title).waitFor();
    await ada.press("Undo");
    await column("Open").getByText(title).waitFor();
    await card(title).dragTo(column("Done"));
    await column("Done").getByText(title).waitFor();
  });

  test("shows a task and does with it what people do", async () => {
    const { page } = ada;
    await card("Draw up the budget for two years").click();
    await page.getByRole("heading", { name: "Draw up the budget for two years" }).waitFor();
    await ada.press("Claim it");
    await said("It is yours for an hour.");
    await ada.fill("Say something", "The reserve is <b>a tenth</b>.");
    await ada.press("Comment");
    await page.getByText("The reserve is <b>a tenth</b>.").waitFor();
    await page.getByLabel("Assigned to").selectOption({ label: "ada" });
    await said("Assigned to ada.");
    await page.getByText("What happened").click();
    await page.getByText("Comment created").waitFor();
    await ada.look("task");
    await ada.press("Edit");
    await ada.fill("Labels", "money, first");
    await ada.look("task-edit");
    await ada.press("Save");
    await page.locator(".panel .label", { hasText: "money" }).waitFor();
    await ada.press("Complete");
    await ada.fill("What came of it, optional", "Agreed by all.");
    await ada.press("Complete it");
    await page.getByText("Agreed by all.").waitFor();
    await ada.press("Add");
    await ada.fill("Title", "Ask the bank");
    await ada.press("Add it");
    await page.getByRole("alert").getByText("The present state does not allow this").waitFor();
    await ada.look("refused");
    await ada.press("Cancel");
    await page.keyboard.press("Escape");
  });

  test("shows to others at once what somebody does", async () => {
    const other = await ada.page.context().newPage();
    await other.goto(`/#/projects/${project}/board`);
    await other.getByText("Live", { exact: true }).waitFor();
    await card("Write the charter on one page").click();
    await ada.press("Start");
    await said("is in progress now");
    await other
      .getByRole("region", { name: /^In progress,/ })
      .getByText("Write the charter on one page")
      .waitFor();
    await other.close();
    await ada.page.keyboard.press("Escape");
  });

  test("finds tasks by words", async () => {
    await ada.page.getByRole("searchbox").fill("charter page");
    await ada.page.getByText("1 task of 44").waitFor();
    await ada.page.getByRole("searchbox").fill("no such words");
    await ada.page.getByRole("heading", { name: "No task fits" }).waitFor();
    await ada.look("board-none-fits");
    await ada.press("Clear");
  });

  test.each([
    ["list", ".table"],
    ["graph", ".graph"],
    ["timeline", ".gantt"],
    ["insight", ".matrix"],
    ["members", "#members"],
    ["settings", "#documents"],
  ])("is drawn as %s", async (view, selector) => {
    await ada.page.goto(`/#/projects/${project}/${view}`);
    await ada.page.locator(selector).first().waitFor();
    await ada.settled();
    await ada.look(view);
    // Also where not all views have room side by side.
    await ada.page.setViewportSize(PHONE);
    await ada.page.reload();
    await ada.page.locator(selector).first().waitFor();
    const here = ada.page.locator(".views [aria-current]");
    await expect
      .poll(async () => {
        const { x, width } = (await here.boundingBox())!;
        return x >= 0 && x + width <= PHONE.width;
      })
      .toBe(true);
    await ada.page.setViewportSize(WIDE);
  });

  test("has its work broken down into a plan, which is edited and becomes tasks once it is applied", async () => {
    await ada.page.goto(`/#/projects/${project}/plan`);
    await ada.fill(
      "What is to be done",
      "Online shop with product catalogue, shopping cart and payment processing.",
    );
    await ada.look("plan-begin");
    await ada.press("Make a plan");
    await ada.page.getByRole("heading", { name: "A plan to look at" }).waitFor();
    await ada.page
      .getByRole("button", { name: /^Take .* out$/ })
      .first()
      .click();
    await said("is out of the plan");
    await ada.page
      .getByRole("button", { name: /^Edit / })
      .first()
      .click();
    await ada.fill("Title", "Talk to three shopkeepers");
    await ada.press("Save");
    await ada.page.getByText("Talk to three shopkeepers").first().waitFor();
    await ada.look("plan");
    await ada.page.getByRole("button", { name: /^Make these/ }).click();
    await column("Open").getByText("Talk to three shopkeepers").waitFor();
  });

  test("one that is not there, and a place that is not, say so and lead back", async () => {
    await ada.go(`#/projects/prj_${"0".repeat(26)}/board`, "This project is not shown");
    await ada.look("project-gone");
    for (const place of ["workers/wrk", "webhooks/whk", "integrations/int", "people/usr"]) {
      await ada.go(`#/${place}_${"0".repeat(26)}`, "There is no such thing here");
      expect(await axeFindings(ada.page)).toEqual([]);
    }
    await ada.go("#/nowhere", "There is nothing at this address");
    await ada.look("nowhere");
    await ada.page.getByRole("link", { name: "Go to your projects" }).click();
    await ada.heading("Projects");
  });

  test("that could not be read is shown once the reader asks again", async () => {
    const { page } = ada;
    await page.route("**/events*", (route) => route.abort());
    await ada.go(`#/projects/${project}/board`, "This project is not shown");
    await page.unroute("**/events*");
    await ada.press("Try again");
    await ada.heading(NAME);
  });

  test("is among the projects, and its work among mine", async () => {
    await ada.go("#/projects", "Projects");
    await ada.look("projects");
    await ada.go("#/work", "My work");
    await ada.look("work");
  });

  test("is deleted, and back again", async () => {
    await ada.go(`#/projects/${project}/settings`, NAME);
    await ada.press("Delete it");
    await ada.page.getByRole("dialog").getByRole("button", { name: "Delete it" }).click();
    await ada.heading("Projects");
    await ada.press("Undo");
    await ada.heading(NAME);
  });

  test("nothing went wrong on the way, and axe finds nothing", () => {
    expect(ada.watched.wrongs).toEqual([]);
    expect(ada.findings).toEqual([]);
  });
});
