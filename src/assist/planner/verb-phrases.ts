// Phrases that a verb opens: "review the literature, design a questionnaire and pilot it" are three.
import { CUT, isWhole, listOf, objectOf, type Phrase } from "./objects.ts";
import { NOUNS_TOO, type VerbAt, verbAt, wordsOf } from "./words.ts";

/** "Review the literature, design a questionnaire and pilot it": one phrase for each verb. */
export function verbPhrases(text: string, verb: VerbAt): Phrase[] {
  const words = text.split(/\s+/u);
  let { verb: name, length } = verb as { verb: string; length: number };
  const second = words[length]?.toLowerCase() === "and" ? verbAt(words, length + 1) : null;
  if (second?.form === "base") {
    name = `${name} and ${second.verb}`;
    length += 1 + second.length;
  }
  const [first, ...more] = splitVerbs(words.slice(length).join(" "));
  const phrases = split(name, first?.object ?? "");
  for (const each of more) {
    const it = objectOf(phrases.at(-1)?.object.split(/\s+/u).slice(0, 5).join(" ") ?? "");
    phrases.push({ ...each, object: each.object.replace(/^(?:it|them)\b/iu, it) });
  }
  return phrases.map(possessed);
}

/** Having something is no work, having something done is. */
const possessed = (phrase: Phrase): Phrase =>
  phrase.verb === "have" && !/\b\w+ed\b/u.test(phrase.object) && wordsOf(phrase.object).length <= 4
    ? { ...phrase, verb: null }
    : {
        ...phrase,
        object: phrase.object.replace(/^(?:it|them)(?=\s+(?:in|into|to|from|with|on)\b)/iu, "everything"),
      };

/** The first phrase has no verb of its own: it goes on with the one before. */
export function splitVerbs(text: string): Phrase[] {
  const end = text.search(/(?<!\b(?:Ms|Mr|Mrs|Dr|St|No|vs|e\.g))[.;?!](?:\s|$)|\s[–—]\s/u);
  const clause = end < 0 ? text : text.slice(0, end);
  const parts = clause.split(
    /(,\s*(?:and\s+(?:then\s+)?|then\s+|or\s+)?|\s+and\s+(?:then\s+)?(?:to\s+(?=\p{Ll}+\s+\p{L}))?)/u,
  );
  const phrases: { verb: string | null; object: string }[] = [{ verb: null, object: parts[0] ?? "" }];
  for (let at = 1; at < parts.length; at += 2) {
    const [separator, part] = [parts[at]!, parts[at + 1] ?? ""];
    const words = part.split(/\s+/u);
    const verb = verbAt(words, 0);
    const next = words[verb?.length ?? 1] ?? "";
    const is_noun =
      verb !== null && NOUNS_TOO.has(verb.verb) && /^(?:of|for|in|by|with|to|on|at)$/iu.test(next);
    // "View and choose offices": one thing for two verbs; a verb that nothing follows says nothing.
    if (verb?.form === "base" && words.length === verb.length && separator.includes(",")) {
      phrases.push({ verb: verb.verb, object: "" });
      continue;
    }
    const open = phrases.at(-1)!;
    if (
      verb?.form === "base" &&
      next !== "" &&
      open.verb !== null &&
      open.object === "" &&
      /^\s+and/u.test(separator)
    ) {
      open.verb = `${open.verb} and ${verb.verb}`;
      open.object = words.slice(verb.length).join(" ");
      continue;
    }
    if (verb?.form === "base" && next !== "" && !is_noun && !/^(?:of|plan|and|design)$/iu.test(next)) {
      phrases.push({ verb: verb.verb, object: words.slice(verb.length).join(" ") });
    } else phrases[phrases.length - 1]!.object += separator + part;
  }
  return phrases.flatMap(({ verb, object }, at) => (at === 0 ? [{ verb, object }] : split(verb!, object)));
}

/** One phrase for each of three or more things that are listed. */
function split(verb: string, object: string): Phrase[] {
  const things = listOf(object.replace(CUT, ""));
  // "User, room, and message creation": one thing of three.
  const is_one =
    things.length > 1 &&
    things.slice(0, -1).every((thing) => wordsOf(thing).length === 1) &&
    wordsOf(things.at(-1)!).length === 2 &&
    /^(?:allow|support|handle|enable)$/u.test(verb);
  // "Train people in composting, planting and pruning": the list is of what they are trained in.
  const is_within = /\s(?:in|on|for|about|from|of|between)\s/u.test(things[0] ?? "");
  if (!is_one && !is_within && things.length >= 3 && things.every((thing) => wordsOf(thing).length <= 7)) {
    return things.map((thing) => ({ verb, object: objectOf(thing) }));
  }
  return [{ verb, object: objectOf(object) }];
}

/** What users are to be able to do, each act by itself. */
export function able(actor: string, rest: string): Phrase[] {
  const acts = rest.replace(CUT, "").split(/,\s*(?:and\s+)?|\s+and\s+/u);
  const verbs = acts.filter((act) => wordsOf(act).length >= 2 || verbAt(wordsOf(act), 0) !== null);
  if (verbs[0] !== acts[0]) return [];
  // "register loans and returns": what is no act of its own belongs to the one before.
  const whole: string[] = [];
  for (const act of acts) {
    const word = wordsOf(act)[0]?.toLowerCase() ?? "";
    const is_act =
      verbs.includes(act) &&
      (whole.length === 0 || verbAt([word], 0)?.form === "base" || USER_ACTS.has(word));
    if (is_act) whole.push(act);
    else if (whole.length > 0) whole[whole.length - 1] += ` and ${act}`;
  }
  return whole
    .map((act) => ({ verb: "let", actor: actor.trim().toLowerCase(), object: objectOf(act) }))
    .filter(isWhole);
}
export const USER_ACTS: ReadonlySet<string> = new Set(
  "take share get invite add create connect track watch see view browse find search log sign place repeat pay rate follow like join leave play upload download edit change cancel return reserve book read receive ask manage comment vote chat call message filter sort save export import".split(
    " ",
  ),
);
