// A plan by rules: what the text says is to be done, between what every project of its kind has to do, in phases, with
// dependencies by order of phases, by what comes before what, and by what the text says of it. The same text gives the
// same plan; sentences of no known form, and those that speak to a language model, change nothing of it.
import type { BreakdownProposal } from "../../schema/proposal.ts";
import { assemble } from "./assemble.ts";
import { foundOutFirst } from "./change.ts";
import { type Deliverable, deliverablesOf } from "./deliverables.ts";
import type { Domain } from "./domain.ts";
import { domainOf } from "./domain-of.ts";
import { GENERAL } from "./domains-done.ts";
import { linesOf, wholeOf } from "./lines.ts";
import { speakingOfWork } from "./set-aside.ts";
import { subjectOf } from "./subject.ts";
import { type Unit, unitsOf } from "./units.ts";
import { isWhole, usualParts } from "./usual.ts";
import { verbAt, wordsOf } from "./words.ts";

export interface Reading {
  readonly proposal: BreakdownProposal;
  /** Of the text's sentences and items: how many there were, named work, and were set aside as instructions. */
  readonly units: number;
  readonly understood: number;
  readonly set_aside: number;
  readonly domain: string;
}

export function breakdownOf(name: string, description: string): Reading {
  const all = unitsOf(description);
  const { kept, aside } = speakingOfWork(all);
  const units = kept.length > 0 ? kept : tellingUnits(name);
  const reading = readingOf(units, aside, name);
  const { domain, named } = reading;
  const subject = subjectOf(name, named, domain);
  const is_change = domain.name === "change" && (named.length > 0 || aside === 0);
  const usual = usualParts(named, domain, subject);
  const is_whole = isWhole(named, usual, domain, subject);
  const deliverables = [
    ...(is_change ? foundOutFirst(units, named) : []),
    ...usual,
    ...(is_whole ? [] : named),
  ];
  const sources = new Set([...deliverables, ...named].flatMap((each) => each.sources));
  return {
    proposal: assemble(domain, deliverables, subject, is_whole ? named[0]!.sources[0] : ""),
    units: all.length,
    understood: all.filter(({ text }) => sources.has(text)).length,
    set_aside: aside,
    domain: domain.name,
  };
}

interface Named {
  readonly domain: Domain;
  readonly named: readonly Deliverable[];
}

/** What kind of project it is, and what it names as work. */
function readingOf(units: readonly Unit[], aside: number, name: string): Named {
  const lines = linesOf(units);
  const work = new Set(deliverablesOf(lines, units, GENERAL).flatMap(({ sources }) => sources));
  const told = units.map(({ text }) => text).filter((text) => !work.has(text));
  if (work.size === 0 && aside === 0 && units.length > 0 && units.length <= BRIEF_UNITS_MAX) {
    const domain = domainOf([], told, name, 1);
    // A complaint alone asks for a change.
    if (domain?.name === "change" && foundOutFirst(units, []).length > 0)
      return { domain, named: deliverablesOf(lines, units, domain) };
    const whole = wholeOf(lines[0], domain?.name === "change" ? null : domain);
    if (whole !== null)
      return { domain: domain ?? GENERAL, named: deliverablesOf([whole], [], domain ?? GENERAL) };
  }
  // Where something speaks to a model, the rest may as well: alone it says of no project what it is.
  const domain =
    domainOf([...work], told, name, aside > 0 && work.size === 0 ? Number.POSITIVE_INFINITY : undefined) ??
    GENERAL;
  return { domain, named: parts(deliverablesOf(lines, units, domain)) };
}
/** So short a text says with its first sentence what is to be done, though the words for it are not known. */
const BRIEF_UNITS_MAX = 3;

/** A project's name alone may say what is to be done: "Launch our new website". */
const tellingUnits = (name: string): Unit[] =>
  wordsOf(name).length >= 3 && verbAt(wordsOf(name), 0)?.form === "base" ? unitsOf(name) : [];

/** Without the one that names the whole, where its parts follow. */
function parts(deliverables: readonly Deliverable[]): readonly Deliverable[] {
  const [first, ...others] = deliverables;
  return first !== undefined && others.length >= 4 && WHOLE.test(first.title) ? others : deliverables;
}
const WHOLE =
  /^(?:Organise|Host|Hold|Plan|Renovate|Refurbish|Launch|Predict|Run|Relocate|Open|Found|Start|Study|Investigate) (?:an? |the |our )?(?:\S+ ){0,6}\S+/u;
