// Planning: what rules find in a project's open tasks. Nothing of it changes a task.
import * as v from "valibot";
import { AiRecord } from "../../schema/ai-record.ts";
import { AiUsage, AiWorkspaceUsage } from "../../schema/ai-usage.ts";
import { Complexity, RiskReport } from "../../schema/assessment.ts";
import { PrincipalId, ProjectId } from "../../schema/identifier.ts";
import { ProviderName } from "../../schema/proposal.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

const assessed = {
  method: "POST",
  tag: "ai",
  caller: "session",
  api_tokens: true,
  permission: "task:read",
  reads: true,
  rate: { class: "project", cost: 5 },
  params: v.strictObject({ project_id: ProjectId }),
  problems: ["not_found", "quota_exceeded", "ai_limit_reached"],
  event: "project.assessed",
} as const;

const assumed_hours = v.optional(
  v.pipe(
    v.number(),
    v.minValue(0, "expected hours from 0"),
    v.maxValue(10_000, "expected at most 10000 hours"),
  ),
  8,
);

/** False: figures alone, of which no model hears and no limit counts. */
const judgement = v.optional(v.boolean(), true);

/** Who gave the judgement beside the figures, and what did not work on the way. */
const answered = { provider: ProviderName, notes: v.array(v.string()) };

export const aiOperations = {
  assessComplexity: operation({
    ...assessed,
    path: "/v1/projects/{project_id}/ai/complexity",
    summary: "How complex the open tasks are, and how long they may take",
    description:
      "A score of 10 with its parts, durations by PERT and the critical path, and a Monte Carlo simulation of up to 10,000 runs that the same `seed` repeats exactly. A task without an estimate takes `assumed_hours`, from half to double, or, where it has sub-tasks that are not cancelled, no time of its own. Where a model is configured, it may add risk factors and recommendations, and no figure. `judgement: false` asks for the figures alone, which no limit of planning counts.",
    body: v.strictObject({
      assumed_hours,
      seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4_294_967_295)), 1),
      judgement,
    }),
    reply: {
      status: 200,
      schema: v.object({ complexity: Complexity, ...answered }),
    },
    calls_max: 6,
    example: { seed: 7 },
  }),
  assessRisks: operation({
    ...assessed,
    path: "/v1/projects/{project_id}/ai/risks",
    summary: "What could go wrong, which tasks it touches, and what to do about it",
    description:
      "Found by rules in due dates, estimates, dependencies, assignments and the skills of registered workers, of the 1,000 that most tasks ask for. Each risk names what shows it and who should watch it. Where a model is configured, it may add risks, whose rule is `judgement`. `judgement: false` asks for what rules find alone, which no limit of planning counts.",
    body: v.strictObject({ assumed_hours, judgement }),
    reply: { status: 200, schema: v.object({ report: RiskReport, ...answered }) },
    calls_max: 7,
    example: { assumed_hours: 8 },
  }),
  listAiRecords: operation({
    method: "GET",
    path: "/v1/ai/records/{principal_id}",
    tag: "ai",
    summary: "What a person or a worker told a model, what it answered, and what the guards said",
    description:
      "The latest first, for as long as records are kept. Secrets, links and addresses were taken out before anything was sent or kept.",
    caller: "session",
    permission: "system:audit",
    recent_authentication: true,
    rate: { class: "api" },
    params: v.strictObject({ principal_id: PrincipalId }),
    query: v.strictObject(PageQuery),
    reply: { status: 200, schema: page("records", AiRecord) },
    problems: ["not_found"],
    event: "ai.record_read",
    calls_max: 2,
  }),
  aiUsage: operation({
    method: "GET",
    path: "/v1/ai/usage",
    tag: "ai",
    summary: "How much planning you have asked for, and how much is left",
    description:
      "Calls below `/ai/` count, whoever answers them. With `system:admin`, `workspace` shows the whole workspace's calls and money; for others it is null.",
    caller: "session",
    api_tokens: true,
    rate: { class: "api" },
    reply: {
      status: 200,
      schema: v.object({ usage: AiUsage, workspace: v.nullable(AiWorkspaceUsage) }),
    },
    event: "ai.usage_read",
    calls_max: 3,
  }),
};
