// Canonicalise, then encode, after OWASP's ESAPI and its Input Validation Cheat Sheet: a text that is encoded more than
// once, or whose decoding brings to light characters that an encoder of its context would have to encode, was written
// to pass for something else.
import { encodeForHtml } from "../../protocol/output-encoding.ts";
import { canonicalise } from "../canonicalise.ts";
import type { Disguise } from "../disguise.ts";
import type { Finding } from "../finding.ts";
import { POLICIES } from "../policy.ts";
import type { LocalValidator } from "../validator.ts";

/** Layers of encoding, as ESAPI tells them from honest text. */
const INTRUSIONS: readonly Disguise[] = ["multiple_encoding", "overlong", "null_byte"];
const INTRUSION_SCORE = 0.9;
/** Syntax that only decoding shows. */
const HIDDEN_SCORE = 0.6;

export const canonical: LocalValidator = {
  kind: "local",
  reads: (context) => POLICIES[context].action !== "off" && context !== "code" && context !== "search",
  inspect(text: string): readonly Finding[] {
    const { views, disguises } = canonicalise(text);
    const findings: Finding[] = [];
    const note = (score: number, what: readonly string[]) =>
      findings.push({ class: "encoding", score, what, at: 0 });
    const intrusions = INTRUSIONS.filter((disguise) => disguises.has(disguise));
    if (intrusions.length > 0) note(INTRUSION_SCORE, intrusions);
    else if (views.slice(1).some((view) => syntaxOf(view) > syntaxOf(text)))
      note(HIDDEN_SCORE, ["hidden_syntax"]);
    return findings;
  },
};

/** How many characters an encoder for HTML has to encode, but what decoding itself uses up and apostrophes. */
function syntaxOf(text: string): number {
  let count = 0;
  for (const character of text) {
    if (character !== "&" && character !== "'" && encodeForHtml(character) !== character) count += 1;
  }
  return count;
}
