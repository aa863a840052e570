// The critical path: against instances with known results, and against what floats must mean.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectedHours, varianceHours } from "../../../src/domain/estimate.ts";
import { type Activity, schedule } from "../../../src/domain/schedule.ts";
import { corporaNote, corporaRoot, readCorpusLines } from "../corpora.ts";

const activity = (id: string, minutes: number, waits_for: string[] = []): Activity => ({
  id,
  minutes,
  waits_for,
});

it("a task begins when all that it waits for are done, and floats say how late it may", () => {
  const plan = schedule([
    activity("design", 30),
    activity("order", 50),
    activity("build", 40, ["design"]),
    activity("paint", 10, ["build", "order"]),
  ]);
  expect(plan.minutes).toBe(80);
  expect(plan.critical_path).toEqual(["design", "build", "paint"]);
  expect(plan.slots[1]).toEqual({
    earliest_start: 0,
    earliest_finish: 50,
    latest_start: 20,
    latest_finish: 70,
    total_float: 20,
    free_float: 20,
  });
});

it("nothing takes no time", () => {
  expect(schedule([])).toEqual({ minutes: 0, slots: [], critical_path: [] });
});

it("what is not among the activities is taken as done", () => {
  expect(schedule([activity("b", 5, ["a"])]).slots[0]!.earliest_start).toBe(0);
});

it("a cycle is a defect, and no endless loop", () => {
  expect(() => schedule([activity("a", 1, ["b"]), activity("b", 1, ["a"]), activity("c", 1)])).toThrow(
    RangeError,
  );
});

/** Activities that wait for earlier ones only. */
const plans = fc
  .array(fc.tuple(fc.nat(20), fc.array(fc.nat(), { maxLength: 4 })), { minLength: 1, maxLength: 30 })
  .map((all) =>
    all.map(([minutes, picks], at) =>
      activity(`t${at}`, minutes, at === 0 ? [] : [...new Set(picks.map((pick) => `t${pick % at}`))]),
    ),
  );

it("delaying a task by its total float keeps the end, by one minute more moves it", () => {
  fc.assert(
    fc.property(plans, fc.nat(), (plan, pick) => {
      const at = pick % plan.length;
      const { minutes, slots } = schedule(plan);
      const longer = (by: number) =>
        schedule(plan.map((each, i) => (i === at ? { ...each, minutes: each.minutes + by } : each))).minutes;
      expect(longer(slots[at]!.total_float)).toBe(minutes);
      expect(longer(slots[at]!.total_float + 1)).toBe(minutes + 1);
    }),
  );
});

it("delaying a task by its free float moves no other", () => {
  fc.assert(
    fc.property(plans, fc.nat(), (plan, pick) => {
      const at = pick % plan.length;
      const before = schedule(plan).slots;
      const by = before[at]!.free_float;
      const after = schedule(
        plan.map((each, i) => (i === at ? { ...each, minutes: each.minutes + by } : each)),
      ).slots;
      for (const [i, slot] of after.entries()) expect(slot.earliest_start).toBe(before[i]!.earliest_start);
    }),
  );
});

it("the critical path is a chain of dependencies without float that fills the whole", () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const { minutes, slots, critical_path } = schedule(plan);
      const at = new Map(plan.map(({ id }, index) => [id, index]));
      const indexes = critical_path.map((id) => at.get(id)!);
      expect(indexes.reduce((sum, index) => sum + plan[index]!.minutes, 0)).toBe(minutes);
      for (const [step, index] of indexes.entries()) {
        expect(slots[index]!.total_float).toBe(0);
        if (step > 0) expect(plan[index]!.waits_for).toContain(critical_path[step - 1]);
      }
    }),
  );
});

it("an estimate's mean and variance are those of PERT", () => {
  const estimate = { optimistic: 2, likely: 4, pessimistic: 12 };
  expect(expectedHours(estimate)).toBe(5);
  expect(varianceHours(estimate)).toBeCloseTo(2.7778, 4);
});

interface Psplib {
  readonly id: string;
  readonly mpm_time: number;
  readonly jobs: readonly [id: number, duration: number, successors: number[], demand: number[]][];
}
interface MultiSkill {
  readonly id: string;
  readonly critical_path_computed: number;
  readonly tasks: readonly { id: number; duration: number; pred: number[] }[];
}

describe.skipIf(!corporaRoot)(`instances with known results${corporaNote}`, () => {
  it("480 instances of PSPLIB j30 are as long as published", () => {
    const instances = readCorpusLines("workload/psplib_j30.jsonl") as Psplib[];
    expect(instances.length).toBe(480);
    for (const { id, mpm_time, jobs } of instances) {
      const plan = jobs.map(([job, minutes]) => {
        const waits_for = jobs.filter(([, , after]) => after.includes(job)).map(([before]) => String(before));
        return activity(String(job), minutes, waits_for);
      });
      expect([id, schedule(plan).minutes]).toEqual([id, mpm_time]);
    }
  });

  it("the multi-skill projects are as long as their critical path", () => {
    const projects = readCorpusLines("workload/msrcpsp_skills.jsonl") as MultiSkill[];
    expect(projects.length).toBeGreaterThan(40);
    for (const { id, critical_path_computed, tasks } of projects) {
      const plan = tasks.map((task) => activity(String(task.id), task.duration, task.pred.map(String)));
      expect([id, schedule(plan).minutes]).toEqual([id, critical_path_computed]);
    }
  });
});
