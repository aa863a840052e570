// One reader of the console: signs in as people do, and looks at each screen in four shapes (wide and phone, light
// and dark), with axe in either width and either scheme. What is found is collected and compared with nothing at the end.
import type { Browser, Page } from "playwright-core";
import { totpAt } from "../../../src/protocol/one-time-code.ts";
import type { Server } from "../server.ts";
import { axeFindings, keepScreen, openPage, PHONE, type Watched, WIDE } from "./browser.ts";

export const PASSWORD = "seven unrelated wooden spoons";

export class Visit {
  readonly watched: Watched;
  readonly findings: string[] = [];
  secret = "";
  backup_codes: string[] = [];

  constructor(watched: Watched) {
    this.watched = watched;
  }

  static async open(browser: Browser, server: Server): Promise<Visit> {
    return new Visit(await openPage(browser, server.origin));
  }

  get page(): Page {
    return this.watched.page;
  }

  /** Keeps the screen in four shapes, without the messages of what was done before; axe looks at the wide light one and the narrow dark one. */
  async look(name: string): Promise<void> {
    const { page } = this;
    await page.evaluate(`scrollTo(0, 0);
      for (const button of document.querySelectorAll(".toasts [aria-label=Dismiss]")) button.click();`);
    for (const size of [WIDE, PHONE]) {
      await page.setViewportSize(size);
      for (const scheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
        const at = `${name}-${size.width}-${scheme}`;
        await keepScreen(page, at);
        if ((size === WIDE) === (scheme === "light"))
          this.findings.push(...(await axeFindings(page)).map((finding) => `${at}: ${finding}`));
      }
      const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      if (overflow > 0) this.findings.push(`${name}-${size.width}: ${overflow} px too wide`);
      this.findings.push(...(await this.#habits()).map((finding) => `${name}-${size.width}: ${finding}`));
    }
    await page.setViewportSize(WIDE);
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  }

  /** What every screen owes its reader: a way out in sight, and passwords that stay hidden and can be filled in. */
  #habits(): Promise<string[]> {
    return this.page.evaluate<string[]>(`[
      ...(document.querySelector(".frame") && ![...document.querySelectorAll("[aria-label='Sign out']")].some((button) =>
        button.checkVisibility({ visibilityProperty: true })) ? ["no way to sign out in sight"] : []),
      ...[...document.querySelectorAll("input")].filter((input) =>
        /password/.test(input.name + input.autocomplete) && (input.type !== "password" ||
        !["current-password", "new-password"].includes(input.autocomplete) || input.readOnly))
        .map((input) => "a password in sight, or that no password manager knows: " + input.name),
    ]`);
  }

  /** Waits for a screen by its heading. */
  async heading(name: string): Promise<void> {
    await this.page.getByRole("heading", { name, level: 1 }).waitFor();
  }

  async go(fragment: string, name: string): Promise<void> {
    await this.page.goto(`${this.watched.origin}/${fragment}`);
    await this.heading(name);
    await this.settled();
  }

  /** Nothing is on its way any more. */
  async settled(): Promise<void> {
    await this.page.locator(".loading").first().waitFor({ state: "detached" });
  }

  async fill(label: string, value: string): Promise<void> {
    await this.page.getByRole("textbox", { name: label, exact: true }).fill(value);
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }

  /** Registers as the first administrator, as the link of `npm start` offers it, and signs in. */
  async becomeAdmin(server: Server): Promise<void> {
    await this.go(`#bootstrap=${server.bootstrap_token}`, "Set up your workspace");
    await this.fill("Username", "ada");
    await this.page.getByLabel("Password").fill(PASSWORD);
    await this.press("Continue");
    await this.enrol("Finish and sign in");
    await this.heading("Projects");
  }

  /** On the page of the enrolment: remembers secret and codes, and proves the first code. */
  async enrol(action: string): Promise<void> {
    const { page } = this;
    await page.locator(".qr").waitFor();
    this.secret = (await page.locator(".enrol code").textContent())!;
    this.backup_codes = await page.locator(".codes code").allTextContents();
    await page.getByLabel("I have put them away").check();
    // In two halves, as apps show it.
    const code = totpAt(this.secret, Date.now());
    await page.getByLabel("Code", { exact: true }).fill("");
    await page.getByLabel("Code", { exact: true }).pressSequentially(`${code.slice(0, 3)} ${code.slice(3)}`);
    await this.press(action);
  }

  /** Answers the question for a recent authentication with a backup code. */
  async stepUp(): Promise<void> {
    await this.page.getByLabel("Password").last().fill(PASSWORD);
    await this.page.getByRole("dialog").getByRole("textbox", { name: "Code" }).fill(this.backup_codes.pop()!);
    await this.press("Confirm");
  }
}
