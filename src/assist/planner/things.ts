// Things that a text names without saying what to do with them: in lists, in sentences without a verb, in what it says
// that something has.
import { kindOf } from "./kinds.ts";
import { listOf, objectOf, type Phrase } from "./objects.ts";
import { NOUNS_TOO, verbAt, wordsOf } from "./words.ts";

const CONTAINS =
  /\b(?:with|including|includes?|such as|featuring|features?(?: are)?:?|contains?|consists? of|comprises?|covers?|offers?|following(?: \w+){0,3}:|applications? [^:]{0,40}:|systems? [^:]{0,40}:|deliverables?:|scope:|(?:steps?|tasks|deliverables|parts|phases|milestones|work packages)(?: are|:)|we need:?)\s+(.*)$/isu;

/** "A web dashboard shows the readings", "ticket sales open in May": it must come from somewhere. */
export function stated(sentence: string): Phrase[] {
  const [, thing] =
    /^(an? .{3,50}?|.{3,40}?(?=\s+(?:starts?|opens?|begins?|takes? place)\b))\s+(?:shows?|displays?|sends?|stores?|measures?|collects?|lets?|allows?|tracks?|provides?|supports?|handles?|starts?|opens?|begins?|takes? place)\b/iu.exec(
      sentence,
    ) ?? [];
  if (thing === undefined || FRAGMENT_NOT.test(thing) || kindOf(thing, null) === null) return [];
  return [{ verb: null, object: objectOf(thing) }];
}

/** What a sentence says that something has in it, where it lists at least so many things. */
export function contained(sentence: string, least: number): Phrase[] {
  const match = CONTAINS.exec(sentence);
  return match ? listed(match[1]!, least) : [];
}

/** "Writing the paper": a thing that says what is done. */
function phraseOf(thing: string): Phrase {
  const words = wordsOf(thing.replace(/^(\p{L}+ing) and \p{L}+ing(?= the )/u, "$1"));
  const verb = verbAt(words, 0);
  const is_doing =
    verb?.form === "gerund" &&
    words.length > verb.length &&
    /^(?:the|an?|our|all)$/iu.test(words[verb.length]!);
  return is_doing
    ? { verb: verb.verb, object: words.slice(verb.length).join(" ") }
    : { verb: null, object: thing };
}

export function listed(text: string, least: number): Phrase[] {
  const clause = text.replace(/\.(?:\s.*)?$/su, "").replace(/[;:].*$/su, "");
  const parts = listOf(clause);
  // "A report on sales, reach and cost": what follows belongs to what it is on.
  const within = parts.findIndex((thing) => /\s(?:on|about|in|between|against)\s+\p{Ll}+$/iu.test(thing));
  const things = (within < 0 ? parts : parts.slice(0, within + 1)).map((thing) => objectOf(thing));
  const short = things.filter((thing) => thing !== "" && wordsOf(thing).length <= 12);
  return short.length >= least ? short.map(phraseOf) : [];
}

const FRAGMENT_NOT =
  /\b(?:it|we|this|that|these|those|which|so|now|still|already|broke|they|you|he|she|him|his|her|hers|everyone|everytime|only|always|never|me|my|myself|i|n word)\b|^(?:in|over|under|at|on|for|during|with|by|from|to|as|after|before|part of|see|no|not|hi|hello|thanks|sorry|yes|ok|what|how|why|when|where|who)\b/iu;

/** Whether a verb in it says what somebody does, so that it is no name of a thing. */
export const tells = (text: string): boolean => {
  const words = wordsOf(text.toLowerCase());
  return words.some((_, at) => {
    if (at === 0 || /^(?:to|for|of|and|by|or)$/u.test(words[at - 1]!)) return false;
    const verb = verbAt(words, at);
    return (
      verb !== null &&
      (verb.form === "third" || verb.form === "base") &&
      !NOUNS_TOO.has(verb.verb) &&
      !AS_NOUNS.has(words[at]!)
    );
  });
};
const AS_NOUNS = new Set(
  "reports events orders labels posts prints records tests models designs plans surveys reviews uses prices sessions hires courses tiles tools maps forms sets books films lists switch release releases change changes switches fixes buys ships trains classes stores shops offers lays conducts mails books mock raise trade waste waters plants notices covers hosts guests fences seals returns returns sorts lets rents stamps marks passes sells fits limits upgrades updates repairs views schedules imports exports uploads downloads releases displays interviews supplies supports reserves guide guides host support report reserve print label upgrade update repair view upload download store return import export mark limit interview train hire limit show shows light lights start starts stop check checks handover launch launches move moves build builds setup pack packs run runs pilot pilots harvest compost track tracks archive archives clean exchange pay group groups project projects access contact contacts partner partners level".split(
    " ",
  ),
);

/** "Caterer, band, photographer, flowers": no sentence, a list. */
export function fragment(sentence: string): Phrase[] {
  const things = listOf(sentence.replace(/[.!]$/u, ""));
  const words_max = things.length > 1 ? 8 : 6;
  if (things.some((thing) => wordsOf(thing).length > words_max || FRAGMENT_NOT.test(thing) || tells(thing)))
    return [];
  // Things of which most are work that is known; one alone must be.
  if (things.filter((thing) => kindOf(thing, null) !== null).length * 2 < things.length) return [];
  return things.map((thing) => {
    const verb = verbAt(wordsOf(thing), 0);
    const words = thing.split(/\s+/u);
    if (
      verb?.form === "base" &&
      words.length > 1 &&
      !(NOUNS_TOO.has(verb.verb) && words.length === 2) &&
      wordsOf(thing).length > verb.length
    )
      return { verb: verb.verb, object: objectOf(words.slice(verb.length).join(" ")) };
    return { verb: null, object: objectOf(thing.replace(/^then\s+/iu, "")) };
  });
}
