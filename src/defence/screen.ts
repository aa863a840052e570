// One text against the policy of its context: passed, recorded or refused, with the findings that say why.
import type { TextContext } from "../schema/context.ts";
import { foreignTo } from "./alphabet.ts";
import { detectInjections } from "./detect.ts";
import type { Finding } from "./finding.ts";
import { POLICIES } from "./policy.ts";

export type Verdict = "pass" | "record" | "refuse";

export interface Screening {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

const NOTHING: readonly Finding[] = [];
const PASSED: Screening = { verdict: "pass", findings: [] };

/** By the built-in detectors. Time is linear in the text. The text itself is never changed. */
export const screen = (text: string, context: TextContext): Screening =>
  decide(context, detected(text, context));

/** What the detectors find, and what does not belong into the context. */
export function detected(text: string, context: TextContext): readonly Finding[] {
  const policy = POLICIES[context];
  if (policy.action === "off" || text === "") return NOTHING;
  if (context === "identifier" && isPlainWord(text)) return NOTHING;
  const parts = context === "url" ? partsOfUrl(text) : [text];
  const findings = parts.flatMap((part) => detectInjections(part, policy.found_from));
  const foreign = foreignTo(context, text);
  if (foreign) findings.push({ class: "alphabet", score: 1, what: [foreign], at: 0 });
  return findings;
}

/** What follows from findings, by the policy of the context. */
export function decide(context: TextContext, findings: readonly Finding[]): Screening {
  if (findings.length === 0) return PASSED;
  return { verdict: verdictOn(POLICIES[context], findings), findings };
}

/** One word of letters, digits, `_` and `-` carries no syntax, whatever it means: `select` and `id` are fine names. */
function isPlainWord(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isPlain = code >= 0x80 || code === 0x2d || code === 0x5f || (code >= 0x30 && code <= 0x39);
    if (!isPlain && ((code | 0x20) < 0x61 || (code | 0x20) > 0x7a)) return false;
  }
  return foreignTo("identifier", text) === null;
}

/** That somebody gave no answer is no finding about the text. */
function verdictOn(policy: (typeof POLICIES)[TextContext], findings: readonly Finding[]): Verdict {
  const isChecked = findings.some((finding) => finding.class !== "unchecked");
  if (policy.action === "refuse" && isChecked) return "refuse";
  if (policy.action !== "refuse_above") return "record";
  return findings.some((one) => one.class !== "unchecked" && one.score >= policy.refuse_from)
    ? "refuse"
    : "record";
}

/** Path, query values and fragment as the server behind them reads them; what is no link stays whole. */
function partsOfUrl(text: string): string[] {
  if (!URL.canParse(text)) return [text];
  const { pathname, searchParams, hash } = new URL(text);
  return [pathname, ...searchParams.values(), hash.slice(1)];
}
