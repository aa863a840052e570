// Whom to give a task.
import * as v from "valibot";
import { ProjectId, TaskId } from "../../schema/identifier.ts";
import { ProviderName } from "../../schema/proposal.ts";
import { Recommendation } from "../../schema/recommendation.ts";
import { operation } from "../operation.ts";

export const assigneesOperations = {
  recommendAssignees: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/tasks/{task_id}/ai/assignees",
    tag: "ai",
    summary: "Whom to give a task, with reasons, alternatives and who does not fit",
    description:
      "Skill, level, load and working hours are computed as for a claim; judgement may only exchange workers whose points are close, and names nobody else. Assigns nothing. A task that is done or cancelled is nobody's to do.",
    caller: "session",
    api_tokens: true,
    permission: "task:assign",
    reads: true,
    rate: { class: "project", cost: 5 },
    params: v.strictObject({ project_id: ProjectId, task_id: TaskId }),
    body: v.strictObject({
      alternatives_max: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20)), 5),
    }),
    reply: {
      status: 200,
      schema: v.object({
        recommendation: Recommendation,
        provider: ProviderName,
        notes: v.array(v.string()),
      }),
    },
    problems: ["not_found", "conflict", "ai_limit_reached"],
    event: "project.assessed",
    calls_max: 7,
    example: { alternatives_max: 3 },
  }),
};
