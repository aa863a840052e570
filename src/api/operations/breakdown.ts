// Breakdown: plans of a project that somebody looks at and edits before they become tasks.
import * as v from "valibot";
import { AppliedTask, PLAN_BYTES_MAX, PlanDiff, PlanSummary, ProjectPlan } from "../../schema/breakdown.ts";
import { PlanId, ProjectId } from "../../schema/identifier.ts";
import { ProjectFields } from "../../schema/project.ts";
import { BreakdownProposal } from "../../schema/proposal.ts";
import { Timestamp } from "../../schema/text.ts";
import { operation } from "../operation.ts";

const inProject = v.strictObject({ project_id: ProjectId });
const params = v.strictObject({ project_id: ProjectId, plan_id: PlanId });
const versionNumber = v.optional(
  v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,8}$/u, "expected the number of a version"), v.transform(Number)),
);

export const breakdownOperations = {
  breakDown: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/ai/breakdown",
    tag: "ai",
    summary: "Plan the project: phases, tasks, dependencies, estimates and skills",
    description:
      "From `description`, or from the project's own where it is left out. The answer is a plan and changes no task: look at it, edit it, then apply it. `notes` say how it came about. A project keeps its last 20 plans for 30 days after their last change.",
    caller: "session",
    api_tokens: true,
    permission: "task:create",
    rate: { class: "project", cost: 5 },
    params: inProject,
    body: v.strictObject({ description: v.optional(ProjectFields.description) }),
    reply: { status: 201, schema: v.object({ plan: ProjectPlan }), etag: true },
    problems: ["not_found", "conflict", "quota_exceeded", "ai_limit_reached"],
    idempotency_key: "replayed",
    event: "plan.proposed",
    calls_max: 7,
    example: { description: "Online shop with product catalogue, shopping cart and payment processing." },
  }),
  listPlans: operation({
    method: "GET",
    path: "/v1/projects/{project_id}/ai/breakdown",
    tag: "ai",
    summary: "Plans of the project, the last changed first",
    caller: "session",
    api_tokens: true,
    permission: "task:read",
    rate: { class: "api" },
    params: inProject,
    reply: {
      status: 200,
      schema: v.object({ plans: v.array(PlanSummary), count: v.number(), next_cursor: v.null() }),
    },
    problems: ["not_found"],
    event: "plan.read",
    calls_max: 2,
  }),
  readPlan: operation({
    method: "GET",
    path: "/v1/projects/{project_id}/ai/breakdown/{plan_id}",
    tag: "ai",
    summary: "One plan, and what is different from another of its versions",
    description:
      "The newest version, or the one that `version` names. `compare_with` names another one, and `diff` says what is different in the later of the two. The last ten versions are kept.",
    caller: "session",
    api_tokens: true,
    permission: "task:read",
    rate: { class: "api" },
    params,
    query: v.strictObject({ version: versionNumber, compare_with: versionNumber }),
    reply: { status: 200, schema: v.object({ plan: ProjectPlan, diff: v.nullable(PlanDiff) }), etag: true },
    problems: ["not_found"],
    event: "plan.read",
    calls_max: 2,
  }),
  editPlan: operation({
    method: "PUT",
    path: "/v1/projects/{project_id}/ai/breakdown/{plan_id}",
    tag: "ai",
    summary: "Put the next version of a plan in the place of this one",
    description:
      "All of it: phases in their order, and tasks that name their phase and one another. No task waits for one of a later phase. `diff` says what is different from the version before.",
    caller: "session",
    api_tokens: true,
    permission: "task:create",
    rate: { class: "project" },
    if_match: "required",
    params,
    body: BreakdownProposal,
    body_bytes_max: PLAN_BYTES_MAX,
    reply: { status: 200, schema: v.object({ plan: ProjectPlan, diff: PlanDiff }), etag: true },
    problems: ["not_found", "conflict", "quota_exceeded"],
    event: "plan.edited",
    calls_max: 2,
    example: {
      phases: ["Build", "Test"],
      tasks: [
        {
          ref: "t1",
          title: "Build the page",
          phase: "Build",
          depends_on: [],
          estimate: { optimistic: 4, likely: 6, pessimistic: 12 },
          skills: ["frontend"],
        },
        {
          ref: "t2",
          title: "Test the page",
          phase: "Test",
          depends_on: ["t1"],
          estimate: { optimistic: 1, likely: 2, pessimistic: 4 },
          skills: ["testing"],
        },
      ],
    },
  }),
  applyPlan: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/ai/breakdown/{plan_id}/apply",
    tag: "ai",
    summary: "Make the tasks of a plan, all or none, once",
    description:
      "The version that was looked at, which must be the newest; the name of the phase becomes a label. Applied again, it makes nothing and answers the same tasks and the same event. A task that was deleted meanwhile stays deleted, and `exists` says so.",
    caller: "session",
    api_tokens: true,
    permission: "task:create",
    rate: { class: "task", cost: 5 },
    params,
    body: v.strictObject({ version: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
    reply: {
      status: 200,
      schema: v.object({ tasks: v.array(AppliedTask), count: v.number(), applied_at: Timestamp }),
    },
    problems: ["not_found", "conflict", "dependency_cycle", "quota_exceeded", "stale_version"],
    event: "plan.applied",
    calls_max: 2,
    example: { version: 1 },
  }),
};
