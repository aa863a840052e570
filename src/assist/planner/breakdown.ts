// A plan by rules: what the text says is to be done, between what every project of its kind has to do, in phases, with
// dependencies by order of phases, by what comes before what, and by what the text says of it. The same text gives the
// same plan; sentences of no known form, and those that speak to a language model, change nothing of it.
import type { BreakdownProposal } from "../../schema/proposal.ts";
import { assemble } from "./assemble.ts";
import { type Deliverable, deliverablesOf, linesOf } from "./deliverables.ts";
import type { Domain } from "./domain.ts";
import { domainOf } from "./domain-of.ts";
import { GENERAL } from "./domains-done.ts";
import { problemsOf } from "./problems.ts";
import { speakingOfWork } from "./set-aside.ts";
import { lowerFirst } from "./titles.ts";
import { unitsOf } from "./units.ts";
import { wordsOf } from "./words.ts";

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
  const { kept: units, aside } = speakingOfWork(all);
  const lines = linesOf(units);
  const first = deliverablesOf(lines, units, GENERAL);
  const said = first.length > 0 ? first.flatMap(({ sources }) => sources) : units.map(({ text }) => text);
  const domain = domainOf(said, name);
  const named = parts(deliverablesOf(lines, units, domain));
  const deliverables =
    domain.name === "change" && named.length < 2 ? [...problemsOf(units), ...named] : named;
  const subject = subjectOf(name, deliverables, domain);
  const sources = new Set(deliverables.flatMap((each) => each.sources));
  return {
    proposal: assemble(domain, deliverables, subject),
    units: all.length,
    understood: units.filter(({ text }) => sources.has(text)).length,
    set_aside: aside,
    domain: domain.name,
  };
}

/** Without the one that names the whole, where its parts follow. */
function parts(deliverables: readonly Deliverable[]): readonly Deliverable[] {
  const [first, ...others] = deliverables;
  return first !== undefined && others.length >= 4 && WHOLE.test(first.title) ? others : deliverables;
}
const WHOLE =
  /^(?:Organise|Host|Hold|Plan|Renovate|Refurbish|Launch|Predict|Run|Relocate) (?:an? |the |our )?(?:\S+ ){0,6}\S+/u;

/** What the whole is called: by its name, or by the first thing that is to be made. */
function subjectOf(name: string, deliverables: readonly Deliverable[], domain: Domain): string {
  const plain = name.trim().replace(/[\s.:]+$/u, "");
  if (
    /\p{L}{3}/u.test(plain) &&
    !/^(?:test|project|untitled|new project|my project)\b[\s\d]*$/iu.test(plain)
  ) {
    return wordsOf(plain).length > 8 ? `“${plain.split(/\s+/u).slice(0, 8).join(" ")} …”` : `“${plain}”`;
  }
  const main = deliverables.find(({ verb, object }) => verb !== null && wordsOf(object).length <= 8);
  return main ? `${main.verb} ${lowerFirst(main.object)}` : domain.noun;
}
