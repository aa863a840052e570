// Sentences that say that something shall be done, in the forms in which people write so.
import { clauseStart, objectOf, type Phrase, shortened } from "./objects.ts";
import { contained, fragment, listed, stated } from "./things.ts";
import { able, splitVerbs, verbPhrases } from "./verb-phrases.ts";
import { NOUNS_TOO, type VerbAt, verbAt } from "./words.ts";

const WISH =
  /\b(?:needs?|wants?|like|plans?|aims?|aiming|intends?|hopes?|ha(?:ve|s)|seeks?|seeking|proposes?|going|goal (?:is|was)|objective is|purpose is|task is|mission is|idea is|used|decided|required|supposed)\s+(?:also\s+)?to\s+(?:be able to\s+)?$/iu;
const MODAL = /\b(?:will|must|should|shall)\s+(?:also\s+|then\s+|first\s+)?$/iu;
const DOER =
  /(?:^|[,;]\s*(?:and\s+|then\s+|first\s+)?|\b(?:and|then|first|afterwards|finally|also|that|therefore)\s+)(?:we|i|they|the team|our team|this(?: (?:pr|change|commit|patch|fix|work|project|programme|program|document))?|the (?:project|programme|program|change))\s+(?:also\s+|then\s+|first\s+|now\s+)?$/iu;
const PASSIVE =
  /^(.{3,90}?)\s+(?:(?:will|must|should|shall|(?:has|have|needs?|ought) to)\s+(?:also\s+|first\s+|then\s+)?be|(?:is|are) to be|(?:is|are) being)\s+(?:\w+ly\s+)?(\w+)\b\s*(.*)$/isu;
const REQUIRED = /^(.{3,80}?)\s+(?:is|are)\s+(?:required|needed|necessary|mandatory)\b\s*(.*)$/isu;
const NEED =
  /(?:^|[,;]\s*|\b)(?:we|they|i|it|there|[\p{L}]+ (?:success|team|department|staff|sales|people|customers?|users?))\s+(?:also\s+|will\s+|must\s+|should\s+)*(?:needs?|requires?|wants?|must be|should be|will be|must have|should have)\s+(?!to\b|been\b)(?=(?:an?|the|some|at least|more|new|two|three|four|five|six|ten|\d+|several|good|proper|better|\w+ (?:and|,))\b)(.*)$/isu;
const USERS = String.raw`(?:(?:the|all|our|new|registered|sales|support|office|service|\w+ed)\s+)?(?:users?|customers?|clients|visitors?|members?|guests|readers?|librarians?|staff|admins?|administrators?|managers?|employees|students|teachers|parents|patients|doctors|drivers|owners|players|buyers|sellers|editors|subscribers|residents|citizens|people|developers|operators|attendees|participants|volunteers|restaurants|suppliers|agents|technicians|nurses|tenants|landlords|donors)`;
const ABLE = new RegExp(
  String.raw`(?:^|\b(?:where|so that|that|lets?|allows?|allow|enabl\w+|and|for|,)\s+)(${USERS}(?:\s+\w+ed)?)\s+(?:can|could|should be able to|must be able to|(?:need|want|has|have|needs|wants) to(?: be able to)?|will be able to|to|may|are able to)\s+(?:also\s+)?(?!be\b|not\b)(.*)$`,
  "isu",
);
/** What must hold, in words by which it can be seen whether it does. */
const DEMAND =
  /^.{2,80}?\b(?:must|ha(?:s|ve) to|needs? to|should|shall|may not|cannot)\s+(?:not\s+|also\s+|always\s+)?(?:be|stay|remain|work|run|survive|comply|support|meet|handle|take|go|last|fit|cost|load|respond|keep|exceed|withstand|reach|arrive|happen|finish)\b/iu;
const MEASURED =
  /\b(?:\d+(?:[.,]\d+)?\s?(?:%|percent|ms|seconds?|minutes?|hours?|days?|weeks?|months?|years?|users?|people|euros?|kg|mb|gb)|(?:one|two|three|five|ten|twenty|thirty) (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|users?|people)|every (?:\w+ )?(?:seconds?|minutes?|hours?|day|week|night)|phones?|tablets?|mobile|browsers?|offline|outdoors|waterproof|ip6\d|accessib\w+|wcag|gdpr|compliant|downtime|available (?:in|on|to|at)|budget|deadline|weekend|load-?bearing|languages?|backwards?[- ]compatible)\b/iu;
const EXTERNAL =
  /\b(?:erp|crm|sap|salesforce|hubspot|accounting system|payment provider|warehouse system)\b/iu;
const NEGATED =
  /\b(?:not|never|cannot|no longer|no need|nor|neither|out of scope|excluded|already|has achieved|have (?:defined|established|decided))\b|n['’]t\b/iu;
export const FINITE =
  /\b(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|do|does|did|am|be|been)\b/iu;

export function sentencePhrases(sentence: string): Phrase[] {
  const able_to = ABLE.exec(sentence);
  if (able_to && !NEGATED.test(able_to[0])) return able(able_to[1]!, able_to[2]!);
  const passive = PASSIVE.exec(sentence);
  if (passive) {
    const [, subject = "", participle = "", rest = ""] = passive;
    const verb = verbAt([participle], 0);
    const whole = `${clauseStart(subject)} ${rest}`;
    const is_means = verb?.verb === "use" && /^to\b/iu.test(rest);
    if (
      verb?.form === "past" &&
      !is_means &&
      !NEGATED.test(passive[0]) &&
      !/^(?:it|they|this|that|there)\b/iu.test(whole)
    ) {
      const [, done, to = ""] = /\s+and\s+(\w+)\s+(.*)$/su.exec(whole) ?? [];
      const second = done === undefined ? null : verbAt([done], 0);
      const own = second?.form === "past" ? whole.slice(0, whole.lastIndexOf(` and ${done}`)) : whole;
      const more =
        second?.form === "past"
          ? [{ verb: second.verb, object: objectOf(`${clauseStart(subject)} ${to}`) }]
          : splitVerbs(rest).slice(1);
      return [{ verb: verb.verb, object: objectOf(own.split(/,\s/u)[0]!) }, ...more];
    }
  }
  const required = REQUIRED.exec(sentence);
  if (required && !NEGATED.test(sentence))
    return [{ verb: null, object: objectOf(clauseStart(required[1]!)) }];
  const found: Phrase[] = [];
  if (DEMAND.test(sentence) && MEASURED.test(sentence) && !/\b(?:never|you|he|she)\b/iu.test(sentence)) {
    const system = EXTERNAL.exec(sentence)?.[0];
    return [
      ...(system === undefined ? [] : [{ verb: "connect", object: `the ${system}` }]),
      { verb: "check", object: `the requirement “${shortened(sentence)}”` },
    ];
  }
  for (const { at, verb } of intents(sentence)) {
    if (NEGATED.test(sentence.slice(Math.max(0, sentence.lastIndexOf(",", at)), at))) continue;
    found.push(...verbPhrases(sentence.slice(at), verb));
    break; // What follows in the sentence is split off it already.
  }
  const need = NEED.exec(sentence);
  if (need && !NEGATED.test(sentence.slice(0, need.index + need[0].length - need[1]!.length))) {
    found.push(...listed(need[1]!, 1));
  }
  if (found.length === 0) found.push(...contained(sentence, 3));
  if (found.length === 0 && !NEGATED.test(sentence)) found.push(...stated(sentence));
  if (found.length === 0 && !FINITE.test(sentence) && !NEGATED.test(sentence))
    found.push(...fragment(sentence));
  return found;
}

const BEFORE_CHARACTERS = 120;

/** Places where a sentence says that something shall be done. */
function* intents(sentence: string): Generator<{ at: number; verb: VerbAt }> {
  for (const match of sentence.matchAll(/[\p{L}-]+/gu)) {
    const words = sentence.slice(match.index).split(/\s+/u, 3);
    const verb = verbAt(
      words.map((word) => word.replace(/[,.;:]$/u, "")),
      0,
    );
    if (!verb) continue;
    const before = sentence.slice(Math.max(0, match.index - BEFORE_CHARACTERS), match.index);
    const wants = verb.form === "base" && (WISH.test(before) || MODAL.test(before));
    const is_noun = NOUNS_TOO.has(verb.verb) && /\bthis\s+$/iu.test(before);
    const does =
      (verb.form === "base" || verb.form === "third") &&
      verb.verb !== "have" &&
      !is_noun &&
      DOER.test(before);
    const is_doing =
      verb.form === "gerund" &&
      /\b(?:we|i|they|team)(?:['’]re| are|['’]m| am| is)\s+(?:now\s+)?$/iu.test(before);
    const enumerates =
      verb.form === "base" &&
      /[,:]\s+(?:and\s+|then\s+|finally\s+)?$/u.test(before) &&
      /\b(?:first|then|next|finally|afterwards|now)\b/iu.test(before);
    const first =
      verb.form === "base" &&
      /^(?:first|then|next|finally|also|please|afterwards|later|lastly|second|third|specifically)\b,?\s+$/iu.test(
        before,
      );
    const is_means =
      verb.form === "gerund" &&
      /\b(?:fix\w*|solv\w+|resolv\w+|address\w*|prevent\w*|avoid\w*|done|achieved|handled)\b[^.;]{0,40}\bby\s+$/iu.test(
        before,
      );
    if (is_means || wants || does || is_doing || first || enumerates) yield { at: match.index, verb };
  }
}
