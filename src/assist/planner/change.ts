// What a description of a change to software says besides what is to be done: what goes wrong today, and which parts
// of the program it names, as only programs name them.
import { partsIn } from "./code-names.ts";
import type { Deliverable } from "./deliverables.ts";
import { kindNamed } from "./kinds.ts";
import { CUT, shortened } from "./objects.ts";
import { lowerFirst } from "./titles.ts";
import type { Unit } from "./units.ts";
import { topicsOf } from "./words.ts";

const PROBLEMS_MAX = 3;
const PARTS_MAX = 3;
/** What goes wrong, wherever a sentence says it, and what does in its main clause only. */
const WRONG =
  /\b(?:deadlock\w*|fail(?:s|ed|ing|ure)?|brok\w+|crash\w*|tim(?:ed|es) out|hung|hangs|missing|missed|wrong\w*|silently|leak\w*|invisible|unreachable|doubled|duplicat\w+|confus\w+|spurious|incorrect\w*|(?:was|were) (?:not|still)|wasn['’]t|weren['’]t|could (?:omit|spoof|read|see|write|delete|take|bypass)\w*|(?:is|are) not (?:\w+ed)|invalid|stuck|lost|dropped|regress\w*|flak\w+|race|bypass\w*|exposes|vulnerab\w+|overhead|rejected|unauthori[sz]ed|stale|out of (?:date|memory)|too (?:many|much|long|high|low|slow)|only handled|used to)\b/iu;
const LACKING =
  /\b(?:did not|didn['’]t|does not|doesn['’]t|do not|don['’]t|cannot|can['’]t|slow\w*|\d+ ?%|only (?:allowed|works?|supports?|handles?))(?!\w)/iu;
/** They say how it shall be, or that all is well. */
const RIGHT =
  /\b(?:should|shall|must|now|will|added?|fix(?:es|ed)?|no longer|already|unchanged|untouched|confirm\w*|guarante\w+|such that|make sure|rollout|roll out|so no)\b|^(?:use|add|remove|drop|resolve|compute|bump|restrict|expose|emit|also)\b/iu;

/** What is to be found out before anything is changed. */
export function foundOutFirst(units: readonly Unit[], named: readonly Deliverable[]): Deliverable[] {
  const work = new Set(named.flatMap(({ sources }) => sources));
  const topics = new Set(named.flatMap((each) => each.topics));
  const told = units.filter(({ kind, text }) => kind !== "heading" && !work.has(text));
  const problems = told
    .filter(({ text }) => isWrong(text) && text.split(" ").length >= 5)
    // Of the same things: other sentences may say that something is wrong, too.
    .filter(
      ({ text }) =>
        named.length === 0 ||
        partsIn(text).length > 0 ||
        topicsOf(text).filter((topic) => topics.has(topic)).length >= 2,
    )
    .slice(0, PROBLEMS_MAX)
    .map(({ text }) => of("problem", `Reproduce: ${lowerFirst(clauseOf(text))}`, text));
  const about = [...work, ...problems.flatMap(({ sources }) => sources)];
  const parts = about.flatMap((text) => partsIn(text).map((part) => ({ part, text })));
  const first = [...new Map(parts.map(({ part, text }) => [part, text]))].slice(0, PARTS_MAX);
  if (first.length === 0) return problems;
  const names = listed(first.map(([part]) => part));
  return [
    ...problems,
    of("uses", `Read ${names} and what relies on ${first.length > 1 ? "them" : "it"}`, first[0]![1]),
  ];
}

function of(kind: string, title: string, source: string): Deliverable {
  return {
    title,
    object: title,
    verb: null,
    sources: [source],
    kind: kindNamed(kind),
    topics: topicsOf(title),
    period: null,
  };
}

const isWrong = (text: string): boolean =>
  !RIGHT.test(text) && (WRONG.test(text) || LACKING.test(text.replace(CUT, "")));

/** The part of a sentence that says it, without reasons and consequences. */
function clauseOf(text: string): string {
  const plain = text
    .replace(/\s*\([^()]*\)/gu, "")
    .replace(/^(?:this is because|but|and|so|however|currently|today)\b,?\s*/iu, "");
  const cut = plain.replace(CUT, "");
  const said = WRONG.test(cut) || LACKING.test(cut) ? cut : plain;
  return shortened(said).replace(/[\s,]+(?:(?:regardless )?(?:of|with|and|or|the|an?|to|in|for))?$/u, "");
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
