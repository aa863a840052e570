// What a description says is to be done or made, each thing once, in the order of the text: the only part of it that
// shapes a plan.
import { partsIn } from "./code-names.ts";
import type { Domain } from "./domain.ts";
import type { Kind } from "./kind.ts";
import { type Line, NO_WORK, PERIOD } from "./lines.ts";
import type { Phrase } from "./objects.ts";
import { bare, lowerFirst, titleOf } from "./titles.ts";
import type { Unit } from "./units.ts";
import { LOOSE_VERBS, topicsOf, verbAt, wordsOf } from "./words.ts";
import { kindIn } from "./work-kind.ts";

export interface Deliverable {
  /** A verb and its object, as a title. */
  readonly title: string;
  /** The object alone, to be spoken of. */
  readonly object: string;
  readonly verb: string | null;
  /** The units that name it, the first one first. */
  readonly sources: readonly string[];
  readonly kind: Kind | null;
  readonly topics: readonly string[];
  /** The part of a timeline that it stands in, counted from 0; null outside of one. */
  readonly period: number | null;
}

export const DELIVERABLES_MAX = 40;

export function deliverablesOf(
  lines: readonly Line[],
  units: readonly Unit[],
  domain: Domain,
): Deliverable[] {
  const found: Deliverable[] = [];
  const named = ({ unit, phrases }: Line, among_work: boolean): Deliverable[] =>
    phrases.flatMap(
      ({ phrase, period }) => deliverableOf(phrase, unit.text, period, domain, among_work) ?? [],
    );
  const read = lines.map((each) => ({ ...each, known: named(each, false) }));
  for (const each of read) {
    const { unit, known } = each;
    // What a list of work names besides is work, too.
    const list =
      unit.kind === "item"
        ? read.filter((other) => other.unit.kind === "item" && other.unit.block === unit.block)
        : [];
    const is_work =
      list.length >= 3 && list.filter((other) => other.known.length > 0).length * 2 >= list.length;
    // So is what stands beside work in one sentence.
    const beside =
      known.length > 0 && known.length < each.phrases.length && known.length * 2 >= each.phrases.length;
    const all = (is_work && known.length === 0) || beside ? named(each, true) : known;
    for (const deliverable of all) addTo(found, deliverable);
  }
  // A heading is work of its own where nothing under it is.
  const sources = new Set(found.flatMap((each) => each.sources));
  const filled = new Set(units.filter(({ text }) => sources.has(text)).map(({ under }) => under));
  for (const { kind, text } of units) {
    const is_work =
      kind === "heading" &&
      !NO_WORK.test(text) &&
      !PERIOD.test(text) &&
      !filled.has(text) &&
      wordsOf(text).length <= 6;
    const heading = is_work ? deliverableOf({ verb: null, object: text }, text, null, domain, false) : null;
    if (heading !== null) addTo(found, heading);
  }
  return found.slice(0, DELIVERABLES_MAX);
}

/** What one does with words, and may tell a model to. */
const TALKING = new Set(
  "write generate give tell list show print offer provide describe make let include present send get have use follow call read ask return".split(
    " ",
  ),
);

function deliverableOf(
  phrase: Phrase,
  source: string,
  period: number | null,
  domain: Domain,
  among_work: boolean,
): Deliverable | null {
  const { verb, object, actor } = phrase;
  const kind = inOrder(kindIn(phrase, domain), source);
  const topics = topicsOf(object);
  if (topics.length === 0 && kind === null) return null;
  // What any change to a program consists of says nothing of what this phrase is about.
  const is_known =
    kind !== null && (kind.name !== domain.each || kindIn(phrase, { ...domain, each: "" }) !== null);
  const names_code = domain.each !== undefined && verb !== null && partsIn(source).length > 0;
  const tells =
    domain.each !== undefined &&
    verb !== null &&
    !TALKING.has(verb) &&
    verbAt(wordsOf(source), 0)?.verb === verb;
  // Words for making anything, and bare things, count where they are about work that is known.
  if (
    !is_known &&
    !names_code &&
    !tells &&
    actor === undefined &&
    !among_work &&
    phrase.is_certain !== true &&
    (verb === null || LOOSE_VERBS.has(verb))
  )
    return null;
  const title = titleOf(phrase, kind, domain);
  return {
    title,
    object: phrase.about ?? (actor === undefined ? lowerFirst(bare(object)) : `“${object}”`),
    verb: verb === "let" ? null : verb,
    sources: [source],
    kind,
    topics,
    period,
  };
}

/** "Before touching anything, write tests": before whatever its kind comes after. */
const inOrder = (kind: Kind | null, source: string): Kind | null =>
  kind !== null && BEFORE_ALL.test(source) ? { ...kind, stage: "prepare", follows: [], before: [] } : kind;
const BEFORE_ALL =
  /^before (?:touching|changing|moving|starting|doing|making|building|we (?:start|begin|touch|change)|any(?:thing|\s\p{L}+))\b/iu;

/** The same thing said again makes the first one clearer, and no second one. */
function addTo(found: Deliverable[], next: Deliverable): void {
  const at = found.findIndex((known) => isSame(known, next));
  if (at < 0) found.push(next);
  else {
    const known = found[at]!;
    found[at] = {
      ...known,
      sources: [...new Set([...known.sources, ...next.sources])].slice(0, 4),
      period: known.period ?? next.period,
    };
  }
}

function isSame(a: Deliverable, b: Deliverable): boolean {
  if (a.title.toLowerCase() === b.title.toLowerCase()) return true;
  const both = a.topics.filter((topic) => b.topics.includes(topic)).length;
  const fewer = Math.min(a.topics.length, b.topics.length);
  if (
    a.kind !== null &&
    a.kind.name === b.kind?.name &&
    fewer > 0 &&
    both === fewer &&
    (a.verb === b.verb || a.verb === null || b.verb === null)
  )
    return true;
  const all = new Set([...a.topics, ...b.topics]).size;
  const same_verb = a.verb === b.verb || a.verb === null || b.verb === null;
  return same_verb && all > 0 && both / all >= 0.6;
}
