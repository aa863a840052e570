// Edits of a plan: a task that is taken out leaves no dangling dependency and no empty phase.
import { expect, test } from "vitest";
import { without, withTask } from "../../../src/console/app/breakdown/changes.ts";

const task = (ref: string, phase: string, depends_on: string[] = []) => ({
  ...{ ref, phase, depends_on, title: ref, description: "", skills: [] },
  estimate: { optimistic: 1, likely: 2, pessimistic: 3 },
});
const body = {
  phases: ["First", "Middle", "Last"],
  tasks: [
    task("a", "First"),
    task("b", "Middle", ["a"]),
    task("c", "Last", ["b", "a"]),
    task("d", "Last", ["b"]),
  ],
};

test("what waited for a task waits for what that waited for, once", () => {
  const { phases, tasks } = without(body, "b");
  expect(phases).toEqual(["First", "Last"]);
  expect(tasks.map(({ ref, depends_on }) => [ref, depends_on])).toEqual([
    ["a", []],
    ["c", ["a"]],
    ["d", ["a"]],
  ]);
});

test("taking out what is not there changes nothing, and a change touches one task", () => {
  expect(without(body, "x")).toEqual(body);
  const changed = { ...body.tasks[1]!, title: "Better" };
  expect(withTask(body, changed).tasks.map(({ title }) => title)).toEqual(["a", "Better", "c", "d"]);
});
