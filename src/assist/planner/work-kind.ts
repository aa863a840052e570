// The kind of work that a phrase names within a project: by its words, by its verb, and by what projects of that kind
// do to whatever they name.
import type { Domain } from "./domain.ts";
import type { Kind, Stage } from "./kind.ts";
import { kindNamed, kindOf } from "./kinds.ts";
import type { Phrase } from "./objects.ts";

const SWITCH_HOURS = 8;

export function kindIn({ verb, object, about }: Phrase, domain: Domain): Kind | null {
  if (verb === "check" && /^the requirement “/u.test(object)) return kindNamed("requirement");
  const said =
    verb === "provide" && about !== undefined
      ? about
      : verb === null || verb === "let"
        ? object
        : `${verb} ${object}`;
  const known = staged(kindOf(said, domain.group), verb, domain);
  if (domain.each && (known === null || !APART.has(known.name))) {
    const stage = verb === null ? undefined : STAGE_OF_VERB[verb];
    const skill = known?.skill ?? domain.skill;
    const of = kindNamed(domain.each)!;
    return { ...of, skill, ...(stage === undefined ? {} : { stage }) };
  }
  const is_done_to = verb === null && known !== null && domain.done_to?.includes(known.name) === false;
  if (!is_done_to) return known;
  const { verb: does } = domain;
  return {
    ...known,
    verb: does,
    stage: "core",
    before: [],
    after: [],
    hours: SWITCH_HOURS,
    follows: ["migration"],
  };
}

/** Some verbs say when in a project something is done, whatever it is. */
function staged(kind: Kind | null, verb: string | null, domain: Domain): Kind | null {
  const table = {
    ...KIND_OF_VERB,
    ...(domain.group === "software" ? { move: "migration" } : { record: "recording", film: "video" }),
    ...(domain.name === "migration" ? { upgrade: "migration", replace: "migration" } : {}),
  };
  if (verb === "train" && kind?.name === "model") return kind;
  const own = verb === null ? undefined : (table as Readonly<Record<string, string>>)[verb];
  if (own !== undefined) return kindNamed(own);
  const stage = verb === null ? undefined : STAGE_OF_VERB[verb];
  // "Cache", "encrypt", "speed up": what is made so is made, and checked later.
  if (
    kind !== null &&
    stage === undefined &&
    verb !== null &&
    IMPROVED.has(kind.name) &&
    !/test|review|audit|assess|measure|profile/u.test(verb)
  )
    return { ...kind, stage: "core" };
  if (stage === undefined) return kind;
  if (kind === null) return { ...kindNamed("requirement")!, name: `to ${verb}`, stage, skill: domain.skill };
  const hours = verb === "check" ? CHECK_HOURS : kind.hours;
  return { ...kind, stage, hours, before: [], after: [] };
}
/** Checks of how something is, and work where something is made so. */
const IMPROVED = new Set(["speed", "hardening", "accessibility", "privacy"]);
/** Of a change, what is no change by itself. */
const APART = new Set(
  "tests requirement articles announcement training migration-rehearsal rollback publishing".split(" "),
);
const KIND_OF_VERB: Readonly<Record<string, string>> = {
  migrate: "migration",
  decommission: "decommission",
  rehearse: "migration-rehearsal",
  purchase: "materials",
  buy: "materials",
  hire: "hiring",
  translate: "languages",
  renovate: "structure",
  analyse: "analysis",
  interview: "interviews",
  "pack and move": "packing",
};
const STAGE_OF_VERB: Readonly<Record<string, Stage>> = {
  deploy: "release",
  release: "release",
  publish: "release",
  launch: "release",
  "roll out": "release",
  present: "release",
  submit: "release",
  announce: "release",
  test: "check",
  verify: "check",
  validate: "check",
  check: "check",
  evaluate: "check",
  inspect: "check",
};
const CHECK_HOURS = 6;
