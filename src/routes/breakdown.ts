// Handlers of breakdown: what is proposed is computed here, kept by the project, and applied there.
import { CHECKS } from "../assist/checks.ts";
import { OFFLINE_PLANNER } from "../assist/offline-planner.ts";
import { plan } from "../assist/plan.ts";
import { figuresOf } from "../assist/plan-figures.ts";
import { plannerSkills } from "../assist/planner/skills.ts";
import { diffPlans } from "../domain/plan-diff.ts";
import { type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import type { ProjectPlan } from "../schema/breakdown.ts";
import type { ComparedPlan, StoredPlan } from "../schema/messages/breakdown.ts";
import type { BreakdownProposal } from "../schema/proposal.ts";
import { type Refusal, refuse } from "../schema/result.ts";
import { countCall } from "./ai-limits.ts";
import { workspaceOf } from "./people.ts";
import { projectOf } from "./projects.ts";

const SECONDS_MAX = 25;
/** Skills that nobody has, named in one note. */
const SKILLS_NAMED_MAX = 10;

export const breakdownHandlers: Handlers<"breakDown" | "listPlans" | "readPlan" | "editPlan" | "applyPlan"> =
  {
    async breakDown(call) {
      const project = projectOf(call);
      const text = await project.planningText(call.actor);
      if (!text.ok) return text;
      const counted = await countCall(call, "breakdown");
      if (!counted.ok) return counted;
      const { name, skills, ...own } = text.value;
      const planned = await plan(
        {
          feature: "breakdown",
          text: { name, description: call.body.description ?? own.description },
          facts: { skills: [...new Set([...plannerSkills(), ...skills])] },
          signal: AbortSignal.timeout(SECONDS_MAX * 1_000),
        },
        [OFFLINE_PLANNER],
      );
      const { result: proposal, provider } = planned;
      const wanted = [...new Set(proposal.tasks.flatMap((task) => task.skills))];
      const holders = wanted.length === 0 ? [] : await workspaceOf(call).skillHolders(wanted);
      const absent = wanted.filter((_, at) => holders[at] === 0);
      const notes = [...planned.notes, ...(absent.length > 0 ? [noteOnSkills(absent)] : [])];
      return replyChanged(project.savePlan(call.actor, { provider, proposal, notes }), view, versionOf);
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

    applyPlan(call) {
      const { actor, params, body } = call;
      return replyChanged(projectOf(call).applyPlan(actor, params.plan_id, body.version), (applied) => ({
        tasks: [...applied.tasks],
        count: applied.tasks.length,
        applied_at: applied.applied_at,
      }));
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

function noteOnSkills(absent: readonly string[]): string {
  const named = absent.slice(0, SKILLS_NAMED_MAX).join(", ");
  const more = absent.length > SKILLS_NAMED_MAX ? ` and ${absent.length - SKILLS_NAMED_MAX} more` : "";
  return `No registered worker has these skills: ${named}${more}.`;
}
