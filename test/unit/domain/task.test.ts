// Which status may follow which: the whole table, by hand.
import { describe, expect, test } from "vitest";
import { checkFamily, checkMove, isSettled, mayMove, nextStatuses } from "../../../src/domain/task.ts";
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

describe("a move that somebody asks for", () => {
  const alone = { parent: null, unsettled_child: null };
  const conflict = (detail: string) => ({ ok: false, refusal: { reason: "conflict", detail } });

  test("is refused with what may be instead", () => {
    expect(checkMove("done", "blocked", alone)).toMatchObject(
      conflict("a task that is done may become open"),
    );
    expect(checkMove("blocked", "done", alone)).toMatchObject(
      conflict("a task that is blocked may become open, in_progress, cancelled"),
    );
  });

  test("into claimed is a claim's alone, and staying claimed is no move", () => {
    expect(checkMove("open", "claimed", alone)).toMatchObject(conflict("a task becomes claimed by a claim"));
    expect(checkMove("claimed", "claimed", alone)).toEqual({ ok: true, value: null });
  });

  test("to settled waits for every sub-task; staying asks nobody", () => {
    const family = { parent: null, unsettled_child: "tsk_2" };
    const waits = conflict("its sub-task tsk_2 is neither done nor cancelled");
    expect(checkMove("in_progress", "done", family)).toMatchObject(waits);
    expect(checkMove("open", "cancelled", family)).toMatchObject(waits);
    expect(checkMove("open", "in_progress", family)).toEqual({ ok: true, value: null });
    expect(checkMove("done", "done", family)).toEqual({ ok: true, value: null });
    expect(checkMove("in_progress", "done", alone)).toEqual({ ok: true, value: null });
  });

  test.each(["done", "cancelled"] as const)("to unsettled is refused under a parent that is %s", (status) => {
    const family = { parent: { id: "tsk_1", status }, unsettled_child: null };
    expect(checkFamily("open", family)).toMatchObject(conflict(`its parent tsk_1 is ${status}`));
    expect(checkFamily("done", family)).toEqual({ ok: true, value: null });
    expect(checkFamily("cancelled", family)).toEqual({ ok: true, value: null });
  });

  test.each(["open", "claimed", "in_progress", "blocked"] as const)(
    "under a parent that is %s is free",
    (status) => {
      expect(checkFamily("open", { parent: { id: "tsk_1", status }, unsettled_child: null })).toEqual({
        ok: true,
        value: null,
      });
    },
  );

  test("settled is done or cancelled", () => {
    expect(TASK_STATUSES.filter(isSettled)).toEqual(["done", "cancelled"]);
  });
});
