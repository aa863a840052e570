// Whom to give a task: an order of those that fit, from the figures; judgement moves nobody far and brings in nobody.
import fc from "fast-check";
import { expect, it } from "vitest";
import { OFFLINE_PLANNER } from "../../../src/assist/offline-planner.ts";
import { plan } from "../../../src/assist/plan.ts";
import type { Provider } from "../../../src/assist/provider.ts";
import { recommend, taskFacts, workerFacts } from "../../../src/assist/recommendation.ts";
import { candidatesFor } from "../../../src/domain/candidates.ts";
import type { Task } from "../../../src/schema/project.ts";
import type { AssigneesProposal } from "../../../src/schema/proposal.ts";
import type { Worker } from "../../../src/schema/worker.ts";

const NOW_MS = Date.parse("2026-03-02T10:00:00Z");
const at = "2026-03-01T10:00:00Z";
const idOf = (prefix: string, letter: string) => `${prefix}_${letter.repeat(26)}`;

const worker = (letter: string, level: number, more: Partial<Worker> = {}): Worker => ({
  id: idOf("wrk", letter),
  name: `Worker ${letter}`,
  skills: level > 0 ? [{ name: "welding", level }] : [],
  capacity: 4,
  working_hours: null,
  status: "active",
  registered_by: idOf("usr", "a"),
  created_at: at,
  updated_at: at,
  last_seen_at: at,
  version: 1,
  ...more,
});
const TASK = {
  id: idOf("tsk", "a"),
  title: "Weld the gate",
  description: "",
  priority: "normal",
  skills: ["welding"],
  due_at: null,
  created_at: at,
  assigned_to: null,
  estimate: null,
  depends_on: [],
} as unknown as Task;
const all = { is_judged: true, alternatives_max: 20 };

async function advise(workers: readonly Worker[], providers: readonly Provider[], held = 0, task = TASK) {
  const found = candidatesFor(
    task,
    workers.map((each) => ({ worker: each, held })),
    NOW_MS,
  );
  const table = new Map(workers.map((each) => [each.id, each]));
  const { result, attempts } = await plan(
    {
      feature: "assignees",
      text: {},
      facts: { task: taskFacts(task), workers: workerFacts(found, table) },
      signal: new AbortController().signal,
    },
    providers,
  );
  return { ...recommend(task, found, table, result, all), attempts };
}
const says = (ranking: AssigneesProposal["ranking"]): Provider => ({
  name: "gemini",
  answer: async () => ({
    ok: true,
    value: { ranking },
    usage: { input_tokens: 1, output_tokens: 1, model: "made-up" },
  }),
});

it("the most able comes first, the others as alternatives, and who does not fit with the reason", async () => {
  const workers = [worker("b", 2), worker("a", 5), worker("c", 0), worker("d", 5, { status: "paused" })];
  const advice = await advise(workers, [OFFLINE_PLANNER]);
  expect(advice.recommended).toMatchObject({
    name: "Worker a",
    reasons: expect.arrayContaining(["welding: level 5 of 5"]),
  });
  expect(advice.alternatives.map(({ name }) => name)).toEqual(["Worker b"]);
  expect(advice.unfit.map(({ name, because }) => [name, because])).toEqual([
    ["Worker c", "it lacks welding"],
    ["Worker d", "it is paused"],
  ]);
  expect(advice.confidence).toBeGreaterThan(0.9);
});

it("nobody who fits means nobody recommended, and no confidence", async () => {
  const advice = await advise([worker("a", 0)], [OFFLINE_PLANNER]);
  expect(advice).toMatchObject({ recommended: null, alternatives: [], confidence: 0 });
});

it("two who are alike leave more doubt than one who leads", async () => {
  const alike = await advise([worker("a", 4), worker("b", 4)], [OFFLINE_PLANNER]);
  const leading = await advise([worker("a", 4), worker("b", 1)], [OFFLINE_PLANNER]);
  expect(alike.confidence).toBeLessThan(leading.confidence);
});

it("judgement exchanges those who are close, says why, and drops nobody", async () => {
  const workers = [worker("a", 5), worker("b", 4), worker("c", 3)];
  const model = says([{ worker_id: idOf("wrk", "b"), reason: "Welded the last gate." }]);
  const advice = await advise(workers, [model, OFFLINE_PLANNER]);
  expect(advice.recommended).toMatchObject({ name: "Worker b", judgement: "Welded the last gate." });
  expect(advice.alternatives.map(({ name }) => name)).toEqual(["Worker a", "Worker c"]);
  expect(advice.because).toBe(
    "40 of 50 points for skill; put first by judgement, 10 points behind the next.",
  );
});

it("who lacks the skills of a task that is theirs already is not said to need none", async () => {
  const own = { ...TASK, assigned_to: idOf("wrk", "a") } as Task;
  const { recommended } = await advise([worker("a", 0)], [OFFLINE_PLANNER], 0, own);
  expect(recommended!.reasons).toContain("it has none of the skills that the task asks for");
  const said = [...recommended!.reasons, recommended!.judgement].join("; ");
  expect(said).not.toContain("asks for no");
});

it.each([
  ["somebody who is not there", "z"],
  ["somebody who does not fit", "c"],
])("an answer that names %s counts for nothing", async (_, letter) => {
  const model = says([{ worker_id: idOf("wrk", letter), reason: "Trust me." }]);
  const advice = await advise([worker("a", 5), worker("b", 4), worker("c", 0)], [model, OFFLINE_PLANNER]);
  expect(advice.attempts.map(({ verdict }) => verdict)).toEqual(["references", "passed"]);
  expect(advice.recommended!.name).toBe("Worker a");
});

it("whatever is answered, exactly those who fit are named, each once, and confidence is a share", async () => {
  const letters = fc.constantFrom("a", "b", "c", "d", "z");
  const rankings = fc.array(letters, { maxLength: 6 });
  const levels = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(levels, rankings, async (skills, order) => {
      const workers = skills.map((level, index) => worker("abcd"[index]!, level));
      const model = says(order.map((letter) => ({ worker_id: idOf("wrk", letter), reason: "Because." })));
      const advice = await advise(workers, [model, OFFLINE_PLANNER]);
      const named = [...(advice.recommended ? [advice.recommended] : []), ...advice.alternatives];
      const fitting = workers.filter((each) => each.skills.length > 0).map(({ id }) => id);
      expect(named.map(({ worker_id }) => worker_id).sort()).toEqual(fitting.sort());
      expect(advice.unfit.length).toBe(workers.length - fitting.length);
      expect(advice.confidence).toBeGreaterThanOrEqual(0);
      expect(advice.confidence).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});
