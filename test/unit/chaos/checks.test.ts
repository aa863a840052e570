// The checks at the end of a run of chaos, on histories that are broken on purpose: none of them passes.
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import {
  type HistoryEvent,
  lostTasks,
  wrongArrivals,
  wrongClaims,
  wrongCounts,
  wrongTasks,
} from "../../chaos/check/history.ts";
import { forks } from "../../chaos/check/log.ts";
import type { Task } from "../../chaos/ledger.ts";

let events = 0;
const event = (
  event_type: string,
  user_id: string | null,
  details: HistoryEvent["details"] = {},
): HistoryEvent => {
  events += 1;
  return { id: `evt_${events}`, event_type, user_id, targets: ["prj_1", "tsk_1"], details };
};
const claimed = (by: string, fencing_token: number) => event("task.claimed", by, { fencing_token });
const task = (more: Partial<Task> = {}): Task =>
  ({ id: "tsk_1", version: 1, title: "One", status: "open", ...more }) as Task;

it("a history of claims as it should be is content", () => {
  const history = [
    claimed("wrk_a", 1),
    event("task.lease_renewed", "wrk_a"),
    event("task.released", "wrk_a"),
    claimed("wrk_b", 2),
    event("task.lease_expired", null),
    claimed("wrk_a", 3),
    event("task.completed", "wrk_a"),
    event("task.completed", "int_c"),
  ];
  expect(wrongClaims(history)).toEqual([]);
});

it.each([
  [
    "a task that is claimed while it is held",
    [claimed("wrk_a", 1), claimed("wrk_b", 2)],
    "while wrk_a held it",
  ],
  [
    "a token that comes again",
    [claimed("wrk_a", 1), event("task.released", "wrk_a"), claimed("wrk_b", 1)],
    "token 1 came after 1",
  ],
  ["a token that leaps", [claimed("wrk_a", 2)], "token 2 came after 0"],
  [
    "a completion by whoever held it before",
    [
      claimed("wrk_a", 1),
      event("task.lease_expired", null),
      claimed("wrk_b", 2),
      event("task.completed", "wrk_a"),
    ],
    "where wrk_b held it",
  ],
  ["a renewal of what nobody holds", [event("task.lease_renewed", "wrk_a")], "where nobody held it"],
])("%s is found", (_, history, words) => {
  expect(wrongClaims(history as HistoryEvent[]).join("\n")).toContain(words);
});

it.each([
  [
    "a change without its event",
    [event("task.created", "usr_a")],
    [task({ version: 2 })],
    "version 2, and has 0 changes",
  ],
  [
    "an event without its change",
    [event("task.created", "usr_a"), event("task.updated", "usr_a")],
    [task()],
    "version 1, and has 1 changes",
  ],
  ["a row that was made without an event", [], [task()], "1 tasks, where events tell of 0"],
  [
    "an import whose rows are missing",
    [event("task.imported", "usr_a", { tasks: 2 })],
    [task()],
    "1 tasks, where events tell of 2",
  ],
])("%s is found", (_, history, tasks, words) => {
  expect(wrongTasks(history, tasks).join("\n")).toContain(words);
});

it.each([
  ["gone", [], "tsk_1 is gone"],
  ["older", [task({ version: 2 })], "version 2, and 3 was answered"],
  ["other", [task({ version: 3, title: "Two" })], "differs"],
])("a row that is %s than what was answered is found", (_, rows, words) => {
  expect(lostTasks([task({ version: 3 })], rows).join()).toContain(words);
  expect(lostTasks([task({ version: 3 })], [task({ version: 4 })])).toEqual([]);
});

it("counts that differ from the rows are found, either way", () => {
  expect(wrongCounts({ open: 1 }, [task()])).toEqual([]);
  expect(wrongCounts({ open: 2 }, [task()])).toEqual(["2 tasks are counted as open, and 1 are"]);
  expect(wrongCounts({}, [task()])).toEqual(["0 tasks are counted as open, and 1 are"]);
});

it("an event that nobody was told of, one that never was, and one that took effect twice are found", () => {
  const one = event("task.created", "usr_a");
  const told = (...ids: readonly (readonly [string, string])[]) =>
    new Map(ids.map(([id, event_id]) => [id, { data: { event_id, task_id: "tsk_1" } }]));
  expect(wrongArrivals([one], told(["msg_1", one.id]))).toEqual([]);
  expect(wrongArrivals([one], told())).toEqual([`nobody was told of task.created ${one.id}`]);
  expect(wrongArrivals([], told(["msg_1", "evt_x"]))).toEqual(["evt_x was told of, and is not in the log"]);
  expect(wrongArrivals([one], told(["msg_1", one.id], ["msg_2", one.id]))).toEqual([
    `event ${one.id} took effect twice: msg_1 and msg_2`,
  ]);
});

it("a checkpoint of another log, or of a longer one, is found", () => {
  const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const entries = ["a", "b", "c"].map((text) => Buffer.from(text));
  const [a, b, c] = entries.map((entry) => sha256(Buffer.of(0), entry)) as [Buffer, Buffer, Buffer];
  const two = sha256(Buffer.of(1), a, b);
  const note = (size: number, root: Buffer) => `log\n${size}\n${root.toString("base64")}\n\n— log sig\n`;
  const three = note(3, sha256(Buffer.of(1), two, c));
  expect(forks(entries, [note(1, a), note(2, two), three])).toEqual([]);
  expect(forks(entries, [note(2, a)])).toEqual(["the checkpoint of 2 entries is of another log"]);
  expect(forks(entries.slice(0, 2), [three])).toEqual(["a checkpoint of 3 entries, where the log has 2"]);
});
