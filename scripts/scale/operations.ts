// What requests cost. Measured: rows in bursts of ten (`runtime/row-budget`), with their way into the audit log; calls that
// an answer waits for (`runtime/budget`); processor time of a session and a task read, a task created and a sign-in's hash
// (`npm run bench`, two shared cores). Estimated from those: processor time of a page and of a claim, the calls of
// shipping, the shares of a busy day. Of a session and of a page, too, each read counts as the first of its kind in its
// minute, as one of a task is: it is an event of the audit log, and no change of a project.

export interface OperationCost {
  readonly name: string;
  /** Of all requests of a busy day. */
  readonly share: number;
  /** Calls to objects, with those of shipping. */
  readonly object_calls: number;
  readonly rows_read: number;
  readonly rows_written: number;
  /** Events of the audit log. */
  readonly events: number;
  /** Whether it changes a project. */
  readonly changes_project: boolean;
  /** Processor time of Worker and objects together, in ms. */
  readonly cpu_ms: number;
  /** Calls to objects that the answer waits for, one after the other: to one's own, and to that of a project. */
  readonly own_calls: number;
  readonly project_calls: number;
}

/**
 * Rows are counted for one person alone, whom each block of the log names once. Among many nearly every event is the only
 * one of its person there.
 */
const NAMED_ROWS = 1;

export const OPERATIONS: readonly OperationCost[] = [
  {
    name: "read one's session",
    share: 0.15,
    object_calls: 1.2,
    rows_read: 20,
    rows_written: 4.8 + NAMED_ROWS,
    events: 1,
    changes_project: false,
    cpu_ms: 0.34,
    own_calls: 1,
    project_calls: 0,
  },
  {
    name: "read a task",
    share: 0.4,
    object_calls: 2.2,
    rows_read: 43,
    rows_written: 4.8 + NAMED_ROWS,
    events: 1,
    changes_project: false,
    cpu_ms: 0.55,
    own_calls: 1,
    project_calls: 1,
  },
  {
    name: "a page of 20 tasks",
    share: 0.3,
    object_calls: 2.2,
    rows_read: 130,
    rows_written: 4.8 + NAMED_ROWS,
    events: 1,
    changes_project: false,
    cpu_ms: 0.7,
    own_calls: 1,
    project_calls: 1,
  },
  {
    name: "create or change a task",
    share: 0.1,
    object_calls: 3.5,
    rows_read: 43,
    rows_written: 19.3 + NAMED_ROWS,
    events: 1,
    changes_project: true,
    cpu_ms: 1.65,
    own_calls: 1,
    project_calls: 1,
  },
  {
    name: "claim a task",
    share: 0.04,
    object_calls: 3.5,
    rows_read: 63,
    rows_written: 22.8 + NAMED_ROWS,
    events: 1,
    changes_project: true,
    cpu_ms: 1.9,
    own_calls: 1,
    project_calls: 1,
  },
  {
    name: "sign in",
    share: 0.01,
    object_calls: 4,
    rows_read: 129,
    rows_written: 24 + 2 * NAMED_ROWS,
    events: 2,
    changes_project: false,
    cpu_ms: 27,
    own_calls: 3,
    project_calls: 0,
  },
];

/**
 * What one object bears a second. Measured on two shared cores: changes of a project (`task-create-one`), admissions of
 * a principal (`session-one`). Estimated from bare calls: pages of a project.
 */
export const CAPACITY = {
  /** Admissions: what the limits of one caller allow stays far below. */
  principal_admissions: 2_600,
  /** Changes of one project, committed together by turns. */
  project_changes: 860,
  /** Pages of one project. */
  project_reads: 3_000,
} as const;
