// A proposal from its parts: what the text names, between what every project of its kind has to do.
import type { BreakdownProposal, ProposedTask } from "../../schema/proposal.ts";
import type { Deliverable } from "./deliverables.ts";
import { at, type Domain, type Frame } from "./domain.ts";
import type { Step } from "./kind.ts";
import { comesAfter, Links, type Placed } from "./links.ts";
import { estimateOf } from "./sizes.ts";
import { toolsIn } from "./skills.ts";
import { lowerFirst } from "./titles.ts";

/** With few things to do, each is planned in steps; with many, the list itself is the plan. */
const STEPS_UP_TO = 9;
/** Of changes that are tested one by one. */
const ALIKE_MAX = 4;
const TASKS_MIN = 8;
const SOURCE_CHARACTERS_MAX = 300;
const TITLE_CHARACTERS_MAX = 200;
/** Of work of no known kind. */
const UNKNOWN = { hours: 12, spread: 2 };
const STEP_SPREAD = 1.6;

/** What is left to settle in any project, where a text says little. */
const EVERY_PROJECT: readonly Frame[] = [
  at(0, "Name who decides on {} and who must be asked", 2, "project-management"),
  at(0, "List what could go wrong with {} and how it would show", 3, "risk-management"),
  at(0, "Agree how progress on {} is reported", 1, "project-management"),
  at(0, "List what {} needs from others, and until when", 2, "project-management"),
];

interface Draft extends Step {
  readonly phase: number;
  /** What the text says of it; empty where it says nothing. */
  readonly source: string;
  readonly spread: number;
  /** What its size is read from. */
  readonly sized: string;
}

/** `whole`: what the text says of the whole, where it is no task by itself. */
export function assemble(
  domain: Domain,
  deliverables: readonly Deliverable[],
  subject: string,
  whole = "",
): BreakdownProposal {
  const drafts: Draft[] = [];
  const links = new Links(drafts);
  const frame = ({ title, ...rest }: Frame): number =>
    drafts.push({ ...rest, title: filled(title, subject), source: "", spread: STEP_SPREAD, sized: title }) -
    1;
  const kinds = new Set(deliverables.map(({ kind }) => kind?.name));
  const needed = ({ unless = [] }: Frame): boolean => !unless.some((name) => kinds.has(name));

  const opening = domain.opening.filter(needed).map(frame);
  if (whole !== "") drafts[0] = { ...drafts[0]!, source: whole };
  for (const [place, task] of opening.entries()) if (place > 0) links.add(task, opening[place - 1]!);
  const alike = deliverables.filter(({ kind }) => kind !== null && kind.name === domain.each).length;
  const with_steps =
    deliverables.length <= STEPS_UP_TO && alike <= ALIKE_MAX && !(alike > 0 && kinds.has("tests"));
  const phases = phasesOf(deliverables, domain);
  const placed = deliverables.map((each, at) =>
    placedIn(drafts, links, domain, each, phases[at]!, with_steps),
  );
  links.relate(placed);
  const closing = domain.closing.filter(needed).map(frame);
  for (const each of EVERY_PROJECT.slice(0, Math.max(0, TASKS_MIN - drafts.length))) frame(each);
  links.close(opening, placed, closing);
  return proposalOf(drafts, links, domain);
}

/** By the stage of each kind, and no earlier than what the text says comes first. */
function phasesOf(deliverables: readonly Deliverable[], domain: Domain): number[] {
  const phases = deliverables.map(({ kind }) => domain.stages[kind?.stage ?? "core"]);
  for (const _ of domain.phases) {
    for (const [later, a] of deliverables.entries()) {
      for (const [earlier, b] of deliverables.entries()) {
        if (a !== b && comesAfter(a, b)) phases[later] = Math.max(phases[later]!, phases[earlier]!);
      }
    }
  }
  return phases;
}

/** The steps of one thing to do, as far as they are planned, each after the one before. */
function placedIn(
  drafts: Draft[],
  links: Links,
  domain: Domain,
  deliverable: Deliverable,
  phase: number,
  with_steps: boolean,
): Placed {
  const { kind, title, object, sources } = deliverable;
  const source = sources[0] ?? "";
  // Numbers in the names and texts of a program count nothing.
  const sizedBy = (text: string): string =>
    source === "" ? "" : domain.each === undefined ? text : text.replace(/\d+/gu, "");
  const stepIn = (in_phase: number) => (step: Step) => {
    const said = filled(
      step.title.replace("{title}", () => lowerFirst(title)),
      object,
    );
    return (
      drafts.push({
        ...step,
        phase: in_phase,
        title: said,
        source,
        spread: STEP_SPREAD,
        sized: sizedBy(said),
      }) - 1
    );
  };
  const { before = [], after = [] } = with_steps && kind ? kind : {};
  const prepared = before.map(stepIn(Math.min(phase, domain.stages.prepare)));
  const { hours, spread, skill } = kind ?? { ...UNKNOWN, skill: domain.skill };
  const main = drafts.push({ phase, title, source, hours, spread, skill, sized: sizedBy(title) }) - 1;
  // Software is tested in a phase of its own, anything else where it is made.
  const tested = domain.group === "software" ? Math.max(phase, domain.stages.check) : phase;
  const followed = after.map(stepIn(tested));
  for (const each of prepared) links.add(main, each);
  for (const each of followed) links.add(each, main);
  return { deliverable, first: prepared[0] ?? main, main, last: followed.at(-1) ?? main };
}

/** Refs count the tasks by phase, within a phase by what comes first. */
function proposalOf(drafts: readonly Draft[], links: Links, { phases }: Domain): BreakdownProposal {
  const depths = links.depths();
  const order = drafts
    .map((_, task) => task)
    .sort((a, b) => drafts[a]!.phase - drafts[b]!.phase || depths[a]! - depths[b]! || a - b);
  const numbers = new Map(order.map((task, place) => [task, place + 1]));
  const refsOf = (task: number): string[] =>
    links
      .of(task)
      .map((each) => numbers.get(each)!)
      .sort((a, b) => a - b)
      .map((number) => `t${number}`);
  return {
    phases: phases.filter((_, phase) => drafts.some((draft) => draft.phase === phase)),
    tasks: order.map((task) => taskOf(drafts[task]!, `t${numbers.get(task)!}`, phases, refsOf(task))),
  };
}

function taskOf(draft: Draft, ref: string, phases: readonly string[], depends_on: string[]): ProposedTask {
  const { title, source, hours, spread, skill, phase, sized } = draft;
  const shown = source.length > SOURCE_CHARACTERS_MAX ? `${source.slice(0, SOURCE_CHARACTERS_MAX)}…` : source;
  return {
    ref,
    title: title.slice(0, TITLE_CHARACTERS_MAX).toWellFormed(),
    description: shown === "" ? "" : `The description says: “${shown.toWellFormed()}”`,
    phase: phases[phase]!,
    depends_on,
    estimate: estimateOf(hours, spread, sized),
    skills: [...new Set([skill, ...(source === "" ? [] : toolsIn(title))])],
  };
}

const filled = (title: string, what: string): string => title.replace("{}", () => what);
