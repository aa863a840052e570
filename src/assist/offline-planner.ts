// The provider that needs no key and no network: rules alone. It plans a breakdown from the text; to what code
// computes for the other features it has nothing to add but reasons.
import type {
  AssigneesProposal,
  BreakdownProposal,
  ComplexityProposal,
  RisksProposal,
} from "../schema/proposal.ts";
import { breakdownOf, type Reading } from "./planner/breakdown.ts";
import type { Feature, Features, PlanRequest, Provider, Usage, WorkerFacts } from "./provider.ts";

const NOTHING_USED: Usage = { input_tokens: 0, output_tokens: 0, model: "rules" };
const RANKED_MAX = 20;

interface Told<Name extends Feature> {
  readonly value: Features[Name]["proposal"];
  readonly notes?: readonly string[];
}

const RULES: { readonly [Name in Feature]: (request: PlanRequest<Name>) => Told<Name> } = {
  breakdown({ text }) {
    const { name = "", ...more } = text;
    const reading = breakdownOf(name, Object.values(more).join("\n\n"));
    return { value: reading.proposal satisfies BreakdownProposal, notes: notesOn(reading) };
  },

  assignees({ facts }) {
    const fitting = facts.workers.filter(({ score }) => score !== null);
    const ranked = fitting.toSorted((a, b) => b.score! - a.score! || a.held - b.held).slice(0, RANKED_MAX);
    const ranking = ranked.map((worker) => ({
      worker_id: worker.worker_id,
      reason: reasonFor(worker, facts.task.skills),
    }));
    return { value: { ranking } satisfies AssigneesProposal };
  },

  complexity: () => ({ value: { risk_factors: [], recommendations: [] } satisfies ComplexityProposal }),

  risks: () => ({ value: { risks: [] } satisfies RisksProposal }),
};

export const OFFLINE_PLANNER: Provider = {
  name: "rules",
  async answer<Name extends Feature>(request: PlanRequest<Name>) {
    return { ok: true, usage: NOTHING_USED, ...RULES[request.feature](request) };
  },
};

function notesOn({ units, understood, set_aside, domain, proposal }: Reading): string[] {
  const as =
    domain === "general" ? "as a project of no special kind" : `as a project of the kind “${domain}”`;
  return [
    `Made by rules, without a language model, ${as}: ${understood} of ${units} sentences and items were read as work; what is missing, add before you apply it.`,
    ...(set_aside > 0 ? [`${set_aside} were set aside: they speak to a language model, not of work.`] : []),
    ...(understood === 0
      ? ["No sentence was recognised as work: the tasks are what projects of that kind have in common."]
      : []),
    `Hours are rules of thumb for ${proposal.tasks.length} tasks: let those who do the work correct them.`,
  ];
}

function reasonFor({ skills, held, capacity }: WorkerFacts, wanted: readonly string[]): string {
  const levels = skills
    .filter(({ name }) => wanted.includes(name))
    .map(({ name, level }) => `${name} ${level} of 5`);
  const none = wanted.length === 0 ? "the task asks for no special skill" : "none of the skills asked for";
  const able = levels.length > 0 ? levels.slice(0, 4).join(", ") : none;
  return `${able}; holds ${held} of ${capacity}`;
}
