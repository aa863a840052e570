// The formats in which a project's tasks are exported, each written piece by piece.
import { csvRow } from "../protocol/csv.ts";
import { calendarEnd, calendarStart, type Todo, todoEntry } from "../protocol/icalendar.ts";
import { PLAN_COLUMNS, type PlanHeading, type PlanTask, planRow } from "../schema/plan.ts";
import type { Priority } from "../schema/project.ts";

export interface ExportedTask {
  readonly id: string;
  readonly updated_at_ms: number;
  readonly task: PlanTask;
}

interface PlanFormat {
  readonly media_type: string;
  start(heading: PlanHeading): string;
  /** `position` from 0. */
  task(exported: ExportedTask, position: number): string;
  end(): string;
}

/** What spreadsheets need to see that a text is UTF-8. */
const BYTE_ORDER_MARK = "\ufeff";

const PRIORITY: Readonly<Record<Priority, number>> = { urgent: 1, high: 3, normal: 5, low: 9 };
const STATUS: Readonly<Record<PlanTask["status"], Todo["status"]>> = {
  open: "NEEDS-ACTION",
  in_progress: "IN-PROCESS",
  blocked: "NEEDS-ACTION",
  done: "COMPLETED",
  cancelled: "CANCELLED",
};

export const PLAN_FORMATS = {
  json: {
    media_type: "application/json",
    start: (project) => `{"version":1,"project":${JSON.stringify(project)},"tasks":[`,
    task: ({ task }, position) => `${position === 0 ? "" : ","}\n${JSON.stringify(task)}`,
    end: () => "\n]}\n",
  },
  csv: {
    media_type: "text/csv; charset=utf-8; header=present",
    start: () => BYTE_ORDER_MARK + csvRow(PLAN_COLUMNS),
    task: ({ task }) => csvRow(planRow(task)),
    end: () => "",
  },
  /** Tasks with a due date alone. */
  ics: {
    media_type: "text/calendar; charset=utf-8",
    start: ({ name }) => calendarStart(name),
    task: (exported) => (exported.task.due_at === null ? "" : todoEntry(todoOf(exported))),
    end: calendarEnd,
  },
} satisfies Record<string, PlanFormat>;

const todoOf = ({ id, updated_at_ms, task }: ExportedTask): Todo => ({
  uid: `${id}@taskward`,
  summary: task.title,
  description: task.description,
  due_ms: Date.parse(task.due_at!),
  modified_ms: updated_at_ms,
  priority: PRIORITY[task.priority],
  status: STATUS[task.status],
  categories: task.skills,
});
