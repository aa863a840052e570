// Requests of planning for the tests of models, an honest answer to each, and a provider that answers when none does.
import { ModelProvider, type Reach } from "../../../../src/assist/model-provider.ts";
import { drawMarks } from "../../../../src/assist/prompt.ts";
import type { Feature, PlanRequest, Provider } from "../../../../src/assist/provider.ts";
import type { Vendor } from "../../../../src/assist/vendors/vendor.ts";

const id = (prefix: string, letter: string) => `${prefix}_${letter.repeat(26)}`;
export const ANNA = id("wrk", "a");
export const BERT = id("wrk", "b");
export const TASK = id("tsk", "a");

const estimate = { optimistic: 2, likely: 4, pessimistic: 8 };
const task = { id: TASK, title: "Write the manual", estimate, skills: ["writing"], depends_on: [] };
const signal = new AbortController().signal;

export const breakdown = (description = "A web shop for garden tools with payment and delivery.") =>
  ({
    feature: "breakdown",
    text: { name: "Garden shop", description },
    facts: { skills: ["writing", "typescript"] },
    signal,
  }) satisfies PlanRequest<"breakdown">;

const worker = (worker_id: string, name: string, score: number) => ({
  worker_id,
  name,
  skills: [{ name: "writing", level: 3 }],
  held: 0,
  capacity: 3,
  score,
});
export const assignees = {
  feature: "assignees",
  text: {},
  facts: { task, workers: [worker(ANNA, "anna", 40), worker(BERT, "bert", 30)] },
  signal,
} satisfies PlanRequest<"assignees">;

export const risks = {
  feature: "risks",
  text: {},
  facts: {
    report: { risks: [], dependency_chain: [], bottlenecks: [], scarce_skills: [], recommended_actions: [] },
    tasks: [task],
  },
  signal,
} satisfies PlanRequest<"risks">;

const proposed = (ref: string, depends_on: string[] = []) => ({
  ref,
  title: `Build part ${ref}`,
  phase: "Building",
  depends_on,
  estimate,
  skills: ["typescript"],
});
export const BREAKDOWN = { phases: ["Building"], tasks: [proposed("t1"), proposed("t2", ["t1"])] };
export const RANKING = { ranking: [{ worker_id: ANNA, reason: "Knows how to write." }] };
export const RISK = {
  title: "The printer is late",
  probability: 2,
  impact: 3,
  trigger: "No proof by Friday",
  mitigation: "Ask a second printer",
  task_ids: [TASK],
};

/** The proposal by rules: empty but for a breakdown, which may not be. */
export const RULES: Provider = {
  name: "rules",
  async answer({ feature }) {
    const values = {
      breakdown: { phases: ["Rules"], tasks: [{ ...proposed("r1"), phase: "Rules" }] },
      assignees: { ranking: [] },
      complexity: { risk_factors: [], recommendations: [] },
      risks: { risks: [] },
    };
    return { ok: true, value: values[feature], usage: { input_tokens: 0, output_tokens: 0, model: "rules" } };
  },
};

export const KEY = "not-a-key-of-anybody";

/** Time stands still but where a test moves it; `waited_ms` collects what was waited for. */
export function reach(
  clock = { now_ms: Date.parse("2026-11-22T12:00:00Z") },
  waited_ms: number[] = [],
): Reach {
  return {
    now: () => clock.now_ms,
    wait: async (ms) => void waited_ms.push(ms),
    random: () => 0.5,
    attempt: (whole) => whole,
  };
}

let draws = 0;
export const marks = () => {
  draws += 1;
  return drawMarks((count) => Uint8Array.from({ length: count }, (_, at) => (at * 7 + draws * 13) % 251));
};

export const modelOf = (
  vendor: Vendor,
  request: PlanRequest<Feature>,
  given: { marks?: ReturnType<typeof marks>; reach?: Reach } = {},
) => new ModelProvider(vendor, request, given.marks ?? marks(), async () => [KEY], given.reach ?? reach());
