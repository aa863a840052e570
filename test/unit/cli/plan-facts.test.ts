// The longest chain of a plan: known answers, and the published ones of PSPLIB.
import { describe, expect, test } from "vitest";
import { expectedHours, type ListedTask, planFacts } from "../../../src/cli/plan-facts.ts";
import { corporaNote, corporaRoot, readCorpusLines } from "../corpora.ts";

const exactly = (hours: number) => ({ optimistic: hours, likely: hours, pessimistic: hours });

/** Tasks by name: hours, then the names of those that it waits for. */
function tasksOf(plan: Readonly<Record<string, readonly [number, ...string[]]>>): ListedTask[] {
  return Object.entries(plan).map(
    ([id, [hours, ...depends_on]]) => ({ id, depends_on, estimate: exactly(hours) }) as unknown as ListedTask,
  );
}

test("expected hours weigh the likely ones fourfold", () => {
  expect(expectedHours({ estimate: { optimistic: 1, likely: 2, pessimistic: 9 } })).toBe(3);
  expect(expectedHours({ estimate: null })).toBe(0);
});

describe("the longest chain", () => {
  test("goes by hours, not by the number of tasks, and whatever the order of the list", () => {
    const facts = planFacts(
      tasksOf({ end: [1, "long", "c"], c: [1, "b"], b: [1, "a"], long: [9, "a"], a: [2], alone: [5] }),
    );
    expect(facts.longest_chain.map(({ id }) => id)).toEqual(["a", "long", "end"]);
    expect(facts.longest_chain_hours).toBe(12);
    expect(facts.ready.map(({ id }) => id)).toEqual(["a", "alone"]);
    expect(facts.dependencies).toBe(5);
    expect(facts.hours).toBe(19);
  });

  test("of nothing is nothing", () => {
    expect(planFacts([])).toEqual({
      dependencies: 0,
      ready: [],
      hours: 0,
      longest_chain: [],
      longest_chain_hours: 0,
    });
  });

  test("of a cycle there is none", () => {
    expect(() => planFacts(tasksOf({ a: [1, "b"], b: [1, "a"] }))).toThrow(RangeError);
  });

  test.skipIf(!corporaRoot)(`is as long as published for each instance of PSPLIB j30${corporaNote}`, () => {
    interface Instance {
      readonly mpm_time: number;
      readonly jobs: readonly (readonly [number, number, readonly number[]])[];
    }
    const instances = readCorpusLines("workload/psplib_j30.jsonl") as Instance[];
    expect(instances).toHaveLength(480);
    for (const { mpm_time, jobs } of instances) {
      const tasks = jobs.map(([job, hours]) => [
        String(job),
        [hours, ...jobs.filter(([, , next]) => next.includes(job)).map(([other]) => String(other))],
      ]);
      expect(planFacts(tasksOf(Object.fromEntries(tasks))).longest_chain_hours).toBe(mpm_time);
    }
  });
});
