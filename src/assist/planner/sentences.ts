// Sentences that say that something shall be done, in the forms in which people write so.
import { partsIn } from "./code-names.ts";
import { clauseStart, objectOf, type Phrase, shortened } from "./objects.ts";
import { contained, fragment, listed, stated } from "./things.ts";
import { lowerFirst } from "./titles.ts";
import { able, splitVerbs, verbPhrases } from "./verb-phrases.ts";
import { LOOSE_VERBS, NOUNS_TOO, type VerbAt, verbAt, wordsOf } from "./words.ts";

const WISH =
  /\b(?:needs?|wants?|like|plans?|aims?|aiming|intends?|hopes?|ha(?:ve|s)|seeks?|seeking|proposes?|going|goal (?:is|was)|objective is|purpose is|task is|mission is|idea is|used|decided|required|supposed)\s+(?:also\s+)?to\s+(?:be able to\s+)?$/iu;
const MODAL = /\b(?:will|must|should|shall)\s+(?:also\s+|then\s+|first\s+)?$/iu;
const DOER =
  /(?:^|[,;]\s*(?:and\s+|then\s+|first\s+)?|\b(?:and|then|first|afterwards|finally|also|that|therefore)\s+)(?:we|i|they|the team|our team|this(?: (?:pr|change|commit|patch|fix|work|project|programme|program|document))?|the (?:project|programme|program|change))\s+(?:also\s+|then\s+|first\s+|now\s+)?$/iu;
const PASSIVE =
  /^(.{3,90}?)\s+(?:(?:will|must|should|shall|(?:has|have|needs?|ought) to)\s+(?:also\s+|first\s+|then\s+)?be|(?:is|are) to be|(?:is|are) being)\s+(?:\w+ly\s+)?(\w+)\b\s*(.*)$/isu;
const REQUIRED = /^(.{3,80}?)\s+(?:is|are)\s+(?:required|needed|necessary|mandatory)\b\s*(.*)$/isu;
const NEED =
  /(?:^|[,;]\s*|\b)(?:we|they|i|it|there|and|[\p{L}]+ (?:success|team|department|staff|sales|people|customers?|users?))\s+(?:also\s+|will\s+|must\s+|should\s+)*(?:needs?|requires?|wants?|must be|should be|will be|must have|should have)\s+(?!to\b|been\b)(?=(?:an?|the|some|at least|more|new|two|three|four|five|six|ten|\d+|several|good|proper|better|small|[\p{L}-]+ (?:and|for|of|with),?)\b)(.*)$/isu;
const USERS = String.raw`(?:(?:the|all|our|new|registered|sales|support|office|service|\w+ed)\s+)?(?:users?|customers?|clients|visitors?|members?|guests|readers?|librarians?|staff|admins?|administrators?|managers?|employees|students|teachers|parents|patients|doctors|drivers|owners|players|buyers|sellers|editors|subscribers|residents|citizens|people|developers|operators|attendees|participants|volunteers|restaurants|suppliers|agents|technicians|nurses|tenants|landlords|donors)`;
const ABLE = new RegExp(
  String.raw`(?:^|\b(?:where|so that|that|lets?|allows?|allow|enabl\w+|and|for|,)\s+)(${USERS}(?:\s+\w+ed)?)\s+(?:can|could|should be able to|must be able to|(?:need|want|has|have|needs|wants) to(?: be able to)?|will be able to|to|may|are able to)\s+(?:also\s+)?(?!be\b|not\b)(.*)$`,
  "isu",
);
/** "Interviewers need training", "after the move the team gets a training". */
const LACK =
  /^(?:(?:after|before) (?:the )?\p{L}+ )?((?:(?:the|our|my|all|each|every) )?\p{L}[\p{L}-]*(?: \p{L}[\p{L}-]*){0,2}) (?:also )?(?:needs?|gets?|receives?|requires?|wants?) (?!to\b|\p{L}+ed\b)(.*)$/isu;
/** What must hold, in words by which it can be seen whether it does. */
const DEMAND =
  /^.{2,80}?\b(?:must|ha(?:s|ve) to|needs? to|should|shall|may not|cannot)\s+(?:not\s+|also\s+|always\s+)?(?:be|stay|remain|work|run|survive|comply|support|meet|handle|take|go|last|fit|cost|load|respond|keep|exceed|withstand|reach|arrive|happen|finish)\b/iu;
const MEASURED =
  /\b(?:(?:should|must) be \p{L}+(?:able|ible)\b|\d+(?:[.,]\d+)?\s?(?:%|percent|ms|seconds?|minutes?|hours?|days?|weeks?|months?|years?|users?|people|euros?|kg|mb|gb)|(?:one|two|three|five|ten|twenty|thirty) (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|users?|people)|every (?:\w+ )?(?:seconds?|minutes?|hours?|day|week|night)|phones?|tablets?|mobile|browsers?|offline|outdoors|waterproof|ip6\d|accessib\w+|wcag|gdpr|compliant|downtime|available (?:in|on|to|at)|budget|deadline|weekend|load-?bearing|languages?|backwards?[- ]compatible)\b/iu;
/** What stays as it is, to be checked when all is done. */
const KEPT =
  /^(?!.*\b(?:you|your)\b)(?:.{3,100}?\b(?:(?:must|may|should|shall|will) (?:not|never) (?:change|break|alter|affect|stop|lose|depend|need)|(?:is|are|stays?|remains?|be|left|keeps?) (?:un(?:changed|touched|affected)|the same\b|backwards?[- ]compatible|as (?:it|they) (?:is|are)\b)|(?:stays?|remains?|(?:must|should|will) (?:still|remain|stay))\s+\p{L})|no \p{L}[^,.;]{2,60} changes?\b)/isu;
/** "The handler now wraps it", "auth.read reads it": how it shall be. */
const BECOMES = /^((?:\S+\s+){0,5}?\S+)\s+now\s+(\p{L}+)\s+(\S.*)$/su;
const EXTERNAL =
  /\b(?:erp|crm|sap|salesforce|hubspot|accounting system|payment provider|warehouse system)\b/iu;
const NEGATED =
  /\b(?:not|never|cannot|no longer|no need|nor|neither|out of scope|excluded|already|has achieved|have (?:defined|established|decided))\b|n['’]t\b/iu;
const JOINT = /,\s+and\s+(?=[^,]{3,60}?\s(?:has|have|needs?|must|should|will|shall)\s+(?:to\s+)?be\s+\p{L})/u;
/** A plan in the present: "scores are written to the store every Monday". */
const PLANNED =
  /^([^,]{3,60}?)\s+(?:is|are|gets?)\s+(?:then\s+)?(\w+)\b(?!\s+by\b)\s*(.*\b(?:every|each|through|until|within|afterwards|then|on \d+|in (?:january|february|march|april|may|june|july|august|september|october|november|december))\b.*)$/isu;
export const FINITE =
  /\b(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|do|does|did|am|be|been)\b/iu;

export function sentencePhrases(sentence: string): Phrase[] {
  // "Fields have to be mapped, and the sync has to be rebuilt": two of them.
  const joint = JOINT.exec(sentence);
  if (joint) {
    const at = joint.index + joint[0].length;
    return [sentence.slice(0, joint.index), sentence.slice(at)].flatMap((each) => sentencePhrases(each));
  }
  const able_to = ABLE.exec(sentence);
  if (able_to && !NEGATED.test(able_to[0])) return able(able_to[1]!, able_to[2]!);
  if (KEPT.test(sentence))
    return [{ verb: "check", object: `the requirement “${shortened(sentence)}”`, is_certain: true }];
  const made = becoming(sentence);
  if (made !== null) return [made];
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
      !/^(?:[Ii]t|[Tt]hey|[Tt]his|[Tt]hat|[Tt]here)\b/u.test(whole)
    ) {
      const [, done, to = ""] = /\s+and\s+(\w+)\s+(.*)$/su.exec(whole) ?? [];
      const second = done === undefined ? null : verbAt([done], 0);
      const own = second?.form === "past" ? whole.slice(0, whole.lastIndexOf(` and ${done}`)) : whole;
      const more =
        second?.form === "past"
          ? [{ verb: second.verb, object: objectOf(`${clauseStart(subject)} ${to}`) }]
          : splitVerbs(rest).slice(1);
      const object = objectOf(/\d,?\s|\band\b/u.test(own) ? own : own.split(/,\s/u)[0]!);
      return [{ verb: verb.verb, object, is_certain: true }, ...more];
    }
  }
  const planned = PLANNED.exec(sentence);
  const is_done = planned === null ? null : verbAt([planned[2]!], 0);
  if (
    planned &&
    is_done?.form === "past" &&
    !NEGATED.test(sentence) &&
    partsIn(sentence).length === 0 &&
    !/^(?:it|they|this|that|there|which|you|i|we)\b/iu.test(planned[1]!)
  )
    return [
      {
        verb: is_done.verb,
        object: objectOf(`${clauseStart(planned[1]!)} ${planned[3]!.replace(/\bafterwards\b/iu, "")}`),
      },
    ];
  const required = REQUIRED.exec(sentence);
  if (required && !NEGATED.test(sentence))
    return [{ verb: null, object: objectOf(clauseStart(required[1]!)) }];
  const found: Phrase[] = [];
  if (DEMAND.test(sentence) && MEASURED.test(sentence) && !/\b(?:never|you|he|she)\b/iu.test(sentence)) {
    const system = NEGATED.test(sentence) ? undefined : EXTERNAL.exec(sentence)?.[0];
    return [
      ...(system === undefined ? [] : [{ verb: "connect", object: `the ${system}` }]),
      { verb: "check", object: `the requirement “${shortened(sentence)}”` },
    ];
  }
  for (const { at, verb } of intents(sentence)) {
    const clause = sentence.slice(Math.max(0, sentence.lastIndexOf(",", at)), at);
    if (NEGATED.test(clause) || SUBORDINATE.test(clause) || clause.split('"').length % 2 === 0) continue;
    const is_effect =
      verb.form === "third" &&
      (EFFECTS.has(verb.verb) || (LOOSE_VERBS.has(verb.verb) && verb.verb !== "change"));
    if (is_effect && /\b(?:this|it|which)\s+(?:also\s+)?$/iu.test(clause)) continue;
    // "We plan to submit it": the plan is to submit it.
    if (/^\p{L}+\s+to\s+\p{L}/u.test(sentence.slice(at)) && WISHED.has(verb.verb)) continue;
    found.push(...demanded(clauseStart(sentence.slice(0, at)), verbPhrases(sentence.slice(at), verb)));
    break; // What follows in the sentence is split off it already.
  }
  const need = NEED.exec(sentence);
  if (need && !NEGATED.test(sentence.slice(0, need.index + need[0].length - need[1]!.length))) {
    found.push(...listed(need[1]!, 1));
  }
  const lack = found.length === 0 ? LACK.exec(sentence) : null;
  if (lack && !NEGATED.test(sentence)) {
    const [, who = "", what = ""] = lack;
    const thing = objectOf(what);
    if (thing !== "")
      found.push({ verb: "provide", object: `${thing} for ${lowerFirst(who)}`, about: thing });
  }
  if (found.length === 0) found.push(...contained(sentence, 3));
  if (found.length === 0 && !NEGATED.test(sentence)) found.push(...stated(sentence));
  if (found.length === 0 && !FINITE.test(sentence) && !NEGATED.test(sentence))
    found.push(...fragment(sentence));
  return found;
}

/** A sentence whose subject is a name of the program. */
const partDoes = (sentence: string): readonly string[] => {
  const match = /^(\S+)\s+(\p{Ll}+)\s+(\S.*)$/su.exec(sentence);
  return match !== null && partsIn(match[1]!)[0] === match[1] ? match : [];
};

function becoming(sentence: string): Phrase | null {
  const [, subject, verb, rest] = BECOMES.exec(sentence) ?? partDoes(sentence);
  if (subject === undefined || verb === undefined || rest === undefined) return null;
  const at = verbAt([verb], 0);
  if (at?.form !== "third" && at?.form !== "base") return null;
  if (FINITE.test(subject) || /^(?:we|you|i|it|they|this|that|there)\b/iu.test(subject)) return null;
  return { verb: "have", object: `${lowerFirst(subject)} ${at.verb} ${objectOf(rest)}`, is_certain: true };
}

const HAVING = new Set(["have", "make", "let", "give", "get", "keep", "say"]);
const WISHED = new Set(["plan", "like", "ask", "agree", "offer"]);
/** Who is going to do it, rather than what shall be so. */
const OURSELVES =
  /^(?:(?:and|then|first|also|so|that|therefore)\s+)*(?:we|i|they|it|you|he|she|this|that|the team|our team|(?:the|our) (?:goal|aim|idea|plan|task|project|change|work|app|site|team)|(?:this|the) \p{Ll}+)\b/iu;

/** "Catering must offer vegan food": see to it. "Nodes should move to Linux": move them. */
function demanded(before: string, phrases: Phrase[]): Phrase[] {
  const subject = before.replace(/\s*\b(?:will|must|should|shall)\b.*$/isu, "").trim();
  const [first, ...more] = phrases;
  if (
    first === undefined ||
    subject === before.trim() ||
    OURSELVES.test(subject) ||
    wordsOf(subject).length > 8
  ) {
    return /\b(?:we|our team|the team)\b/iu.test(before)
      ? phrases.map((each) => (HAVING.has(each.verb ?? "") ? each : { ...each, is_certain: true }))
      : phrases;
  }
  if (subject === "") return phrases;
  if (first.verb !== null && /^(?:move|migrate|switch|go|change)$/u.test(first.verb))
    return [{ ...first, object: `${lowerFirst(subject)} ${first.object}`, is_certain: true }, ...more];
  return [
    {
      about: lowerFirst(subject),
      verb: "have",
      object: `${lowerFirst(subject)} ${first.verb ?? ""} ${first.object}`.replace(/ +/gu, " "),
    },
  ];
}

/** "… because managers will call": told as a reason or a condition. */
const SUBORDINATE =
  /^[,;]?\s*(?:and\s+)?(?:because|since|if|when|whenever|while|as|where|which|who|whose|although|though|unless)\b/iu;
/** What something brings, rather than what is done. */
const EFFECTS = new Set(
  "reduce improve allow avoid prevent return lower raise save simplify cut enable".split(" "),
);

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
