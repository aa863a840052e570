// What a description says is to be done or made, each thing once, in the order of the text: the only part of it that
// shapes a plan.
import { partsIn } from "./code-names.ts";
import type { Domain } from "./domain.ts";
import type { Kind } from "./kind.ts";
import { objectOf, type Phrase } from "./objects.ts";
import { phrasesOf } from "./phrases.ts";
import { FINITE } from "./sentences.ts";
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

/** Headings and labels under which nothing is to be done. */
const NO_WORK =
  /^(?:(?:project )?background|problem(?: statement)?|context|motivation|(?:total |estimated )?(?:budget|costs?|prices?|funding request)\b.*|roles?|team|staffing|risks?|assumptions|constraints|out of scope|not in scope|non-?goals|references|links|contacts?|licen[cs]e|success(?: criteria| metrics)?|goals?|aims?|stakeholders|glossary|why|acknowledg\w+|reviewed-on|see also|note|current (?:state|formula)|timeline|deadline|users?|audience|target (?:group|audience)|data|organi[sz]ation name|submitted (?:to|by)|date|address|email|phone|example|for example|expected outcomes?|volunteers|.* (?:manager|lead|owner)|salar\w+|.*[$€£]\s?\d.*)$/iu;
const PERIOD =
  /^(?:(?:phase|stage|step|sprint|milestone|weeks?|months?|days?|years?|q[1-4]|part)\b\s*(?:\d+|[ivx]+)?(?:\s*(?:-|–|to|and)\s*\d+)?|(?:january|february|march|april|may|june|july|august|september|october|november|december)\b[^:]{0,20})/iu;
const LABELLED = /^([^:.!?]{2,60}?)(?::|\s[–—-])\s+(.+)$/su;
const MONEY = /^\W*(?:[$€£]|eur|usd|gbp)\s?[\d.,]+k?\W*$/iu;

/** "From 0 to 127 bytes: same", "Language: German". */
const FACT =
  /^[^:]*\d[^:]*:\s*\S+(?:\s\S+){0,3}$|^[^:]{2,40}:\s*(?:same|none|yes|no|n\/a|tbd|\S*\d\S*)\.?$/iu;

/** A unit with the phrases in it, and the part of a timeline that each stands in. */
export interface Line {
  readonly unit: Unit;
  readonly phrases: readonly { readonly phrase: Phrase; readonly period: number | null }[];
}

/** What can name work at all: no headings, and nothing under those of them that promise none. */
export function linesOf(units: readonly Unit[]): Line[] {
  const periods = periodsOf(units);
  const headings = new Set(units.filter(({ kind }) => kind === "heading").map(({ text }) => text));
  return units
    .filter(({ kind, under }) => kind !== "heading" && !NO_WORK.test(under))
    .map((unit) => ({ unit, phrases: phrasesWithPeriod(unit, periods, headings.has(unit.under)) }));
}

/** A brief text's first line, taken for work: it tells to do something, or names what projects of its kind make. */
export function wholeOf(line: Line | undefined, domain: Domain | null): Line | null {
  if (line === undefined) return null;
  const { unit, phrases } = line;
  const told = phrases.filter(({ phrase }) => phrase.verb !== null);
  const named =
    domain === null || FINITE.test(unit.text.split(/\b(?:that|which|who|where)\b/u)[0]!)
      ? []
      : [{ phrase: { verb: null, object: objectOf(unit.text) }, period: null }];
  const found = (told.length > 0 ? told : named).map(({ phrase }) => ({
    phrase: { ...phrase, is_certain: true as const },
    period: null,
  }));
  return found.length > 0 ? { unit, phrases: found } : null;
}

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
    const all = is_work && known.length === 0 ? named(each, true) : known;
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

function periodsOf(units: readonly Unit[]): ReadonlyMap<string, number> {
  const labels = units.flatMap(({ kind, text, under }) => [
    ...(kind === "heading" && PERIOD.test(text) ? [text] : []),
    ...(LABELLED.test(text) && PERIOD.test(text) ? [LABELLED.exec(text)![1]!] : []),
    ...(PERIOD.test(under) ? [under] : []),
  ]);
  const distinct = [...new Set(labels)];
  return distinct.length < 2 ? new Map() : new Map(distinct.map((label, at) => [label, at]));
}

function phrasesWithPeriod(
  unit: Unit,
  periods: ReadonlyMap<string, number>,
  is_led: boolean,
): { phrase: Phrase; period: number | null }[] {
  const is_item = unit.kind === "item";
  const [, label, rest] = LABELLED.exec(unit.text) ?? [];
  const under = periods.get(unit.under) ?? null;
  const lead = is_item && is_led ? leadOf(unit.under) : null;
  if (lead !== null && verbAt(wordsOf(unit.text), 0) === null) {
    return [{ phrase: { verb: lead, object: objectOf(unit.text), is_certain: true }, period: under }];
  }
  if (label === undefined || rest === undefined) {
    return phrasesOf(unit.text, is_item).map((phrase) => ({ phrase, period: under }));
  }
  if (NO_WORK.test(label) || MONEY.test(rest)) return [];
  if (PERIOD.test(label)) {
    return phrasesOf(rest, true).map((phrase) => ({ phrase, period: periods.get(label) ?? under }));
  }
  if (FACT.test(unit.text)) return [];
  const told = phrasesOf(rest, true).filter(({ verb }) => verb !== null);
  const named = phrasesOf(label, true);
  if (told.length > 0 && named.every(({ verb }) => verb === null))
    return told.map((phrase) => ({ phrase, period: under }));
  const is_name =
    wordsOf(label).length <= 6 &&
    !/\b(?:following|these|include|features?|connect|we|it|are|is|will)\b/iu.test(label);
  if (!is_name) return phrasesOf(unit.text, is_item).map((phrase) => ({ phrase, period: under }));
  // "Labels: panic on long strings": what it is about, and what.
  const said = wordsOf(rest).length <= REST_WORDS_MAX && named.length === 1 ? `: ${objectOf(rest)}` : "";
  return named.map((phrase) => ({ phrase: { ...phrase, object: phrase.object + said }, period: under }));
}
const REST_WORDS_MAX = 8;

/** "Port the endpoints to the new router:" tells what is done with each thing below it. */
function leadOf(heading: string): string | null {
  const words = wordsOf(heading);
  const verb = words.length >= LEAD_WORDS_MIN ? verbAt(words, 0) : null;
  const of = words[verb?.length ?? 0] ?? "";
  return verb?.form === "base" && /^(?:the|these|all|each|our|its|every|a|an)$/iu.test(of) ? verb.verb : null;
}
const LEAD_WORDS_MIN = 4;

function deliverableOf(
  phrase: Phrase,
  source: string,
  period: number | null,
  domain: Domain,
  among_work: boolean,
): Deliverable | null {
  const { verb, object, actor } = phrase;
  const kind = kindIn(phrase, domain);
  const topics = topicsOf(object);
  if (topics.length === 0 && kind === null) return null;
  // What any change to a program consists of says nothing of what this phrase is about.
  const is_known =
    kind !== null && (kind.name !== domain.each || kindIn(phrase, { ...domain, each: "" }) !== null);
  const names_code = domain.each !== undefined && verb !== null && partsIn(source).length > 0;
  // Words for making anything, and bare things, count where they are about work that is known.
  if (
    !is_known &&
    !names_code &&
    actor === undefined &&
    !among_work &&
    phrase.is_certain !== true &&
    (verb === null || LOOSE_VERBS.has(verb))
  )
    return null;
  const title = titleOf(phrase, kind, domain);
  return {
    title,
    object: actor === undefined ? lowerFirst(bare(object)) : `“${object}”`,
    verb: verb === "let" ? null : verb,
    sources: [source],
    kind,
    topics,
    period,
  };
}

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
  const same_verb = a.verb === b.verb || a.verb === null || b.verb === null || a.kind === b.kind;
  return same_verb && all > 0 && both / all >= 0.6;
}
