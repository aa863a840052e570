// Units that speak to a language model and not to people who work: found by the detector of prompt injection, unit by
// unit, and by what only such texts say. They are set aside, and so is what stands between two of them; whatever is
// before or after them still shapes the plan.
import { detectPrompt } from "../../defence/detect.ts";
import { partsIn } from "./code-names.ts";
import type { Unit } from "./units.ts";
import { LOOSE_VERBS, verbAt, wordsOf } from "./words.ts";

/** Score from which a unit is set aside by itself, and from which it is if it also speaks to its reader. */
const LIKELY = 0.055;
const POSSIBLE = 0.0165;
const CERTAIN = 0.9;
/** Words of which orders, rules and messages that people plan for have none. */
const CORROBORATION =
  /\b(?:you\w*|u|ur|ai|a\.i|\w*gpt\w*|bots?|chatbot|assistant|llm|models?|prompts?|instructions?|ignor\w+|forget|pretend\w*|respon[ds]\w*|answer\w*|repl(?:y|ies)|says?|print|i|me|my|jail\w*|dan|persona|character|role|filter\w*|rules?|restrict\w*|never|always|must not|ethic\w*|moral\w*|illegal|secret|password)\b/iu;
/** Where no part of a program is named. */
const MARKS = /[\]["{}<>]/u;
/** Sentences of one paragraph between two that are set aside go with them, so many at most. */
const BETWEEN_MAX = 3;

/** Speaks about the answer, the prompt or the conversation, or to somebody who plays a part. */
const MODEL_TALK =
  /\b(?:(?:your|the|its|my|this|all|each|every|any) (?:next |final |own |first )?(?:response|answer|repl(?:y|ies)|output|prompt|instruction|directive|completion)s?|(?:previous|prior|above|preceding|earlier|foregoing|former) (?:\w+ )?(?:instructions?|prompts?|text|context|messages?|directions?|rules?|commands?)|(?:ignore|disregard|forget|bypass|override) (?:all|any|every|the|your|previous|prior|what|everything)|act as|pretend|role-?play|from now on|jail-?break\w*|chat ?gpt|open ?ai|language model|(?:system|hidden|secret) prompt|in this (?:chat|conversation)|as an ai|do anything now|content polic(?:y|ies)|your (?:code|codebase|solution|developers?|creators?|training|guidelines|programming|character|persona)|code (?:snippet|excerpt|block)|following (?:code|text|sentence|phrase|string|words?)|(?:print|say|repeat|output|respond|reply|answer) (?:exactly|only|with|the following|verbatim)|(?:just|only|simply|please) (?:print|say|output|repeat|reply|respond|answer|return)|(?:generate|write|give) an? (?:\w+ )?(?:reply|response|answer) |insert (?:the )?(?:prompt|question)|(?:in|out of|break\w*|of) character|disclaimers?|(?:hide|conceal|secret) (?:it |this |that )?from the user|content filter|first question|message below|(?:user|system) (?:message|i-?nstruction)s? (?:begin|end|termin|start|over)\w*|user (?:asks|says|wants you)|throughout (?:our|this|the) (?:entire |whole )?conversation|tokens? free|follow (?:the|these|all|my) (?:guidelines|rules|instructions|commands)|personalit(?:y|ies)|let['’]s (?:talk|play|act|pretend|imagine)|execute print|\d+ tokens|uncensored|unfiltered|profanity|swear\w*)\b/iu;
/** Said to the reader, and no sentence about work. */
const TO_THE_READER = /\b(?:you|you're|you’re|you'll|you’ll|you've|yourself)\b/iu;

/** The units that speak of work, and how many were set aside. */
export function speakingOfWork(units: readonly Unit[]): { readonly kept: Unit[]; readonly aside: number } {
  const aside = units.map(({ text }) => isToAModel(text));
  const parts = units.map(({ text, block }, at) => {
    const goesOn = (other: number): boolean => aside[other] === true && units[other]!.block === block;
    if (!aside[at]) return [withoutEdges(text, goesOn(at - 1), goesOn(at + 1))];
    return honestParts(text, !goesOn(at - 1), !goesOn(at + 1));
  });
  const own = [...aside];
  let last: number | null = null;
  for (const [at, is_aside] of aside.entries()) {
    if (!is_aside) continue;
    const is_near = last !== null && at - last <= BETWEEN_MAX + 1 && units[last]!.block === units[at]!.block;
    if (is_near) aside.fill(true, last!, at);
    last = at;
  }
  const kept = units.flatMap((unit, at) =>
    aside[at] && !own[at] ? [] : parts[at]!.map((text) => ({ ...unit, text })),
  );
  return { kept, aside: aside.filter(Boolean).length };
}

function isToAModel(text: string): boolean {
  const score = detectPrompt(text, POSSIBLE)[0]?.score ?? 0;
  return (
    score >= CERTAIN ||
    MODEL_TALK.test(text) ||
    (score >= LIKELY && (CORROBORATION.test(text) || (MARKS.test(text) && partsIn(text).length === 0))) ||
    (score >= POSSIBLE && TO_THE_READER.test(text))
  );
}

/**
 * What is left of a sentence that somebody ran into another one without a full stop: what stands before the words that
 * are said to a model, and what stands behind them from a word on that begins a sentence about work. Only the first
 * and the last of several sentences can have such a part.
 */
function honestParts(text: string, is_first: boolean, is_last: boolean): string[] {
  const heads = (is_first ? startsOf(text, ANY_SENTENCE) : [])
    .slice(0, SPLITS_MAX)
    .map((start) => text.slice(0, start).trimEnd())
    .filter((part) => isLong(part) && !isToAModel(part) && isToAModel(text.slice(part.length)));
  const before = heads.find((part) => ADDRESS.test(text.slice(part.length))) ?? heads.at(-1);
  const after = (is_last ? startsOf(text, NEW_SENTENCE) : [])
    .filter((start) => start > (before?.length ?? 0))
    .slice(-SPLITS_MAX)
    .map((start) => text.slice(start))
    .find((part) => isLong(part) && !isToAModel(part));
  return [before, after].filter((part) => part !== undefined);
}

/** What stands next to a sentence that is said to a model may begin, or end, with the edge of it. */
function withoutEdges(text: string, is_behind: boolean, is_before: boolean): string {
  const start = is_behind
    ? startsOf(text, NEW_SENTENCE).find((at) => wordsOf(text.slice(0, at)).length <= EDGE_WORDS_MAX)
    : undefined;
  const rest = text.slice(start ?? 0);
  const end = is_before
    ? startsOf(rest, ANY_SENTENCE).find((at) => ADDRESS.test(rest.slice(at - 1)))
    : undefined;
  return end === undefined || wordsOf(rest.slice(0, end)).length < PART_WORDS_MIN
    ? rest
    : rest.slice(0, end).trimEnd();
}

const startsOf = (text: string, pattern: RegExp): number[] =>
  Array.from(text.matchAll(pattern), ({ index }) => index + 1).filter(
    (start) =>
      pattern !== NEW_SENTENCE || CLOSED.test(text[start - 2] ?? "") || beginsWork(text.slice(start)),
  );

/** A word in capitals begins it that names no thing: a verb, or one of those that begin sentences. */
function beginsWork(text: string): boolean {
  const [first = "", second = "", third = ""] = text.split(/\s+/u, 3);
  if (OPENING.test(first)) return /^\p{Ll}/u.test(second);
  return verbAt([first, second, third], 0)?.form === "base" && second !== "";
}

/** Long enough to say something, and not broken off within a quotation or before a name. */
const isLong = (text: string): boolean =>
  wordsOf(text).length >= PART_WORDS_MIN &&
  !LOOSE_VERBS.has(verbAt(wordsOf(text), 0)?.verb ?? "") &&
  (text.split('"').length - 1) % 2 === 0 &&
  text.split("(").length === text.split(")").length &&
  !/\b(?:the|an?|of|for|to|in|on|at|by|with|from|as|and|or|is|are|be|named|called|that|than|like|my|your|our|by \p{Ll}+ing|when|if|where|which|so|but|because|i|you)$/u.test(
    text,
  );
/** Words with which people turn to somebody. */
const ADDRESS =
  /^\s(?:hello|hi|hey|please|from (?:now|here)|you(?:'re|r)?|i|as|ignore|disregard|forget|act|pretend|now|let['’]s|system|assistant|important|human|user|respond|answer|stop|imagine|for|if|when|upon|whenever|firstly|\[|<|\{|&)(?![\p{L}\p{N}])/iu;
const EDGE_WORDS_MAX = 4;
const SPLITS_MAX = 12;
const PART_WORDS_MIN = 4;
const OPENING = /^(?:We|Our|My|This|The|There|It|A|An|All|After|Before|Once|Users?|Customers?|As)$/u;
const ANY_SENTENCE =
  /(?<=[\p{L}\p{N}\]"'”’)%>}*`!?;:.-])\s(?=[\p{Lu}[<{#*$+&=/\\>]|(?:ignore|you|from now|as|please|forget|pretend|act|stop|disregard|now|hello|hi)\s)/gu;
/** After a bracket, a quotation or a colon whatever begins in capitals begins anew. */
const CLOSED = /[\]"”’):`;}>*?!]/u;
const NEW_SENTENCE = /(?<=[\p{L}\p{N}\]"'”’):=.>}*_`!?;-])\s(?=\p{Lu}\p{Ll}*[\s,'’-])/gu;
