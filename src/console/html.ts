// HTML as a tagged template: every interpolation is escaped, except values that are HTML already.
// Refuses interpolation as an unquoted attribute, where escaping would not help.

import { encodeForHtml } from "../protocol/output-encoding.ts";

/** Markup that is known to be safe; only `html` makes it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template; null, undefined and false leave nothing. */
export type Fragment = Html | string | number | null | undefined | false | readonly Fragment[];

/** Joins markup and escaped values; throws for a value right after `=`. */
export function html(markup: TemplateStringsArray, ...values: Fragment[]): Html {
  let text = markup[0]!;
  values.forEach((value, index) => {
    if (markup[index]!.endsWith("=")) throw new TypeError("an attribute's value needs quotes");
    text += textOf(value) + markup[index + 1]!;
  });
  return new Html(text);
}

function textOf(value: Fragment): string {
  if (value instanceof Html) return value.text;
  if (value === null || value === undefined || value === false) return "";
  return typeof value === "object" ? value.map(textOf).join("") : encodeForHtml(String(value));
}

/** A sentence in which `backticks` mark code. */
export const prose = (text: string): Fragment =>
  text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
