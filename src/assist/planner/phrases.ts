// The work that one sentence or list item names, as phrases of a verb and what it is done to. Only forms that are
// known count; a sentence of any other form names nothing.
import { isWhole, listOf, objectOf, type Phrase } from "./objects.ts";
import { FINITE, sentencePhrases } from "./sentences.ts";
import { contained, tells } from "./things.ts";
import { able, verbPhrases } from "./verb-phrases.ts";
import { NOUNS_TOO, type VerbAt, verbAt, wordsOf } from "./words.ts";

const STORY =
  /^as an? ([^,]{2,40}),?\s+i\s+(?:want|need|would like|can|should be able)\s+(?:to\s+)?(?:be able to\s+)?(.*)$/isu;
/** What stands before the verb of a sentence that tells to do something: when, why, in which order. */
const LEAD =
  /^(?:(?:before|after|once|when|as soon as|while|since|if|instead of|in order to|to|for|in|on|at|during|until)\b[^,:;.]{2,120},|(?:also|then|next|finally|first|second|third|lastly|instead|therefore|please|afterwards|later|now|additionally|furthermore|moreover|specifically|in addition|eventually|ideally)\b,?)\s+(?:(?:also|only|just|simply|then)\s+)?(?=\p{L})/iu;
/** "Do the following:" tells nothing. */
const LEAD_IN_WORDS_MIN = 5;
const INSTEAD = /^(?:instead of|rather than)\b/iu;
/** A sentence that is longer is cut: what it says is to be done, it says at its beginning. */
const CHARACTERS_MAX = 600;

export function phrasesOf(text: string, is_item: boolean): Phrase[] {
  const plain = text
    .slice(0, CHARACTERS_MAX)
    .replace(/\([^()]*\)/gu, " ")
    .replace(/\s+/gu, " ")
    .replace(/\s([,.;:])/gu, "$1")
    .trim();
  // An exclamation names nothing, and a lead-in only what it tells to do.
  if (/!["'”’]*:?$/u.test(plain)) return [];
  const story = STORY.exec(plain);
  if (story) return able(story[1]!, story[2]!);
  const main = plain.replace(LEAD, "").replace(/:$/u, "");
  const opening = verbAt(wordsOf(main), 0);
  const is_act = opening !== null && acts(opening, wordsOf(main), is_item);
  const is_lead_in = plain.endsWith(":") && wordsOf(main).length < LEAD_IN_WORDS_MIN;
  if (is_act && !is_lead_in && (main === plain || plain.endsWith(":") || opening.form === "base"))
    return [
      ...verbPhrases(main, opening).map((each) =>
        INSTEAD.test(plain) ? { ...each, is_certain: true as const } : each,
      ),
      ...contained(main, 3),
    ].filter(isWhole);
  if (plain.endsWith(":")) return [];
  if (is_item) return itemPhrases(plain);
  return sentencePhrases(plain).filter(isWhole);
}

/** A verb that opens a unit tells to do something, or says what has been done; "building permits" does neither. */
function acts({ verb, form, length }: VerbAt, words: readonly string[], is_item: boolean): boolean {
  const next = words[length]?.toLowerCase() ?? "";
  const is_noun = form !== "gerund" && form !== "past" && NOUNS_TOO.has(verb);
  const clause = words.slice(
    0,
    words.findIndex((word) => /^(?:that|which|who|so|because|if|when)$/u.test(word)),
  );
  if (
    is_noun &&
    (/^(?:in|on|of|for|with|by|to|from|at)$/u.test(next) ||
      FINITE.test(words.slice(0, 6).join(" ")) ||
      /\b(?:must|should|will|shall) be\b/u.test(clause.join(" ")) ||
      // "Interview process", "design system": a thing.
      (words.length === length + 1 && /[^s]$/u.test(next)))
  )
    return false;
  if (form === "base" && next === "and")
    return verbAt(words, length + 1)?.form === "base" && words.length > length + 2;
  if (form === "base")
    return next !== "" && !/^(?:is|are|was|were|of|and|or|can|will|must|should|has)$/u.test(next);
  if (form === "third") return !FINITE.test(next) && next !== "";
  if (form === "past")
    return (
      /^(?:an?|the|all|new|some|support|tests?|missing)$/u.test(next) ||
      (is_item &&
        next !== "" &&
        !/^(?:by|to|in|with|and|on)$/u.test(next) &&
        words.length > 2 &&
        words[0]!.endsWith("ed") &&
        /s$/u.test(next))
    );
  return is_item
    ? next !== "" && /^(?:an?|the|our|all|each|every|new|existing|more|\d+|.*s)$/u.test(next)
    : /^(?:an?|the|our|all|each|every|new|existing|more|\d+)$/u.test(next);
}

function itemPhrases(item: string): Phrase[] {
  const sentences = sentencePhrases(item).filter(isWhole);
  if ((FINITE.test(item) || sentences[0]?.is_certain) && sentences.length > 0) return sentences;
  if ((FINITE.test(item) || tells(item)) && wordsOf(item).length > 6) return [];
  const object = objectOf(item);
  const things = listOf(object);
  const is_list = things.length >= 3 && things.every((thing) => wordsOf(thing).length <= 4);
  return (is_list ? things : [object]).map((thing) => ({ verb: null, object: thing })).filter(isWhole);
}
