// Which status may follow which: the whole table, by hand.
import { describe, expect, test } from "vitest";
import { mayMove, nextStatuses } from "../../../src/domain/task.ts";
import { TASK_STATUSES, type TaskStatus } from "../../../src/schema/project.ts";

//                         open claimed in_progress blocked done cancelled
const MOVES: Record<TaskStatus, string> = {
  open: /*             */ "=    x       x           x       .    x",
  claimed: /*          */ "x    =       x           x       .    x",
  in_progress: /*      */ "x    .       =           x       x    x",
  blocked: /*          */ "x    .       x           =       .    x",
  done: /*             */ "x    .       .           .       =    .",
  cancelled: /*        */ "x    .       .           .       .    =",
};
const marksOf = (from: TaskStatus) => MOVES[from].split(/ +/);

describe("a task's status", () => {
  test.each(TASK_STATUSES)("from %s moves as the table says", (from) => {
    const marks = marksOf(from);
    expect(marks).toHaveLength(TASK_STATUSES.length);
    expect(TASK_STATUSES.map((to) => mayMove(from, to))).toEqual(marks.map((mark) => mark !== "."));
    const listed = TASK_STATUSES.filter((_, index) => marks[index] === "x");
    expect([...nextStatuses(from)].sort()).toEqual([...listed].sort());
  });

  test("is done only after work in progress", () => {
    expect(TASK_STATUSES.filter((from) => from !== "done" && mayMove(from, "done"))).toEqual(["in_progress"]);
  });

  test("can be open again from everywhere, so that no task is stuck", () => {
    for (const from of TASK_STATUSES) expect(mayMove(from, "open")).toBe(true);
  });

  test("moves to nothing that is no status", () => {
    for (const word of ["", "deleted", "__proto__", "constructor", "OPEN"]) {
      for (const from of TASK_STATUSES) expect(mayMove(from, word as TaskStatus)).toBe(false);
    }
  });
});
