// A project's tasks as a whole: their schedule.
import * as v from "valibot";
import { ProjectId } from "../../schema/identifier.ts";
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
      "By the critical path method, in working hours from now, over at most 10,000 open tasks. A task takes the expectation of its estimate, (optimistic + 4 likely + pessimistic) / 6; one without an estimate takes `assumed_hours`, default 8.",
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
};
