// What follows from a finding, by the context of the field. The thresholds are chosen on texts that the models have
// not seen; `npm run bench:defence` prints what they find and what they mistake.
import type { TextContext } from "../schema/context.ts";

export type Policy =
  /** Findings are refused; so is whatever the context's alphabet does not hold. */
  | { readonly action: "refuse"; readonly found_from: number }
  /** Findings are recorded, and refused from `refuse_from` on. */
  | { readonly action: "refuse_above"; readonly found_from: number; readonly refuse_from: number }
  | { readonly action: "record"; readonly found_from: number }
  | { readonly action: "off" };

const STRICT: Policy = { action: "refuse", found_from: 0.08 };

export const POLICIES: Readonly<Record<TextContext, Policy>> = {
  closed: { action: "off" },
  secret: { action: "off" },
  identifier: STRICT,
  // Its alphabet already refuses separators; an extension alone is no evidence.
  file_name: { action: "refuse", found_from: 0.5 },
  email: STRICT,
  // Judged part by part, decoded: the punctuation of a query is no evidence.
  url: { action: "refuse", found_from: 0.7 },
  free_text: { action: "refuse_above", found_from: 0.14, refuse_from: 0.9 },
  rich_text: { action: "refuse_above", found_from: 0.14, refuse_from: 0.9 },
  code: { action: "record", found_from: 0.97 },
  search: { action: "record", found_from: 0.97 },
};

/** From which score on a text that a language model is to read counts as prompt injection. */
export const PROMPT_FOUND_FROM = 0.15;
