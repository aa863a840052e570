// A project's tasks as one document, for other tools and for other projects: what the tasks are, without who did what
// when. Tasks name one another by `ref`. As JSON, and as a table whose columns are named by its first row.
import * as v from "valibot";
import { context } from "./context.ts";
import { PlannedTask, Project } from "./project.ts";
import { ok, type Result, refuse } from "./result.ts";

/** Tasks, and bytes, of one document that is read. What is written has no limit but the project's. */
export const PLAN_TASKS_MAX = 10_000;
export const IMPORT_BYTES_MAX = 8_388_608;
const TOO_MANY = `expected at most ${PLAN_TASKS_MAX} tasks: send more in parts, none of which names a task of another`;

/** A claim is its holder's alone: in a document its task is open. */
const PlanStatus = v.picklist(["open", "in_progress", "blocked", "done", "cancelled"]);

/** A planned task that may have begun or ended already. */
export const PlanTask = v.strictObject({
  ...PlannedTask.entries,
  status: v.optional(PlanStatus, "open"),
});
export type PlanTask = v.InferOutput<typeof PlanTask>;

const Heading = v.strictObject({
  name: v.pipe(Project.entries.name, context("free_text")),
  description: v.pipe(Project.entries.description, context("free_text")),
});
export type PlanHeading = v.InferOutput<typeof Heading>;

export const Plan = v.strictObject({
  version: v.optional(v.literal(1, "expected version 1"), 1),
  /** Not taken over: the tasks go into the project that they are imported to. */
  project: v.optional(Heading),
  tasks: v.pipe(
    v.array(PlanTask),
    v.minLength(1, "expected at least one task"),
    v.maxLength(PLAN_TASKS_MAX, TOO_MANY),
  ),
});

type Cells = Record<string, string>;

const LIST = ";";
const list = (values: readonly string[]): string => values.join(LIST);
const fromList = (cell: string, trimmed = (each: string) => each.trim()): string[] =>
  cell
    .split(LIST)
    .map((each) => trimmed(each))
    .filter((each) => each !== "");

/** Columns of the table, in order, each with its cell of a task. */
const COLUMNS: Readonly<Record<string, (task: PlanTask) => string>> = {
  ref: ({ ref }) => ref,
  title: ({ title }) => title,
  description: ({ description }) => description,
  status: ({ status }) => status,
  priority: ({ priority }) => priority,
  skills: ({ skills }) => list(skills),
  labels: ({ labels }) => list(labels),
  optimistic_hours: ({ estimate }) => (estimate ? String(estimate.optimistic) : ""),
  likely_hours: ({ estimate }) => (estimate ? String(estimate.likely) : ""),
  pessimistic_hours: ({ estimate }) => (estimate ? String(estimate.pessimistic) : ""),
  due_at: ({ due_at }) => due_at ?? "",
  depends_on: ({ depends_on }) => list(depends_on),
  parent: ({ parent }) => parent ?? "",
};
export const PLAN_COLUMNS = Object.keys(COLUMNS);

export const planRow = (task: PlanTask): string[] => Object.values(COLUMNS).map((cell) => cell(task));

/**
 * The document that a table stands for; whether it is a good one, `Plan` says. Refuses a column that is unknown or
 * there twice, a missing `ref` or `title`, more rows than a document has tasks, and a row that is longer than the first.
 */
export function planFromRows(rows: readonly (readonly string[])[]): Result<{ tasks: unknown[] }> {
  const [names = [], ...body] = rows;
  const wrong = names.findIndex((name, at) => !PLAN_COLUMNS.includes(name) || names.indexOf(name) < at);
  if (wrong !== -1) return complain(`/columns/${wrong}`, `expected each once, of ${PLAN_COLUMNS.join(", ")}`);
  const missing = ["ref", "title"].find((name) => !names.includes(name));
  if (missing !== undefined) return complain("/columns", `expected a column ${missing}`);
  if (body.length > PLAN_TASKS_MAX) return complain("/tasks", TOO_MANY);
  const long = body.findIndex((row) => row.length > names.length);
  if (long !== -1) return complain(`/tasks/${long}`, `expected at most ${names.length} cells`);
  return ok({
    tasks: body.map((row) => taskFrom(Object.fromEntries(names.map((name, at) => [name, row[at] ?? ""])))),
  });
}

const complain = (pointer: string, detail: string) =>
  refuse("invalid_input", { errors: [{ pointer, detail }] });

/** Empty cells are left to the defaults. */
function taskFrom(cells: Cells): unknown {
  const {
    skills = "",
    labels = "",
    depends_on = "",
    optimistic_hours,
    likely_hours,
    pessimistic_hours,
    ...plain
  } = cells;
  const given = Object.entries(plain).filter(([, cell]) => cell !== "");
  const estimate = [optimistic_hours, likely_hours, pessimistic_hours];
  return {
    ...Object.fromEntries(given),
    skills: fromList(skills),
    // One may end with a space, and would be another without.
    labels: fromList(labels, (label) => label.trimStart()),
    depends_on: fromList(depends_on),
    ...(estimate.some((cell) => cell) && { estimate: estimateFrom(estimate) }),
  };
}

const estimateFrom = ([optimistic, likely, pessimistic]: (string | undefined)[]) => ({
  optimistic: numberFrom(optimistic),
  likely: numberFrom(likely),
  pessimistic: numberFrom(pessimistic),
});

/** A number, or the text that is none, for the schema to complain of. */
const numberFrom = (cell = ""): number | string => (cell.trim() === "" ? cell : Number(cell));
