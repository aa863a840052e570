// Titles of tasks: a verb and its object, as one would write it on a card.
import type { Domain } from "./domain.ts";
import type { Kind } from "./kind.ts";
import type { Phrase } from "./objects.ts";

const CHARACTERS_MAX = 160;

export function titleOf({ verb, object, actor }: Phrase, kind: Kind | null, domain: Domain): string {
  if (actor !== undefined) return capital(`Let ${plural(actor)} ${lowerFirst(object)}`);
  const named = HELD.test(object) ? "carry out" : (kind?.verb ?? domain.verb);
  const text = verb === null ? `${named} ${lowerFirst(bare(object))}` : `${verb} ${lowerFirst(object)}`;
  return capital(text).slice(0, CHARACTERS_MAX);
}

/** Things that are neither built nor chosen, but done. */
const HELD = /^(?:\w+ ){0,3}(?:reviews?|audits?|assessments?|analys[ie]s|inspections?|inventory)$/iu;
export const bare = (object: string): string => object.replace(/^(?:an?|the|our|some|their)\s+/iu, "");
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** A first word in capitals or with capitals inside is a name. */
export const lowerFirst = (text: string): string =>
  /^\p{Lu}\p{Ll}*(?:\s|$|,)/u.test(text) &&
  !/^(?:I|English|German|French|Spanish|Polish|Python|Java|Go|Rust|React|Google|Docker)\b/u.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
const plural = (actor: string): string => {
  const noun = actor.replace(/^(?:the|all|our|an?)\s+/iu, "");
  return /(?:s|people|staff|everyone)$|ed$/iu.test(noun) ? noun : `${noun}s`;
};
