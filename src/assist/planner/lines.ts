// The lines of a description with the phrases in them: what headings, labels and timelines make of what stands below them.
import type { Domain } from "./domain.ts";
import { objectOf, type Phrase } from "./objects.ts";
import { phrasesOf } from "./phrases.ts";
import { FINITE } from "./sentences.ts";
import { lowerFirst } from "./titles.ts";
import type { Unit } from "./units.ts";
import { able, USER_ACTS } from "./verb-phrases.ts";
import { NOUNS_TOO, verbAt, wordsOf } from "./words.ts";

/** Headings and labels under which nothing is to be done. */
export const NO_WORK =
  /^(?:(?:project )?background|problem(?: statement)?|context|motivation|(?:total |estimated )?(?:budget|costs?|prices?|funding request)\b.*|roles?|team|staffing|risks?|assumptions|constraints|out of scope|not in scope|not (?:now|yet|included|planned|part of .*)|later|won['’]t(?: have)?|excluded|future (?:work|ideas)|non-?goals|references|links|contacts?|licen[cs]e|success(?: criteria| metrics)?|goals?|aims?|stakeholders|glossary|why|open (?:roles?|positions?|questions?|issues?)|acknowledg\w+|reviewed-on|see also|note|current (?:state|formula)|timeline|deadline|(?:data )?sources?|users?|audience|target (?:group|audience)|data|organi[sz]ation name|submitted (?:to|by)|date|address|email|phone|example|for example|expected outcomes?|volunteers|.* (?:manager|lead|owner)|salar\w+|.*[$€£]\s?\d.*)$/iu;
export const PERIOD =
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
    .map((unit, at, all) => {
      const text = referred(unit.text, all[at - 1]?.text ?? "");
      return { unit, phrases: phrasesWithPeriod({ ...unit, text }, periods, headings.has(unit.under)) };
    });
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

/** "Our clusters run an old version. Upgrade them": the clusters. */
function referred(text: string, before: string): string {
  const words = wordsOf(text);
  const pronoun = words[1]?.toLowerCase() ?? "";
  if (!/^(?:it|them)$/u.test(pronoun) || verbAt(words, 0)?.form !== "base") return text;
  const plain = wordsOf(before.replace(/\([^()]*\)/gu, " "));
  const end = plain.findIndex(
    (word, at) =>
      at > 0 && (FINITE.test(word) || (verbAt(plain, at) !== null && !NOUNS_TOO.has(word.toLowerCase()))),
  );
  const subject = plain.slice(0, Math.max(0, end));
  const is_named =
    subject.length > 1 &&
    subject.length <= SUBJECT_WORDS_MAX &&
    /^(?:the|our|my|all|each|every)$/iu.test(subject[0]!);
  const head = subject.findIndex((word) => /^(?:of|for|in|on|at|with)$/iu.test(word));
  const is_many = /[^s]s$/u.test(subject[head > 0 ? head - 1 : subject.length - 1] ?? "");
  return is_named && is_many === (pronoun === "them")
    ? text.replace(/\b(?:it|them)\b/iu, () => lowerFirst(subject.join(" ")))
    : text;
}
const SUBJECT_WORDS_MAX = 7;

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
    const phrases =
      FEATURES.test(unit.under) && is_item ? featurePhrases(unit.text) : phrasesOf(unit.text, is_item);
    return phrases
      .filter(({ verb }) => verb !== null || !TOOLS.test(unit.under))
      .map((phrase) => ({ phrase, period: under }));
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

/** Headings under which users are meant, and under which tools are named that work is done with. */
const FEATURES =
  /^(?:(?:key|main|core|planned|must[- ]have) )?(?:features?|functions?|capabilities|user stories|what (?:it|users|people) (?:does|can do|do))\b/iu;
const TOOLS = /^(?:tech(?:nology|nologies|nical)?(?: stack)?|stack|tools|built with|environment)$/iu;

/** "Share plants with family": users do. "Works offline": it shall. */
function featurePhrases(text: string): Phrase[] {
  const words = wordsOf(text);
  const first = words[0]?.toLowerCase() ?? "";
  if (/^works?$/u.test(first))
    return [
      {
        verb: "make",
        object: `it work ${objectOf(
          text
            .split(/\s+/u)
            .slice(1)
            .join(" ")
            .split(/\sand\s/u)[0]!,
        )}`,
        is_certain: true,
      },
    ];
  const is_act = USER_ACTS.has(first) || /^(?:sign|log) in\b/iu.test(text);
  return is_act && words.length > 1 ? able("users", text) : phrasesOf(text, true);
}

/** "Port the endpoints to the new router:" tells what is done with each thing below it. */
function leadOf(heading: string): string | null {
  const words = wordsOf(heading);
  const verb = words.length >= LEAD_WORDS_MIN ? verbAt(words, 0) : null;
  const of = words[verb?.length ?? 0] ?? "";
  return verb?.form === "base" && /^(?:the|these|all|each|our|its|every|a|an)$/iu.test(of) ? verb.verb : null;
}
const LEAD_WORDS_MIN = 4;
