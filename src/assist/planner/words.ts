// English words of work: verbs in all their forms, words that carry no meaning of their own, and how words are
// compared. Small on purpose: what is not known here shapes no plan.

/** By themselves they say that something is to be made, changed or done. */
const VERBS = `
  build develop implement design construct assemble produce prepare draft compose prototype sketch model
  add update upgrade improve extend refactor rewrite rename replace remove delete drop fix repair resolve correct
  simplify optimise migrate move port convert switch split merge consolidate tidy document test validate verify
  configure enable disable expose support allow handle integrate connect deploy release publish launch install
  establish automate instrument monitor digitise centralise standardise harden encrypt cache index parse render
  introduce restore rework revise redesign modernise restructure escape limit prevent avoid restrict scope widen
  organise plan book reserve hire recruit invite arrange schedule host hold conduct coordinate order buy purchase
  procure rent lease cater decorate transport ship distribute promote advertise announce sell register train teach
  onboard interview survey collect gather measure analyse evaluate assess review audit compare study research
  investigate identify select choose define specify negotiate sign obtain secure submit raise fund finance
  renovate refurbish demolish paint tile plumb insulate excavate pour dig plant clear level inspect landscape fence
  pack unpack relocate clean wire lay fit erect restock harvest compost
  record film edit proofread translate print illustrate layout photograph stream
  offer create write provide make deliver run set map track store display list show send let give
  compute extract enforce ping zero anchor seek inject lowercase uppercase centralise reassign allocate compile benchmark profile generate bootstrap scaffold annotate downgrade undo reset rebase
  hand rephrase have recruit contact engage partner pilot calibrate label annotate cleanse import export backfill provision decommission
  archive reduce track quantify synthesise summarise transcribe appoint form adopt certify train mentor
  rely port adjust append bump bind mirror thread exclude include force skip swap mark pass return expose unify
  agree post tell inform notify rehearse redirect check try predict use approve confirm present code launch brief visit pay cook bake sew redirect practise rewire replant repaint reopen open close start resume retire renew restart reindex cut shorten lower raise expand cover group order stop ban warn mount accept reject preserve detect drive move scope hide deduplicate rotate revoke unblock inline hoist isolate decouple treat follow handle match skip emit call fetch load unload read parse apply switch honour respect clamp cap bound trace surface wrap unwrap
  trim normalise guard report log sync schedule persist clarify complete finish finalise
  find get pick view learn change keep pull ask request backport win seed grow acquire assign rate restructure
`;
const PAIRS = `start with=starting with=starts with, sign in=signing in=signs in, log in=logging in=logs in, set up=setting up=sets up, roll out=rolling out=rolls out, carry out=carrying out=carries out, put together=putting together=puts together,
  tear down=tearing down=tears down, sign up=signing up=signs up, clean up=cleaning up=cleans up, put up=putting up=puts up,
  take down=taking down=takes down, break down=breaking down=breaks down, hand over=handing over=hands over, phase out=phasing out=phases out`;
const IRREGULAR: Readonly<Record<string, string>> = {
  built: "build",
  written: "write",
  wrote: "write",
  made: "make",
  held: "hold",
  bought: "buy",
  taught: "teach",
  sold: "sell",
  ran: "run",
  sent: "send",
  chosen: "choose",
  chose: "choose",
  given: "give",
  laid: "lay",
  shown: "show",
  rewritten: "rewrite",
  dug: "dig",
  submitted: "submit",
  submitting: "submit",
  permitted: "permit",
  hidden: "hide",
  cut: "cut",
  driven: "drive",
  paid: "pay",
  told: "tell",
  found: "find",
  kept: "keep",
  won: "win",
  grown: "grow",
  cancelled: "cancel",
  opened: "open",
};

/** They make something only where what they make is work that is known. */
export const LOOSE_VERBS: ReadonlySet<string> = new Set(
  `generate compute extract reset have create write provide make give show list send let include return report mark display print offer deliver produce store run set pass support allow enable model map form record stream avoid prevent log skip force complete finish reduce handle track adjust rely append promote establish engage order sell train improve describe prepare draft compose use tell inform notify start stop open close read call follow cover accept treat apply match group present code check try pay present raise lower hide cut warn find get pick view change keep ask request rate grow learn`.split(
    " ",
  ),
);

/** Forms: a word to its verb and how it stands. */
export type Form = "base" | "third" | "gerund" | "past";
const FORMS = new Map<string, { readonly verb: string; readonly form: Form }>();
const note = (word: string, verb: string, form: Form): void => {
  if (!FORMS.has(word)) FORMS.set(word, { verb, form });
};
for (const verb of new Set(VERBS.trim().split(/\s+/u))) {
  const e = verb.endsWith("e");
  const y = /[^aeiou]y$/u.test(verb);
  const doubled =
    /(?<!li)mit$/u.test(verb) ||
    (/^(?:[^aeiou]*[aeiou])[bdgklmnprt]$/u.test(verb) && !/(?:ea|ou|oo|ai|ee|oi|au)[a-z]$/u.test(verb));
  const stem = doubled ? verb + verb.at(-1) : e ? verb.slice(0, -1) : verb;
  note(verb, verb, "base");
  note(
    y ? `${verb.slice(0, -1)}ies` : /(?:s|x|z|ch|sh)$/u.test(verb) ? `${verb}es` : `${verb}s`,
    verb,
    "third",
  );
  note(`${stem}ing`, verb, "gerund");
  note(y ? `${verb.slice(0, -1)}ied` : `${stem}ed`, verb, "past");
}
for (const [word, verb] of Object.entries(IRREGULAR))
  note(word, verb, word.endsWith("ing") ? "gerund" : "past");
// British and American spelling alike.
for (const [word, at] of [...FORMS]) {
  const other = word.replace(/is(e|es|ed|ing)$/u, "iz$1").replace(/ys(e|es|ed|ing)$/u, "yz$1");
  if (other !== word) note(other, at.verb, at.form);
}
const TWO_WORDS = new Map(
  PAIRS.split(",").flatMap((entry) => {
    const [verb = "", gerund = "", third = ""] = entry.trim().split("=");
    const forms: [string, Form][] = [
      [verb, "base"],
      [gerund, "gerund"],
      [third, "third"],
    ];
    return forms.map(([words, form]) => [words, { verb, form }] as const);
  }),
);

export function gerundOf(verb: string): string {
  const [first = "", ...more] = verb.split(" ");
  for (const [word, at] of FORMS)
    if (at.verb === first && at.form === "gerund") return [word, ...more].join(" ");
  return `${first.replace(/e$/u, "")}ing${more.map((each) => ` ${each}`).join("")}`;
}

export interface VerbAt {
  readonly verb: string;
  readonly form: Form;
  /** Words that it takes. */
  readonly length: 1 | 2;
}

export function verbAt(words: readonly string[], at: number): VerbAt | null {
  const [first = "", second = ""] = [words[at]?.toLowerCase(), words[at + 1]?.toLowerCase()];
  const pair = TWO_WORDS.get(`${first} ${second}`);
  if (pair) return { ...pair, length: 2 };
  const one = FORMS.get(first) ?? again(first) ?? shaped(first);
  return one && !isShouted(words[at]!) ? { ...one, length: 1 } : null;
}

/** "POST /users" names a call. */
const isShouted = (word: string): boolean => word.length > 1 && word === word.toUpperCase();

/** "Rebuild" is build, once more. */
function again(word: string): { verb: string; form: Form } | null {
  const known = /^re-?\p{L}{4}/u.test(word) ? FORMS.get(word.replace(/^re-?/u, "")) : undefined;
  return known ? { verb: `re${known.verb}`, form: known.form } : null;
}

/** English makes verbs of many words by these endings, and few nouns end so. */
function shaped(word: string): { verb: string; form: Form } | null {
  const [, stem, ending] =
    /^(\p{L}{4,}(?:[aeilnrt]iz|[lrtst]if))(e|y|es|ies|ed|ied|ing|ying)$/u.exec(word) ?? [];
  if (stem === undefined || ending === undefined) return null;
  const form = /ing$/u.test(ending)
    ? "gerund"
    : /ed$/u.test(ending)
      ? "past"
      : /s$/u.test(ending)
        ? "third"
        : "base";
  return { verb: stem + (stem.endsWith("z") ? "e" : "y"), form };
}

const STOP = new Set(
  `a an the this that these those our my their its his her some any all each every both and or but nor for of to in on at by with from into onto over under as is are was were be been being it we they he she them us i also then so than too very more most much many few several such other another new existing current own per via not no only just up out about after before while during between through within without across against has have had do does did can could will would shall should may might must there here when where which who whose what how why if because since until first last next several well still already once own like using used use based make made set get lets let need needs want wants`.split(
    /\s+/u,
  ),
);

export const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}][\p{L}\p{N}'’+#./_-]*/gu) ?? [];

/** Of two forms of one noun, the same. */
export function stemOf(word: string): string {
  const lower = word
    .toLowerCase()
    .replace(/['’]s?$/u, "")
    .replace(/[./_-]+$/u, "");
  if (lower.length > 4 && lower.endsWith("ies")) return `${lower.slice(0, -3)}y`;
  if (/(?:ss|us|is|ys)$/u.test(lower) || lower.length < 4) return lower;
  if (/(?:x|ch|sh|ss)es$/u.test(lower)) return lower.slice(0, -2);
  return lower.endsWith("s") ? lower.slice(0, -1) : lower;
}

/** The words that say what a text is about, as stems. */
export const topicsOf = (text: string): string[] => [
  ...new Set(
    wordsOf(text)
      .filter((word) => !STOP.has(word.toLowerCase()) && /\p{L}/u.test(word) && word.length > 2)
      .map(stemOf)
      .filter((stem) => !FORMS.has(stem) || FORMS.get(stem)!.form !== "base" || NOUNS_TOO.has(stem)),
  ),
];
/** Verbs that are things as often. */
export const NOUNS_TOO: ReadonlySet<string> = new Set(
  `code check cover use call group stop start match load trace design model test order survey plan map report index cache record list fence paint tile film stream log mail plant form track label store research study permit audit review schedule release register host import export layout display support mentor interview contact change request view pull pilot brief partner`.split(
    " ",
  ),
);
