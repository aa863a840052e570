// A project's schedule from its open tasks: estimates or what is assumed for them, dependencies and sub-tasks, in hours.
import { describe, expect, test } from "vitest";
import { projectSchedule, waitsFor } from "../../../src/domain/project-schedule.ts";
import type { OpenTask } from "../../../src/schema/messages/project.ts";

const task = (id: string, more: Partial<OpenTask> = {}): OpenTask => ({
  id,
  title: `Do ${id}`,
  status: "open",
  priority: "normal",
  estimate: null,
  skills: [],
  parent_id: null,
  depends_on: [],
  due_at: null,
  assigned_to: null,
  updated_at: "2026-11-22T00:00:00Z",
  ...more,
});
const hours = (optimistic: number, likely: number, pessimistic: number) => ({
  optimistic,
  likely,
  pessimistic,
});

describe("a project's schedule", () => {
  const plan = projectSchedule(
    [
      task("paint", { depends_on: ["build", "order"] }),
      task("build", { estimate: hours(1, 2, 9), depends_on: ["design"] }),
      task("order", { estimate: hours(2, 2, 2), status: "blocked" }),
      task("design", { estimate: hours(0.5, 1, 1.5), status: "in_progress" }),
    ],
    4,
  );

  test("takes as long as its critical path, to within the path's deviation", () => {
    expect(plan.critical_path).toEqual(["design", "build", "paint"]);
    expect(plan.expected_hours).toBe(8); // 1 + 3 + the 4 that are assumed
    expect(plan.deviation_hours).toBe(1.34); // √((1/6)² + (8/6)²)
    expect(plan.assumed_count).toBe(1);
  });

  test("lists tasks by when they may begin, each with its slot", () => {
    expect(plan.tasks.map(({ id }) => id)).toEqual(["order", "design", "build", "paint"]);
    expect(plan.tasks[0]).toEqual({
      id: "order",
      title: "Do order",
      status: "blocked",
      expected_hours: 2,
      assumed: false,
      earliest_start_hours: 0,
      earliest_finish_hours: 2,
      latest_start_hours: 2,
      latest_finish_hours: 4,
      total_float_hours: 2,
      free_float_hours: 2,
      critical: false,
    });
    expect(plan.tasks[3]).toMatchObject({ id: "paint", expected_hours: 4, assumed: true, critical: true });
  });

  test("counts in minutes and shows hundredths of an hour", () => {
    const { tasks, expected_hours } = projectSchedule([task("a", { estimate: hours(1, 1, 1.1) })], 1);
    expect(expected_hours).toBe(1.02);
    expect(tasks[0]!.earliest_finish_hours).toBe(1.02);
  });

  test("of nothing is empty", () => {
    expect(projectSchedule([], 4)).toEqual({
      expected_hours: 0,
      deviation_hours: 0,
      critical_path: [],
      assumed_count: 0,
      tasks: [],
    });
  });

  test("a task waits for its dependencies and its sub-tasks, for each once", () => {
    const tasks = [
      task("whole", { depends_on: ["before", "part"] }),
      task("part", { parent_id: "whole" }),
      task("other", { parent_id: "whole" }),
      task("before"),
    ];
    expect(waitsFor(tasks)).toEqual([["before", "part", "other"], [], [], []]);
  });
});
