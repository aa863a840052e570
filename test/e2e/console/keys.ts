// A reader with a keyboard alone: goes from one thing to the next by Tab, and presses what it has come to.
import type { Page } from "playwright-core";

/** More steps than any screen here has: whoever needs more has met a trap. */
const STEPS_MAX = 120;

/** What has the focus, as it is called; and that it can be seen to have it. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return "";
  const { outlineStyle, borderColor, boxShadow } = getComputedStyle(element);
  const after = getComputedStyle(element, "::after").outlineStyle;
  const seen = outlineStyle !== "none" || after !== "none" || element.matches("input, select, textarea, main, aside, dialog");
  const name = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
  return (seen ? "" : "unseen: ") + name.trim();
})()`;

export class Keys {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Tabs until what is called so has the focus. Throws where the keyboard does not reach it, or nobody sees where it is. */
  async to(name: string): Promise<void> {
    const met: string[] = [];
    for (let steps = 0; steps < STEPS_MAX; steps += 1) {
      const focused = await this.#page.evaluate<string>(FOCUSED);
      if (focused === name) return;
      if (focused.startsWith("unseen: ")) throw new Error(`Focus that nobody sees: ${focused}`);
      met.push(focused);
      await this.#page.keyboard.press("Tab");
    }
    throw new Error(`The keyboard does not reach ${name}, but: ${[...new Set(met)].join(", ")}`);
  }

  async press(name: string): Promise<void> {
    const found = this.#page.getByText(name).or(this.#page.getByLabel(name));
    await found.filter({ visible: true }).first().waitFor();
    await this.to(name);
    await this.#page.keyboard.press("Enter");
  }

  async write(name: string, text: string): Promise<void> {
    await this.#page.getByLabel(name).first().waitFor();
    await this.to(name);
    await this.#page.keyboard.type(text);
  }
}
