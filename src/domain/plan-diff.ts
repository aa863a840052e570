// What is different between two versions of a plan. Tasks are told apart by their refs; order alone is no difference.
import type { PlanDiff } from "../schema/breakdown.ts";
import type { BreakdownProposal, ProposedTask } from "../schema/proposal.ts";

export interface PlanVersion {
  readonly version: number;
  readonly proposal: BreakdownProposal;
}

const FIELDS = ["title", "description", "phase", "depends_on", "estimate", "skills"] as const;

export function diffPlans(from: PlanVersion, to: PlanVersion): PlanDiff {
  const [before, after] = [from.proposal, to.proposal];
  const known = new Map(before.tasks.map((task) => [task.ref, task]));
  const kept = new Set(after.tasks.map(({ ref }) => ref));
  return {
    from_version: from.version,
    to_version: to.version,
    phases_added: after.phases.filter((phase) => !before.phases.includes(phase)),
    phases_removed: before.phases.filter((phase) => !after.phases.includes(phase)),
    added: after.tasks.filter(({ ref }) => !known.has(ref)).map(({ ref }) => ref),
    removed: before.tasks.filter(({ ref }) => !kept.has(ref)).map(({ ref }) => ref),
    changed: after.tasks.flatMap((task) => {
      const old = known.get(task.ref);
      const fields = old ? FIELDS.filter((field) => plain(old, field) !== plain(task, field)) : [];
      return fields.length > 0 ? [{ ref: task.ref, fields }] : [];
    }),
  };
}

/** Dependencies and skills are sets. */
function plain(task: ProposedTask, field: (typeof FIELDS)[number]): string {
  if (field === "estimate") {
    const { optimistic, likely, pessimistic } = task.estimate;
    return [optimistic, likely, pessimistic].join(" ");
  }
  const value = task[field];
  return typeof value === "string" ? value : [...new Set(value)].sort().join(" ");
}
