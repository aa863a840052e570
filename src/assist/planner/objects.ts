// What a verb is done to: the words for it, cut where they begin to explain, and lists of things taken apart.
import { LOOSE_VERBS, wordsOf } from "./words.ts";

export interface Phrase {
  /** In its base form; null where a thing is named without saying what to do with it. */
  readonly verb: string | null;
  /** As the text says it, without what explains it. */
  readonly object: string;
  /** Who is to be able to do it, where the sentence is about users. */
  readonly actor?: string;
  /** Said as a plan or a demand in so many words: it is work, whatever its verb. */
  readonly is_certain?: true;
  /** What its steps speak of, where that is not the object. */
  readonly about?: string;
}

const WORDS_MAX = 14;
/** From here on a phrase explains itself. */
export const CUT =
  /\s*(?:,\s+(?:so\b|(?:and|so|or|yet)\s+(?:it|this|[Ii]|we|they|that|he|she|the\s+\p{L}+\s+(?:[Ii]|we|they|is|are|was|were|has|makes?))\s|\p{Ll}+ing\s+(?:the|an?|all|each|every|its|their|it|them|\p{Lu}))|\b(?:so that|because|which(?!\s+\p{L}+\s+(?:will|would|can|could|should|may|might|are|is|do|does|have|has|to|need)\b)|who|whose|since|while|although|whereas|unless|but|where|whenever|when|if|in order to|such that|rather than|instead of|as well as|that (?:is|are|can|was|were|does|do|has|have|will|writes?|had|connects?)|to (?:make|ensure|avoid|allow|help|let|match|keep|encourage|grow|give|prevent|improve))\b|\s[–—-]\s|[;:?!]|\.$|\().*$/su;
const RELATION =
  /\s*,?\s*\b(?:before|after|once(?! (?:per|an?|every)\b)|until|afterwards|by the end of|as soon as)\b.*$/iu;

export function listOf(text: string): string[] {
  const parts = text.split(/,\s+(?:and\s+|or\s+|then\s+|plus\s+)?/u);
  // Only before the last thing of a list an "and" divides.
  const last = parts.length > 1 ? parts.pop()!.split(/\s+(?:and|or|plus)\s+/u) : [];
  return [...parts, ...last]
    .map((each) => each.replace(/^(?:including|such as|like|e\.g\.|for example|as well as)\s+/iu, "").trim())
    .filter((each) => each !== "" && !/^(?:to|etc|so on|more|others?)\b/iu.test(each));
}

/** A sentence without its end, for a title. */
export const shortened = (sentence: string): string => {
  const words = sentence.replace(/[.!]+$/u, "").split(/\s+/u);
  return words.length > 18 ? `${words.slice(0, 18).join(" ")} …` : words.join(" ");
};

/** The last clause of what stands before a verb in the passive. */
export const clauseStart = (subject: string): string => {
  const parts = subject.split(/[;:]\s|,\s(?:and|but|so)?\s*/u);
  // "Contacts, companies and mails have to be moved": a list, and no clause before another.
  const is_list = !CLAUSE.test(subject) && !/[;:]\s/u.test(subject) && /,.*\sand\s/su.test(subject);
  return (is_list ? subject : parts.at(-1)!).replace(/^(?:and|but|so|then|also|first|finally)\s+/iu, "");
};
const CLAUSE =
  /^(?:after|before|when|once|if|while|since|for|in|on|as|to|at|by|during)\b|\b(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|do|does|did)\b.*,/isu;

/** Words that say nothing without what follows them. */
const VAGUE =
  /^(?:the |an? |its |their |our |new )*(?:approach|way|behaviou?r|code|logic|handling|process|order|check|case)$/iu;

/** What is done to it, without reasons and times, and not longer than a title bears. */
export function objectOf(text: string): string {
  const plain = (text.replace(CUT, "") || text.replace(/[,.;].*$/su, "")).trim();
  const is_bare = wordsOf(plain).length === 1 && /\b(?:if|when|unless)\b/u.test(text);
  const cut = VAGUE.test(plain) || is_bare ? text.replace(/(?:[;:?!(]|\.(?:\s|$)).*$/su, "").trim() : plain;
  const timeless = cut.replace(RELATION, "");
  const kept = wordsOf(timeless).length >= 2 ? timeless : cut;
  const words = kept
    .replace(/[\s,.;:!?"“”]+$/u, "")
    .replace(/^["“”]+/u, "")
    .split(/\s+/u);
  const short = words.length > WORDS_MAX ? words.slice(0, WORDS_MAX) : words;
  while (
    short.length > 1 &&
    !/^(?:log|sign|check|opt)$/iu.test(short.at(-2)!) &&
    /^(?:and|or|of|to|in|on|for|with|the|an?|by|from|at|into|that|their|our|its|is|are|as|then|also)$/iu.test(
      short.at(-1)!,
    )
  )
    short.pop();
  return short.join(" ").replace(/[\s,.;:]+$/u, "");
}

/** It names something: more than a pronoun, a figure or a word that any sentence has. */
export const isWhole = ({ object, verb }: Phrase): boolean =>
  /\p{L}{2}/u.test(object) &&
  !(verb === "build" && /^(?:up)?on\b/iu.test(object)) &&
  !(verb === null && /^(?:from|to|in|on|at|of|by|with|as|than|up)\s/iu.test(object)) &&
  !/^(?:it|them|this|that|these|those|him|her|me|us|you|everything|anything|something|nothing|all|so|what|how|why|there|if|whether|more|much|out|up|sure)\b(?!\s+\p{L}{3,})/iu.test(
    object,
  ) &&
  !/^no\b/iu.test(object) &&
  !/^[$€£]?\d/u.test(object.replace(/^[\d.,]*\d\s+\p{L}.*/u, "")) &&
  !(verb !== null && LOOSE_VERBS.has(verb) && /^(?:it|them|me|us|you|sure|way|use|sense)\b/iu.test(object));
