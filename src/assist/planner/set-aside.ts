// Units that speak to a language model and not to people who work: found by the detector of prompt injection, unit by
// unit, and by what only such texts say. They are set aside, and so is what stands between two of them; whatever is
// before or after them still shapes the plan.
import { detectPrompt } from "../../defence/detect.ts";
import type { Unit } from "./units.ts";

/** Score from which a unit is set aside by itself, and from which it is if it also speaks to its reader. */
const LIKELY = 0.1;
const POSSIBLE = 0.02;
const CERTAIN = 0.9;
/** Words of which orders, rules and messages that people plan for have none. */
const CORROBORATION =
  /\b(?:you\w*|u|ur|ai|a\.i|\w*gpt\w*|bots?|chatbot|assistant|llm|models?|prompts?|instructions?|ignor\w+|forget|pretend\w*|respon[ds]\w*|answer\w*|repl(?:y|ies)|says?|print|i|me|my|jail\w*|dan|persona|character|role|filter\w*|rules?|restrict\w*|never|always|must not|ethic\w*|moral\w*|illegal|secret|password)\b|[\]["{}<>]/iu;
/** Sentences of one paragraph between two that are set aside go with them, so many at most. */
const BETWEEN_MAX = 3;

/** Speaks about the answer, the prompt or the conversation, or to somebody who plays a part. */
const MODEL_TALK =
  /\b(?:(?:your|the|its|my|this|all|each|every|any) (?:next |final |own |first )?(?:response|answer|repl(?:y|ies)|output|prompt|instruction|directive|completion)s?|(?:previous|prior|above|preceding|earlier|foregoing|former) (?:\w+ )?(?:instructions?|prompts?|text|context|messages?|directions?|rules?|commands?)|(?:ignore|disregard|forget|bypass|override) (?:all|any|every|the|your|previous|prior|what|everything)|act as|pretend|role-?play|from now on|jail-?break\w*|chat ?gpt|open ?ai|language model|(?:system|hidden|secret) prompt|in this (?:chat|conversation)|as an ai|do anything now|content polic(?:y|ies)|your (?:code|codebase|solution|developers?|creators?|training|guidelines|programming|character|persona)|code (?:snippet|excerpt|block)|following (?:code|text|sentence|phrase|string|words?)|(?:print|say|repeat|output|respond|reply|answer) (?:exactly|only|with|the following|verbatim)|(?:just|only|simply|please) (?:print|say|output|repeat|reply|respond|answer|return)|insert (?:the )?(?:prompt|question)|(?:in|out of|break\w*|of) character|disclaimers?|(?:hide|conceal|secret) (?:it |this |that )?from the user|content filter|first question|message below|user (?:asks|says|wants you)|throughout (?:our|this|the) (?:entire |whole )?conversation|tokens? free|follow (?:the|these|all|my) (?:guidelines|rules|instructions|commands)|personalit(?:y|ies)|let['’]s (?:talk|play|act|pretend|imagine)|execute print|\d+ tokens|uncensored|unfiltered|profanity|swear\w*)\b/iu;
/** Said to the reader, and no sentence about work. */
const TO_THE_READER = /\b(?:you|you're|you’re|you'll|you’ll|you've|yourself)\b/iu;

/** The units that speak of work, and how many were set aside. */
export function speakingOfWork(units: readonly Unit[]): { readonly kept: Unit[]; readonly aside: number } {
  const aside = units.map(({ text }) => isToAModel(text));
  let last: number | null = null;
  for (const [at, is_aside] of aside.entries()) {
    if (!is_aside) continue;
    const is_near = last !== null && at - last <= BETWEEN_MAX + 1 && units[last]!.block === units[at]!.block;
    if (is_near) aside.fill(true, last!, at);
    last = at;
  }
  const kept = units.flatMap((unit, at) => {
    if (!aside[at]) return [unit];
    const rest = isToAModel(unit.text) ? restOf(unit.text) : null;
    return rest === null ? [] : [{ ...unit, text: rest }];
  });
  return { kept, aside: aside.filter(Boolean).length };
}

function isToAModel(text: string): boolean {
  const score = detectPrompt(text, POSSIBLE)[0]?.score ?? 0;
  return (
    score >= CERTAIN ||
    (score >= LIKELY && CORROBORATION.test(text)) ||
    MODEL_TALK.test(text) ||
    (score >= POSSIBLE && TO_THE_READER.test(text))
  );
}

/**
 * What is left of a sentence that somebody ran into another one without a full stop: from a word on that begins a
 * sentence about work, to the end; of the last such words, the first.
 */
function restOf(text: string): string | null {
  const starts = Array.from(text.matchAll(NEW_SENTENCE), ({ index }) => index + 1).slice(-SPLITS_MAX);
  const at = starts.find((start) => !isToAModel(text.slice(start)));
  return at === undefined || text.slice(at).split(" ").length < REST_WORDS_MIN ? null : text.slice(at);
}
const SPLITS_MAX = 12;
const REST_WORDS_MIN = 4;
const NEW_SENTENCE =
  /(?<=[\p{L}\p{N}\]"'”’):=.>}*_`!?;-])\s(?=(?:We|Our|This (?:project|study|programme|work|change|fix)|The (?!above|following|user|AI|bot|model|assistant)\p{Ll}+|There|It|After|Before|Once|Build|Design|Migrate|Renovate|Launch|Hire|Organise|Organize|Add|Fix|Implement|Port|Move|Replace|Develop|Plan|Prepare|Establish|Upgrade|Set up|As an? \p{Ll}+,)\s\p{Ll})|(?<=[\]"”’):`;])\s(?=\p{Lu}\p{Ll}+[\s'’-]\p{L})/gu;
