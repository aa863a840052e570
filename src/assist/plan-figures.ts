// The figures of a plan that is no tasks yet, computed from its tasks as they are for a project.
import { expectedHours } from "../domain/estimate.ts";
import type { PlanFigures } from "../schema/breakdown.ts";
import type { OpenTask } from "../schema/messages/project.ts";
import type { BreakdownProposal, ProposedTask } from "../schema/proposal.ts";
import { durationOf, scoreOf } from "./complexity.ts";
import { round, workOf } from "./open-work.ts";

export function figuresOf({ phases, tasks }: BreakdownProposal): PlanFigures {
  const work = workOf(tasks.map(asOpen), 0);
  const duration = durationOf(work);
  const effort_hours = hoursOf(tasks);
  return {
    phases: phases.map((name) => {
      const own = tasks.filter(({ phase }) => phase === name);
      return { name, tasks: own.length, expected_hours: hoursOf(own) };
    }),
    duration,
    effort_hours,
    complexity: scoreOf(work),
    team_size: Math.max(1, Math.ceil(effort_hours / Math.max(1, duration.expected_hours))),
    critical_path: [...work.plan.critical_path],
  };
}

const hoursOf = (tasks: readonly ProposedTask[]): number =>
  round(tasks.reduce((sum, { estimate }) => sum + expectedHours(estimate), 0));

const asOpen = ({ ref, title, estimate, skills, depends_on }: ProposedTask): OpenTask => ({
  id: ref,
  title,
  estimate,
  skills,
  depends_on,
  status: "open",
  priority: "normal",
  parent_id: null,
  due_at: null,
  assigned_to: null,
  updated_at: "",
});
