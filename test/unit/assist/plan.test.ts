// The way to a proposal: the first answer that passes schema, references and bounds is taken, and nothing of the
// others but why they failed.
import { expect, it } from "vitest";
import { plan } from "../../../src/assist/plan.ts";
import type { PlanRequest, Provider, ProviderAnswer } from "../../../src/assist/provider.ts";
import type { BreakdownProposal } from "../../../src/schema/proposal.ts";

const usage = { input_tokens: 10, output_tokens: 20, model: "made-up" };
const task = (ref: string, more: Partial<BreakdownProposal["tasks"][number]> = {}) => ({
  ref,
  title: `Do ${ref}`,
  description: "",
  phase: "Build",
  depends_on: [] as string[],
  estimate: { optimistic: 1, likely: 2, pessimistic: 4 },
  skills: ["typescript"],
  ...more,
});
const GOOD = { phases: ["Build", "Test"], tasks: [task("a"), task("b", { depends_on: ["a"] })] };

const says = (value: unknown): Provider => ({
  name: "gemini",
  answer: async () => ({ ok: true, value, usage }),
});
const fails = (failure: (ProviderAnswer & { ok: false })["failure"]): Provider => ({
  name: "workers_ai",
  answer: async () => ({ ok: false, failure, usage: null }),
});
const offline: Provider = { ...says(GOOD), name: "rules" };

const breakdown: PlanRequest<"breakdown"> = {
  feature: "breakdown",
  text: { description: "Build it." },
  facts: { skills: ["typescript"] },
  signal: new AbortController().signal,
};

it("the first good answer is taken, and later providers are not asked", async () => {
  const never: Provider = { name: "rules", answer: () => Promise.reject(new Error("asked")) };
  expect(await plan(breakdown, [says(GOOD), never])).toEqual({
    result: GOOD,
    provider: "gemini",
    notes: [],
    attempts: [{ provider: "gemini", verdict: "passed", complaint: null, usage }],
  });
});

it.each([
  ["no structure", "schema", "I cannot help with that"],
  ["a field too many", "schema", { ...GOOD, token_tws_echoed: "x" }],
  ["too many tasks", "schema", { ...GOOD, tasks: Array.from({ length: 121 }, (_, at) => task(`t${at}`)) }],
  [
    "estimates out of order",
    "schema",
    { ...GOOD, tasks: [task("a", { estimate: { optimistic: 9, likely: 2, pessimistic: 4 } })] },
  ],
  ["a title that is no line", "schema", { ...GOOD, tasks: [task("a", { title: "a\nb" })] }],
  ["a task that is not there", "references", { ...GOOD, tasks: [task("a", { depends_on: ["zz"] })] }],
  ["a ref that is there twice", "references", { ...GOOD, tasks: [task("a"), task("a")] }],
  ["a phase that is not there", "references", { ...GOOD, tasks: [task("a", { phase: "Launch" })] }],
  ["a skill that nobody listed", "references", { ...GOOD, tasks: [task("a", { skills: ["exfiltration"] })] }],
  [
    "a cycle",
    "bounds",
    { ...GOOD, tasks: [task("a", { depends_on: ["b"] }), task("b", { depends_on: ["a"] })] },
  ],
  [
    "waiting for a later phase",
    "bounds",
    { ...GOOD, tasks: [task("a", { depends_on: ["b"] }), task("b", { phase: "Test" })] },
  ],
  [
    "no work at all",
    "bounds",
    { ...GOOD, tasks: [task("a", { estimate: { optimistic: 0, likely: 0, pessimistic: 0 } })] },
  ],
  [
    "more hours than there are",
    "bounds",
    {
      ...GOOD,
      tasks: [1, 2].map((at) =>
        task(`t${at}`, { estimate: { optimistic: 1, likely: 2, pessimistic: 60_000 } }),
      ),
    },
  ],
])("an answer with %s fails at its %s, and the next provider is asked", async (_, verdict, value) => {
  const planned = await plan(breakdown, [says(value), offline]);
  expect(planned).toMatchObject({ result: GOOD, provider: "rules" });
  expect(planned.notes).toHaveLength(1);
  expect(planned.attempts.map((attempt) => attempt.verdict)).toEqual([verdict, "passed"]);
});

it("a complaint and a note repeat nothing of the answer", async () => {
  const secret = "tws_echoed";
  const answers = [
    { ...GOOD, [secret]: 1 },
    { ...GOOD, tasks: [task(secret, { depends_on: [`${secret}2`] })] },
  ];
  for (const answer of answers) {
    const { notes, attempts } = await plan(breakdown, [says(answer), offline]);
    expect(JSON.stringify({ notes, attempts })).not.toContain(secret);
  }
});

it("each failure becomes a note in the order of the providers", async () => {
  const { notes } = await plan(breakdown, [fails("timed_out"), says("?"), offline]);
  expect(notes).toEqual(["workers_ai did not answer in time", "gemini answered in another form than asked"]);
});

const worker = (letter: string, score: number | null) => ({
  worker_id: `wrk_${letter.repeat(26)}`,
  name: letter,
  skills: [],
  held: 0,
  capacity: 1,
  score,
});
const assignees: PlanRequest<"assignees"> = {
  feature: "assignees",
  text: {},
  facts: {
    task: { id: `tsk_${"a".repeat(26)}`, title: "It", estimate: null, skills: [], depends_on: [] },
    workers: [worker("a", 200), worker("b", 150), worker("c", 149), worker("d", null)],
  },
  signal: new AbortController().signal,
};
const ranked = (letters: string) => ({
  ranking: [...letters].map((letter) => ({ worker_id: `wrk_${letter.repeat(26)}`, reason: "why not" })),
});

it.each([
  ["ba", "passed"],
  ["abc", "passed"],
  ["", "passed"],
  ["ca", "bounds"],
  ["c", "bounds"],
  ["ad", "references"],
  ["az", "references"],
  ["aa", "references"],
])(
  "of workers a, b and c with 200, 150 and 149 points and d who does not fit, the order %s: %s",
  async (order, verdict) => {
    const answer: Provider = says(ranked(order));
    const { attempts } = await plan(assignees, [answer, { ...says(ranked("")), name: "rules" }]);
    expect(attempts[0]!.verdict).toBe(verdict);
  },
);
