// Complexity: every figure follows from the tasks, more of anything never makes a project simpler, and seeds repeat.
import fc from "fast-check";
import * as v from "valibot";
import { expect, it } from "vitest";
import { assessComplexity } from "../../../src/assist/complexity.ts";
import { Complexity } from "../../../src/schema/assessment.ts";
import { idOf, openTask } from "./work.ts";

const partOf = (complexity: Complexity, area: string) => complexity.parts.find((part) => part.area === area)!;

it("a chain is as long as its tasks, and the score is the weighted mean of its parts", () => {
  const tasks = [openTask("a"), openTask("b", { depends_on: ["a"] }), openTask("c", { depends_on: ["b"] })];
  const complexity = assessComplexity(tasks, 8, 1);
  expect(complexity.duration).toEqual({
    optimistic_hours: 6,
    realistic_hours: 12,
    pessimistic_hours: 18,
    expected_hours: 12,
    variance_hours: 1.33,
  });
  expect(complexity.critical_path).toEqual(["a", "b", "c"]);
  expect(complexity.simulation.p50_hours / 12).toBeCloseTo(1, 1);
  expect(complexity.criticality.map(({ criticality }) => criticality)).toEqual([1, 1, 1]);
  const weights = complexity.parts.reduce((sum, { weight }) => sum + weight, 0);
  const mean = complexity.parts.reduce((sum, { score, weight }) => sum + score * weight, 0) / weights;
  expect(weights).toBeCloseTo(1, 6);
  expect(complexity.score).toBeCloseTo(mean, 1);
});

it("a task is done after its sub-tasks", () => {
  const tasks = [openTask("whole"), openTask("part", { parent_id: "whole" })];
  expect(assessComplexity(tasks, 8, 1)).toMatchObject({
    critical_path: ["part", "whole"],
    duration: { expected_hours: 8 },
  });
});

it("a task that nobody sized adds nothing to its sub-tasks, and nobody is asked to size it", () => {
  const parts = [openTask("a", { parent_id: "whole" }), openTask("b", { parent_id: "whole" })];
  const apart = assessComplexity([openTask("a"), openTask("b")], 8, 1);
  const whole = assessComplexity([openTask("whole", { estimate: null, has_parts: true }), ...parts], 8, 1);
  expect(whole.duration).toEqual(apart.duration);
  expect(whole.simulation.mean_hours / apart.simulation.mean_hours).toBeCloseTo(1, 1);
  expect(partOf(whole, "effort")).toEqual(partOf(apart, "effort"));
  expect(partOf(whole, "uncertainty").score).toBeLessThanOrEqual(partOf(apart, "uncertainty").score);
  expect(whole.assumed_count).toBe(0);
  expect(whole.recommendations.filter((each) => each.startsWith("Estimate"))).toEqual([]);
});

it("sub-tasks are no dependencies: many of them make no project tangled", () => {
  const parts = Array.from({ length: 8 }, (_, at) => openTask(idOf(at), { parent_id: "whole" }));
  const whole = assessComplexity([openTask("whole", { has_parts: true }), ...parts], 8, 1);
  expect(partOf(whole, "coupling")).toMatchObject({
    score: 0,
    because: "0 dependencies between 9 tasks",
  });
  expect(whole.recommendations.filter((each) => each.startsWith("Look again"))).toEqual([]);
});

it("the same seed repeats, another one differs", () => {
  const tasks = [openTask("a", { estimate: { optimistic: 1, likely: 3, pessimistic: 20 } }), openTask("b")];
  expect(assessComplexity(tasks, 8, 5)).toEqual(assessComplexity(tasks, 8, 5));
  expect(assessComplexity(tasks, 8, 5).simulation.mean_hours).not.toBe(
    assessComplexity(tasks, 8, 6).simulation.mean_hours,
  );
});

it("what is not sized is said, assumed from half to double, and makes the whole less certain", () => {
  const sized = assessComplexity([openTask("a")], 8, 1);
  const unsized = assessComplexity([openTask("a", { estimate: null })], 8, 1);
  expect(unsized.duration).toMatchObject({ optimistic_hours: 4, realistic_hours: 8, pessimistic_hours: 16 });
  expect([sized.assumed_count, unsized.assumed_count]).toEqual([0, 1]);
  expect(partOf(unsized, "uncertainty").score).toBe(10);
  expect(unsized.recommendations[0]).toContain("Estimate 1 task");
});

it("nothing is simple, and takes no time", () => {
  expect(assessComplexity([], 8, 1)).toMatchObject({
    score: 0,
    duration: { expected_hours: 0 },
    criticality: [],
  });
});

it("one assessment takes so many steps at most, however many dependencies there are", () => {
  const tasksWith = (dependencies: number) =>
    Array.from({ length: 1_000 }, (_, at) => {
      const depends_on = Array.from({ length: Math.min(at, dependencies) }, (_, back) => idOf(at - 1 - back));
      return openTask(idOf(at), { depends_on });
    });
  const few = assessComplexity(tasksWith(2), 8, 1);
  expect(few.simulation.runs).toBe(10_000);
  const { runs } = assessComplexity(tasksWith(50), 8, 1).simulation;
  const links = 50 * 1_000 - (50 * 51) / 2;
  expect(runs * (1_000 + links)).toBeLessThan(100_000_000);
  expect(runs).toBeGreaterThan(1_000);
});

it("one more task never lowers size, effort or depth, and every score stays within 0 and 10", () => {
  const hours = fc.nat(200);
  const plans = fc.array(fc.tuple(hours, hours, hours, fc.array(fc.nat(), { maxLength: 6 })), {
    maxLength: 15,
  });
  fc.assert(
    fc.property(plans, (plan) => {
      const tasks = plan.map(([a, b, c, picks], at) => {
        const [optimistic, likely, pessimistic] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        const depends_on = at === 0 ? [] : [...new Set(picks.map((pick) => idOf(pick % at)))];
        return openTask(idOf(at), { estimate: { optimistic, likely, pessimistic }, depends_on });
      });
      const before = assessComplexity(tasks, 8, 1);
      const after = assessComplexity([...tasks, openTask("more")], 8, 1);
      expect(v.parse(Complexity, before)).toEqual(before);
      for (const { score } of before.parts) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(10);
      }
      for (const area of ["size", "effort", "depth"]) {
        expect(partOf(after, area).score).toBeGreaterThanOrEqual(partOf(before, area).score);
      }
      const { optimistic_hours, realistic_hours, pessimistic_hours } = before.duration;
      expect(optimistic_hours).toBeLessThanOrEqual(realistic_hours);
      expect(realistic_hours).toBeLessThanOrEqual(pessimistic_hours);
    }),
    { numRuns: 30 },
  );
});
