// What a description of a change complains of, where it hardly says what is to be done: sentences that name a part of
// the software and what goes wrong with it.
import type { Deliverable } from "./deliverables.ts";
import { kindNamed } from "./kinds.ts";
import type { Unit } from "./units.ts";
import { topicsOf } from "./words.ts";

const PROBLEMS_MAX = 3;
const WORDS_MAX = 16;
/** Names as only programs have them: calls, snake_case, dotted paths, camelCase. */
const PART = /\w\(|\p{L}_\p{L}|\p{L}\.\p{Ll}\w+\(?|\p{Ll}{2}\p{Lu}\p{Ll}{2}|--\p{L}|\/\p{L}+\/\p{L}/u;
const WRONG =
  /\b(?:deadlock\w*|fail\w*|brok\w+|crash\w*|tim(?:ed|es) out|hung|hang|missing|wrong\w*|silently|errors?|leak\w*|invisible|unreachable|duplicat\w+|confus\w+|incorrect\w*|did not|didn't|does not|doesn't|was not|were not|not matching|invalid|stuck|slow\w*|lost|dropped|regress\w*|flak\w+|race|bypass\w*|expos\w+|causes?|caused|rejected|unauthori[sz]ed|stale|too (?:many|much|long))\b/iu;

export function problemsOf(units: readonly Unit[]): Deliverable[] {
  return units
    .filter(({ kind, text }) => kind !== "heading" && PART.test(text) && WRONG.test(text))
    .slice(0, PROBLEMS_MAX)
    .map(({ text }) => {
      const words = text.replace(/[\s.,;:]+$/u, "").split(/\s+/u);
      const said = words.length > WORDS_MAX ? `${words.slice(0, WORDS_MAX).join(" ")} …` : words.join(" ");
      return {
        title: `Find and remove the cause: ${said}`,
        object: said,
        verb: "find",
        sources: [text],
        kind: kindNamed("problem"),
        topics: topicsOf(text).slice(0, 6),
        period: null,
      };
    });
}
