// Handlers of breakdown: what is proposed is computed here, kept by the project, and applied there.
import { CHECKS } from "../assist/checks.ts";
import { figuresOf } from "../assist/plan-figures.ts";
import { plannerSkills } from "../assist/planner/skills.ts";
import { diffPlans } from "../domain/plan-diff.ts";
import { type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import type { ProjectPlan } from "../schema/breakdown.ts";
import type { AppliedPlan, ComparedPlan, StoredPlan } from "../schema/messages/breakdown.ts";
import type { BreakdownProposal } from "../schema/proposal.ts";
import { ok, type Refusal, refuse } from "../schema/result.ts";
import { planFor } from "./ai-plan.ts";
import { projectOf } from "./projects.ts";

export const breakdownHandlers: Handlers<"breakDown" | "listPlans" | "readPlan" | "editPlan" | "applyPlan"> =
  {
    async breakDown(call) {
      const project = projectOf(call);
      const read = await project.planningText(call.actor);
      if (!read.ok) return read;
      const { name, skills, ...own } = read.value;
      const planned = await planFor(call, "breakdown", () => ({
        text: { name, description: call.body.description ?? own.description },
        facts: { skills: [...new Set([...plannerSkills(), ...skills])] },
      }));
      if (!planned.ok) return planned;
      const { result: proposal, provider, notes } = planned.value;
      const saved = project.savePlan(call.actor, { provider, proposal, notes: [...notes] });
      return replyChanged(saved, view, versionOf);
    },

    listPlans(call) {
      return replyWith(projectOf(call).plans(call.actor), (plans) => ({
        plans: [...plans],
        count: plans.length,
        next_cursor: null,
      }));
    },

    readPlan(call) {
      const { version = null, compare_with = null } = call.query;
      const read = projectOf(call).plan(call.actor, call.params.plan_id, version, compare_with);
      return replyWith(
        read,
        (value) => ({ ...view(value.plan), diff: diffOf(value) }),
        (value) => versionOf(value.plan),
      );
    },

    async editPlan(call) {
      const complaint = complaintAbout(call.body);
      if (complaint !== null) return { ok: false, refusal: complaint };
      const { actor, params, version } = call;
      const edited = projectOf(call).editPlan(actor, params.plan_id, call.body, version);
      return replyChanged(
        edited,
        (value) => ({ ...view(value.plan), diff: diffOf(value)! }),
        (value) => versionOf(value.plan),
      );
    },

    async applyPlan(call) {
      const { actor, params, body } = call;
      const applied = await projectOf(call).applyPlan(actor, params.plan_id, body.version);
      if (!applied.ok) return applied;
      const { event_id, ...rest } = applied.value;
      const said = ({ tasks, applied_at }: AppliedPlan) => ({
        tasks: [...tasks],
        count: tasks.length,
        applied_at,
      });
      if (event_id === null) return ok({ body: said(rest.value) });
      return replyChanged(Promise.resolve(ok({ ...rest, event_id })), said);
    },
  };

const view = ({ summary, notes, proposal }: StoredPlan): { plan: ProjectPlan } => ({
  plan: { ...summary, tasks: proposal.tasks, ...figuresOf(proposal), notes: [...notes] },
});

const versionOf = ({ summary }: StoredPlan): number => summary.version;

function diffOf({ plan, compared }: ComparedPlan) {
  if (compared === null) return null;
  const own = { version: plan.summary.version, proposal: plan.proposal };
  return compared.version <= own.version ? diffPlans(compared, own) : diffPlans(own, compared);
}

/** People may name any skill; the rest they are held to as models are. */
function complaintAbout(proposal: BreakdownProposal): Refusal | null {
  const { references, bounds } = CHECKS.breakdown;
  const skills = proposal.tasks.flatMap((task) => task.skills);
  const complaint = references(proposal, { skills }) ?? bounds(proposal, { skills });
  if (complaint === null) return null;
  const [pointer = "", ...detail] = complaint.split(": ");
  return refuse("invalid_input", { errors: [{ pointer, detail: detail.join(": ") }] }).refusal;
}
