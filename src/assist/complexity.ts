// How complex the open work of a project is and how long it may take: scored by rules, part by part, so that anybody
// can follow; durations by PERT, the critical path method and Monte Carlo.
import { expectedHours, varianceHours } from "../domain/estimate.ts";
import { isUnsized } from "../domain/project-schedule.ts";
import { simulate } from "../domain/simulation.ts";
import type { Complexity, ComplexityPart } from "../schema/assessment.ts";
import type { OpenTask } from "../schema/messages/project.ts";
import { count, hoursOf, planWith, round, type Work, workOf } from "./open-work.ts";

/** Draws of durations in one assessment: 10,000 runs of up to 1,000 tasks, fewer of more. */
const DRAWS_MAX = 10_000_000;
/** Dependencies that are looked at take time, too: ten looks that of a draw. Two to a task come with its draw. */
const LOOKS_PER_DRAW = 10;
const LINKS_FREE = 2;
const RUNS_MAX = 10_000;
const CRITICALITY_MAX = 100;
/** A task beyond this is hard to judge and hard to hand over. */
const LARGE_HOURS = 40;

export function assessComplexity(
  tasks: readonly OpenTask[],
  assumed_hours: number,
  seed: number,
): Complexity {
  const work = workOf(tasks, assumed_hours);
  const { score, parts } = scoreOf(work);
  const { criticality, ...simulation } = played(work, seed);
  return {
    score,
    parts,
    duration: durationOf(work),
    simulation: { ...simulation, seed },
    critical_path: [...work.plan.critical_path],
    criticality,
    risk_factors: parts.filter(({ score }) => score >= 6).map(({ area, because }) => `${area}: ${because}`),
    recommendations: recommendationsFor(work),
    assumed_count: tasks.filter(isUnsized).length,
  };
}

/** The weighted mean of the parts, and the parts. */
export function scoreOf(work: Work): Pick<Complexity, "score" | "parts"> {
  const parts = partsOf(work);
  const weights = parts.reduce((sum, { weight }) => sum + weight, 0);
  return {
    score: round(parts.reduce((sum, { score, weight }) => sum + score * weight, 0) / weights, 1),
    parts,
  };
}

/** Scores of 10 on scales that end where a single project becomes hard to hold: logarithmic for sizes. */
function partsOf({ tasks, estimates, plan }: Work): ComplexityPart[] {
  const size = tasks.length;
  const effort = estimates.reduce((sum, each) => sum + expectedHours(each), 0);
  const links = dependenciesOf(tasks).reduce((sum, each) => sum + each, 0);
  const spread = tasks.map((task, at) => (isUnsized(task) ? 3 : spreadOf(estimates[at]!)));
  const unsure = size === 0 ? 0 : spread.reduce((sum, each) => sum + each, 0) / size;
  const skills = new Set(tasks.flatMap((task) => task.skills)).size;
  const depth = plan.critical_path.length;
  const part = (area: ComplexityPart["area"], weight: number, level: number, because: string) => ({
    area,
    weight,
    score: round(10 * Math.min(1, level), 1),
    because,
  });
  return [
    part("size", 0.2, Math.log1p(size) / Math.log1p(1_000), count(size, "open task")),
    part("effort", 0.2, Math.log1p(effort) / Math.log1p(10_000), `${round(effort, 0)} hours of work`),
    part(
      "coupling",
      0.2,
      size === 0 ? 0 : links / size / 3,
      `${count(links, "dependency", "dependencies")} between ${count(size, "task")}`,
    ),
    part("depth", 0.1, depth / 20, `a chain of ${count(depth, "task")}`),
    part(
      "uncertainty",
      0.2,
      unsure / 3,
      `estimates spread over ${round(unsure, 1)} times their likely value`,
    ),
    part("skills", 0.1, skills / 12, `${count(skills, "skill")} needed`),
  ];
}

/** For each task, of how many open ones it depends: its sub-tasks are parts of it. */
function dependenciesOf(tasks: Work["tasks"]): number[] {
  const open = new Set(tasks.map(({ id }) => id));
  return tasks.map(({ depends_on }) => depends_on.filter((id) => open.has(id)).length);
}

const spreadOf = ({
  optimistic,
  likely,
  pessimistic,
}: {
  optimistic: number;
  likely: number;
  pessimistic: number;
}) =>
  pessimistic === optimistic
    ? 0
    : (pessimistic - optimistic) / Math.max(likely, (pessimistic - optimistic) / 3);

export function durationOf({ tasks, estimates, plan }: Work): Complexity["duration"] {
  const along = (hours: number[]): number => hoursOf(planWith(tasks, hours).minutes);
  const path = new Set(plan.critical_path);
  const variances = tasks.map(({ id }, at) => (path.has(id) ? varianceHours(estimates[at]!) : 0));
  return {
    optimistic_hours: along(estimates.map(({ optimistic }) => optimistic)),
    realistic_hours: along(estimates.map(({ likely }) => likely)),
    pessimistic_hours: along(estimates.map(({ pessimistic }) => pessimistic)),
    expected_hours: hoursOf(plan.minutes),
    variance_hours: round(variances.reduce((sum, each) => sum + each, 0)),
  };
}

function played({ tasks, estimates, waits_for }: Work, seed: number) {
  const links = waits_for.reduce((sum, all) => sum + all.length, 0);
  const draws = tasks.length + Math.max(0, links - LINKS_FREE * tasks.length) / LOOKS_PER_DRAW;
  const runs = Math.max(100, Math.min(RUNS_MAX, Math.floor(DRAWS_MAX / Math.max(1, draws))));
  const uncertain = estimates.map((estimate, at) => ({ estimate, waits_for: waits_for[at]! }));
  const result = simulate(uncertain, runs, seed);
  return {
    runs,
    mean_hours: round(result.mean_hours),
    p50_hours: round(result.p50_hours),
    p80_hours: round(result.p80_hours),
    p95_hours: round(result.p95_hours),
    criticality: tasks
      .map(({ id, title }, at) => ({ task_id: id, title, criticality: round(result.criticality[at]!, 3) }))
      .filter(({ criticality }) => criticality > 0)
      .sort((a, b) => b.criticality - a.criticality)
      .slice(0, CRITICALITY_MAX),
  };
}

function recommendationsFor({ tasks, estimates, plan }: Work): string[] {
  const unsized = tasks.filter(isUnsized).length;
  const large = estimates.filter((each) => expectedHours(each) > LARGE_HOURS).length;
  const path = new Set(plan.critical_path);
  const unassigned = tasks.filter(({ id, assigned_to }) => path.has(id) && assigned_to === null).length;
  const tangled = dependenciesOf(tasks).filter((each) => each > 5).length;
  return [
    unsized > 0 && `Estimate ${count(unsized, "task")}: what is not sized is only assumed here.`,
    large > 0 && `Split ${count(large, "task")} of more than ${LARGE_HOURS} hours.`,
    unassigned > 0 &&
      `Find somebody for ${count(unassigned, "task")} on the critical path: each day there moves the end.`,
    tangled > 0 &&
      `Look again at ${count(tangled, "task")} that ${tangled === 1 ? "waits" : "wait"} for more than five others.`,
  ].filter((each) => each !== false);
}
