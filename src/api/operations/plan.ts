// A project's tasks as a whole: their schedule, and documents of them.
import * as v from "valibot";
import { ProjectId, TaskId } from "../../schema/identifier.ts";
import { IMPORT_BYTES_MAX, PLAN_TASKS_MAX, Plan, planFromRows } from "../../schema/plan.ts";
import { ProjectSchedule } from "../../schema/schedule.ts";
import { operation } from "../operation.ts";

const inProject = v.strictObject({ project_id: ProjectId });

export const planOperations = {
  readSchedule: operation({
    method: "GET",
    path: "/v1/projects/{project_id}/schedule",
    tag: "projects",
    summary: "When each open task can begin and must begin, and the critical path",
    description:
      "By the critical path method, in working hours from now, over at most 10,000 open tasks. A task takes the expectation of its estimate, (optimistic + 4 likely + pessimistic) / 6; one without an estimate takes `assumed_hours`, default 8, or, where it has sub-tasks that are not cancelled, no time of its own. It ends after its sub-tasks.",
    caller: "session",
    api_tokens: true,
    permission: "task:read",
    rate: { class: "api", cost: 5 },
    params: inProject,
    query: v.strictObject({
      assumed_hours: v.optional(
        v.pipe(
          v.string(),
          v.regex(/^[0-9]{1,4}(?:\.[0-9]{1,2})?$/u, "expected hours from 0 to 9999.99"),
          v.transform(Number),
        ),
        "8",
      ),
    }),
    reply: { status: 200, schema: v.object({ schedule: ProjectSchedule }) },
    problems: ["not_found", "quota_exceeded"],
    event: "task.read",
    calls_max: 2,
  }),
  exportPlan: operation({
    method: "GET",
    path: "/v1/projects/{project_id}/export",
    tag: "projects",
    summary: "All tasks as one document",
    description:
      "What the tasks are, without who did what when: as JSON, as CSV whose cells no spreadsheet calculates, or, those with a due date, as iCalendar. All of it is of one moment, however long it takes to read. Tasks name one another by `ref`; imported into another project and exported there, the document is the same. A large project makes a larger document than one import takes: see there.",
    caller: "session",
    api_tokens: true,
    permission: "task:read",
    rate: { class: "project", cost: 5 },
    params: inProject,
    query: v.strictObject({ format: v.optional(v.picklist(["json", "csv", "ics"]), "json") }),
    reply: { status: 200, schema: Plan, media: ["text/csv", "text/calendar"] },
    problems: ["not_found"],
    event: "project.exported",
    calls_max: 2,
  }),
  importPlan: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/import",
    tag: "projects",
    summary: "Create the tasks of a document, all or none",
    description: `As exported, in JSON or CSV (\`Content-Type: text/csv\`, the first row naming the columns), at most ${PLAN_TASKS_MAX.toLocaleString("en-GB")} tasks and ${IMPORT_BYTES_MAX / 1_048_576} MiB. A project may be larger: import its document in parts, each of which names its own tasks alone, sub-tasks with their parents, and add dependencies between the parts by changing the tasks afterwards; the answer tells the id of each \`ref\`. Complaints about a row of CSV point at \`/tasks/<row>\`, from 0 behind the first row.`,
    caller: "session",
    api_tokens: true,
    permission: "task:create",
    rate: { class: "task", cost: 5 },
    params: inProject,
    body: Plan,
    body_bytes_max: IMPORT_BYTES_MAX,
    body_table: planFromRows,
    reply: {
      status: 201,
      schema: v.object({ tasks: v.array(v.object({ ref: v.string(), id: TaskId })), count: v.number() }),
    },
    problems: ["not_found", "conflict", "dependency_cycle", "quota_exceeded"],
    idempotency_key: "replayed",
    event: "task.imported",
    calls_max: 2,
    example: { tasks: [{ ref: "t1", title: "Design the page", status: "done" }] },
  }),
};
