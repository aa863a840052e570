// The board and the filters, as decisions: what stands where, where arrows lead, which moves a card takes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { movesBetween, movesFrom } from "../../../src/api/task-moves.ts";
import {
  COLUMNS,
  inColumns,
  inOrder,
  neighbour,
  nextColumn,
} from "../../../src/console/app/board/columns.ts";
import { holderOf, NO_FILTER, passes } from "../../../src/console/app/project/filter.ts";
import { withWaiting } from "../../../src/console/app/project/waiting.ts";
import { checkMove } from "../../../src/domain/task.ts";
import { TASK_STATUSES, type Task, type TaskStatus } from "../../../src/schema/project.ts";

let made = 0;
function task(fields: Partial<Task> = {}): Task {
  made += 1;
  const at = new Date(made * 1_000).toISOString();
  return {
    ...{
      id: `tsk_${String(made).padStart(26, "0")}`,
      project_id: "prj_0",
      title: `Task ${made}`,
      description: "",
    },
    ...{ status: "open", priority: "normal", estimate: null, skills: [], labels: [], parent_id: null },
    ...{ depends_on: [], blocked: false, due_at: null, created_by: "usr_0", assigned_to: null, lease: null },
    ...{ result: null, created_at: at, updated_at: at, started_at: null, completed_at: null, version: 1 },
    ...fields,
  };
}

describe("moves", () => {
  const pairs = TASK_STATUSES.flatMap((from) => TASK_STATUSES.map((to) => [from, to] as const));
  const alone = { parent: null, unsettled_child: null };

  test.each(pairs)(
    "from %s to %s: each step is one that the rules allow, and the last one arrives",
    (from, to) => {
      const way = movesBetween(from, to);
      if (to === "claimed" && from !== to) return expect(way).toBeNull();
      let at: TaskStatus = from;
      for (const step of way!) {
        expect(checkMove(at, step, alone).ok, `${at} to ${step}`).toBe(true);
        at = step;
      }
      expect(at).toBe(to);
      expect(way!.length).toBeLessThanOrEqual(3);
    },
  );

  test("nothing is offered that a claim alone leads to", () => {
    for (const status of TASK_STATUSES) expect(movesFrom(status)).not.toContain("claimed");
  });
});

describe("columns", () => {
  test("every task that is not cancelled stands in exactly one", () => {
    const tasks = TASK_STATUSES.flatMap((status) => [task({ status }), task({ status })]);
    const placed = [...inColumns(tasks).values()].flat();
    expect(new Set(placed)).toEqual(new Set(tasks.filter(({ status }) => status !== "cancelled")));
    expect(placed).toHaveLength(tasks.length - 2);
  });

  test("urgent before high, due before undated, old before new; what is done, the latest first", () => {
    const low = task({ priority: "low" });
    const dated = task({ due_at: "2026-12-01T00:00:00.000Z" });
    const plain = task();
    const urgent = task({ priority: "urgent" });
    expect(inOrder([low, plain, dated, urgent])).toEqual([urgent, dated, plain, low]);
    const early = task({ status: "done", completed_at: "2026-11-01T00:00:00.000Z" });
    const late = task({ status: "done", completed_at: "2026-11-02T00:00:00.000Z", priority: "low" });
    expect(inOrder([early, late])).toEqual([late, early]);
  });

  test("arrows lead to the card beside, over empty columns, and never out of the board", () => {
    const [a, b, c] = [task(), task(), task({ status: "done", completed_at: "2026-11-01T00:00:00.000Z" })];
    const columns = inColumns([a, b, c]);
    expect(neighbour(columns, a.id, "ArrowDown")).toBe(b.id);
    expect(neighbour(columns, a.id, "ArrowUp")).toBeNull();
    expect(neighbour(columns, b.id, "ArrowRight")).toBe(c.id);
    expect(neighbour(columns, c.id, "ArrowLeft")).toBe(a.id);
    expect(neighbour(columns, c.id, "ArrowRight")).toBeNull();
    expect(neighbour(columns, "tsk_none", "ArrowUp")).toBeNull();
  });

  test("a card moves to the next column that takes it", () => {
    const may = (from: TaskStatus, to: TaskStatus) => from !== to && to !== "claimed";
    expect(nextColumn("open", "ArrowRight", may)).toBe("in_progress");
    expect(nextColumn("open", "ArrowLeft", may)).toBeNull();
    expect(nextColumn("done", "ArrowLeft", may)).toBe("blocked");
    expect(nextColumn("open", "ArrowUp", may)).toBeNull();
    expect(COLUMNS).not.toContain("cancelled");
  });
});

test("what waits for a task may begin once that is done, and waits again when it is opened again", () => {
  const first = task();
  const second = task({ depends_on: [first.id], blocked: true });
  const elsewhere = task({ depends_on: ["tsk_elsewhere"], blocked: true });
  const called = task({ status: "blocked" });
  const found = (...tasks: Task[]) => withWaiting(new Map(tasks.map((each) => [each.id, each])));
  const after = found({ ...first, status: "done" }, second, elsewhere, called);
  expect([...after.values()].map(({ blocked }) => blocked)).toEqual([false, false, true, true]);
  expect(found(first, after.get(second.id)!).get(second.id)!.blocked).toBe(true);
});

describe("filters", () => {
  const wanted = task({
    title: "Paint the Door",
    description: "Red",
    priority: "high",
    labels: ["outside"],
    assigned_to: "usr_1",
  });

  test("all of them have to hold", () => {
    const filter = {
      ...NO_FILTER,
      words: "door red",
      priority: "high",
      who: "usr_1",
      label: "outside",
    } as const;
    expect(passes(wanted, filter)).toBe(true);
    for (const other of [
      { words: "door blue" },
      { priority: "low" },
      { who: "none" },
      { label: "inside" },
      { blocked: true },
    ] as const)
      expect(passes(wanted, { ...filter, ...other })).toBe(false);
  });

  test("no filter lets everything pass, and words that mean something to patterns are only words", () => {
    fc.assert(
      fc.property(fc.string(), (words) => {
        expect(passes(task({ title: words }), NO_FILTER)).toBe(true);
        expect(passes(task({ title: words }), { ...NO_FILTER, words })).toBe(true);
      }),
    );
  });

  test("a task is whoever's holds it, before whoever's it is assigned to", () => {
    const lease = { holder: "usr_2", expires_at: "2026-11-22T00:00:00.000Z" };
    expect(holderOf(task({ assigned_to: "usr_1", lease }))).toBe("usr_2");
    expect(holderOf(task())).toBeNull();
  });
});
