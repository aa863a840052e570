// What a plan calls the whole: by the project's name, or by what the text wants done first.
import type { Deliverable } from "./deliverables.ts";
import type { Domain } from "./domain.ts";
import { lowerFirst } from "./titles.ts";
import { gerundOf, wordsOf } from "./words.ts";

const NAME_WORDS_MAX = 8;
const WORDS_MAX = 5;
const LONG_WORDS_MAX = 8;
/** Names that say nothing. */
const NO_NAME =
  /^(?:(?:my|our|the|a|new) )?(?:test|demo|project|untitled|change|task|issue|feature|fix|bug|plan|sample|example|draft)s?\b[\s\d#.]*$/iu;
/** What they make is the whole; of any other verb, the doing is. */
export const MAKES: ReadonlySet<string> = new Set(
  "build create develop design organise host hold plan write rewrite produce draft compose prepare open start run record film launch renovate refurbish".split(
    " ",
  ),
);

export function subjectOf(name: string, deliverables: readonly Deliverable[], domain: Domain): string {
  const plain = name.trim().replace(/[\s.:]+$/u, "");
  if (/\p{L}{3}/u.test(plain) && !NO_NAME.test(plain)) {
    return wordsOf(plain).length > NAME_WORDS_MAX
      ? `“${plain.split(/\s+/u).slice(0, NAME_WORDS_MAX).join(" ")} …”`
      : `“${plain}”`;
  }
  const main =
    deliverables.find(({ verb }) => verb !== null) ??
    (deliverables.length === 1 ? deliverables[0] : undefined);
  if (main === undefined || /“/u.test(main.title)) return domain.noun;
  const { verb, title, object } = main;
  if (verb === null) return `the ${headOf(object)}`;
  const said = title.toLowerCase().startsWith(`${verb} `) ? title.slice(verb.length + 1) : object;
  const head = headOf(said.replace(/^for\s+/u, ""));
  return MAKES.has(verb) ? head.replace(/^(?:an?|our|my)\s/iu, "the ") : `${gerundOf(verb)} ${head}`;
}

/** What it is, without what it is for: "a mobile app" of "a mobile app for tracking houseplants". */
function headOf(object: string): string {
  const words = lowerFirst(object).split(/\s+/u);
  const comma = words.findIndex((word) => word.endsWith(","));
  if (comma >= 1)
    return words
      .slice(0, comma + 1)
      .join(" ")
      .replace(/,$/u, "");
  const ends = [...words.keys()].slice(1).filter((at) => LINK.test(words[at]!));
  const hard = words.findIndex((word, at) => at > 0 && CLAUSE.test(word));
  const whole = hard < 0 ? words.length : hard;
  const fitting = [...ends, whole].filter((end) => end <= Math.min(whole, WORDS_MAX));
  const found = fitting.at(-1) ?? Math.min(ends[0] ?? whole, whole, LONG_WORDS_MAX);
  // "From MySQL" says too little without "to Postgres".
  const from = words.indexOf("from");
  const end = words[found] === "to" && from > 0 && from < found ? from : found;
  return words
    .slice(0, end)
    .join(" ")
    .replace(/[,;]?(?: (?:and|or|of|the|a|out))?$/u, "");
}
const LINK = /^(?:for|in|on|at|by|with|from|to|into)$/u;
const CLAUSE = /^(?:via|that|which|so|as|behind|through|instead|using|when|verbatim)$/u;
