// Projects and tasks on the wire.
import * as v from "valibot";
import { context } from "./context.ts";
import { ActorId, PrincipalId, ProjectId, TaskId, UserId } from "./identifier.ts";
import { TaskLease } from "./lease.ts";
import { ProjectRole } from "./role.ts";
import { line, prose, Timestamp } from "./text.ts";

export const PROJECT_STATUSES = ["active", "archived", "deleted"] as const;
export const TASK_STATUSES = ["open", "claimed", "in_progress", "blocked", "done", "cancelled"] as const;
export const PRIORITIES = ["low", "normal", "high", "urgent"] as const;

export const ProjectStatus = v.picklist(PROJECT_STATUSES);
export type ProjectStatus = v.InferOutput<typeof ProjectStatus>;
export const TaskStatus = v.picklist(TASK_STATUSES);
export type TaskStatus = v.InferOutput<typeof TaskStatus>;
export const Priority = v.picklist(PRIORITIES);
export type Priority = v.InferOutput<typeof Priority>;

export const TASK_SORTS = ["number", "priority", "due", "updated", "title"] as const;
/** Ascending, or descending with a minus before it. */
export const TaskSort = v.picklist([...TASK_SORTS, ...TASK_SORTS.map((sort) => `-${sort}` as const)]);
export type TaskSort = v.InferOutput<typeof TaskSort>;

const version = v.pipe(v.number(), v.integer(), v.minValue(1));

export const Project = v.object({
  id: ProjectId,
  name: v.string(),
  description: v.string(),
  status: ProjectStatus,
  owner: UserId,
  created_at: Timestamp,
  updated_at: Timestamp,
  version,
});
export type Project = v.InferOutput<typeof Project>;

/** What is in a project, kept in the transactions that change it. The ETag does not cover it. */
export const ProjectCounts = v.object({
  /** By status. */
  tasks: v.object({
    open: v.number(),
    claimed: v.number(),
    in_progress: v.number(),
    blocked: v.number(),
    done: v.number(),
    cancelled: v.number(),
  }),
  /** Called blocked, or waiting for another task. */
  blocked: v.number(),
  overdue: v.number(),
  members: v.number(),
  /** UTF-8 bytes of titles, descriptions, results and comments. */
  text_bytes: v.number(),
});
export type ProjectCounts = v.InferOutput<typeof ProjectCounts>;

export const ProjectSummary = v.object({
  id: ProjectId,
  name: v.string(),
  status: ProjectStatus,
  owner: UserId,
  /** The caller's own role in it; null where an ADMIN is no member. */
  role: v.nullable(ProjectRole),
  created_at: Timestamp,
  /** Until when a deleted one can be restored; null for others. */
  restorable_until: v.nullable(Timestamp),
});
export type ProjectSummary = v.InferOutput<typeof ProjectSummary>;

const hours = v.pipe(v.number(), v.minValue(0), v.maxValue(100_000));

/** Three-point estimate in working hours: optimistic ≤ likely ≤ pessimistic. */
export const Estimate = v.pipe(
  v.strictObject({ optimistic: hours, likely: hours, pessimistic: hours }),
  v.check(
    (e) => e.optimistic <= e.likely && e.likely <= e.pessimistic,
    "expected optimistic ≤ likely ≤ pessimistic",
  ),
);
export type Estimate = v.InferOutput<typeof Estimate>;

export const Skill = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9+#._-]{0,39}$/u, "expected a lower-case skill such as typescript"),
);

export const Label = v.pipe(
  v.string(),
  v.regex(
    /^[\p{Ll}\p{Lo}\p{Nd}][\p{Ll}\p{Lo}\p{M}\p{Nd} +#._:/-]{0,39}$/u,
    "expected a lower-case label of at most 40 letters, digits, spaces and + # . _ : / -",
  ),
  context("free_text"),
);

/** Whether a text can be a label as it stands. */
export const isLabel = (text: string): boolean => v.is(Label, text);

export const Task = v.object({
  id: TaskId,
  project_id: ProjectId,
  title: v.string(),
  description: v.string(),
  status: TaskStatus,
  priority: Priority,
  estimate: v.nullable(Estimate),
  skills: v.array(v.string()),
  labels: v.array(v.string()),
  /** The task that this is a part of. */
  parent_id: v.nullable(TaskId),
  depends_on: v.array(TaskId),
  /** Unsettled, and called blocked or waiting for a task that is neither done nor cancelled. */
  blocked: v.boolean(),
  due_at: v.nullable(Timestamp),
  created_by: ActorId,
  assigned_to: v.nullable(PrincipalId),
  /** Null while nobody holds it. */
  lease: v.nullable(TaskLease),
  /** What its completion said; null before. */
  result: v.nullable(v.string()),
  created_at: Timestamp,
  updated_at: Timestamp,
  /** When work on it began; null while it is open. */
  started_at: v.nullable(Timestamp),
  /** When it was done; null while it is not. */
  completed_at: v.nullable(Timestamp),
  version,
});
export type Task = v.InferOutput<typeof Task>;

/** A task as the list of somebody's work shows it. */
export const WorkItem = v.object({
  id: TaskId,
  project_id: ProjectId,
  title: v.string(),
  status: TaskStatus,
  priority: Priority,
  due_at: v.nullable(Timestamp),
  /** Null where it is assigned and not held. */
  lease_expires_at: v.nullable(Timestamp),
});
export type WorkItem = v.InferOutput<typeof WorkItem>;

export const ProjectFields = { name: line(120), description: prose(10_000) };

export const TaskFields = {
  title: line(200),
  description: prose(10_000),
  estimate: v.nullable(Estimate),
  skills: v.pipe(v.array(Skill), v.maxLength(20, "expected at most 20 skills")),
  labels: v.pipe(
    v.array(Label),
    v.maxLength(20, "expected at most 20 labels"),
    v.transform((labels) => [...new Set(labels)]),
  ),
  priority: Priority,
  due_at: v.nullable(Timestamp),
};

/** Tasks that one task may wait for. */
export const DEPENDENCIES_MAX = 50;
export const DependsOn = v.pipe(
  v.array(TaskId),
  v.maxLength(DEPENDENCIES_MAX, `expected at most ${DEPENDENCIES_MAX} dependencies`),
);

/** What a plan calls one of its tasks. */
export const TaskRef = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9._-]{1,64}$/u, "expected 1 to 64 characters of letters, digits, . _ -"),
);

/** A task of a plan names others of the same plan by `ref`. */
export const PlannedTask = v.strictObject({
  ref: TaskRef,
  title: TaskFields.title,
  description: v.optional(TaskFields.description, ""),
  depends_on: v.optional(v.pipe(v.array(TaskRef), v.maxLength(DEPENDENCIES_MAX)), []),
  estimate: v.optional(TaskFields.estimate, null),
  skills: v.optional(TaskFields.skills, []),
  labels: v.optional(TaskFields.labels, []),
  /** The task of the plan that this is a part of. */
  parent: v.optional(v.nullable(TaskRef), null),
  priority: v.optional(TaskFields.priority, "normal"),
  due_at: v.optional(TaskFields.due_at, null),
});
export type PlannedTask = v.InferOutput<typeof PlannedTask>;
