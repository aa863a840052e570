// What could go wrong in a project, found by rules in its open tasks and in what workers can do. Each rule says what
// it saw; probability and impact come from the figures, never from a guess.
import type { Risk, RiskReport } from "../schema/assessment.ts";
import type { OpenTask } from "../schema/messages/project.ts";
import { bottlenecksOf } from "./bottlenecks.ts";
import { workOf } from "./open-work.ts";
import { RISK_RULES } from "./risk-rules.ts";
import type { Finding, Holders } from "./situation.ts";

const TASKS_SHOWN = 50;
/** Each is looked up among the workers, in the one object of the whole workspace. */
export const SKILLS_MAX = 1_000;

export function assessRisks(
  tasks: readonly OpenTask[],
  owner: string,
  holders: Holders,
  assumed_hours: number,
  now_ms: number,
): RiskReport {
  const work = workOf(tasks, assumed_hours);
  const scarce_skills = scarceSkills(tasks, holders);
  const situation = { ...work, now_ms, bottlenecks: bottlenecksOf(work), scarce_skills };
  const risks = Object.entries(RISK_RULES)
    .flatMap(([rule, find]) => {
      const finding = find(situation);
      return finding ? [riskOf(rule, finding, owner)] : [];
    })
    .sort((a, b) => b.score - a.score);
  return {
    risks,
    dependency_chain: [...work.plan.critical_path],
    bottlenecks: situation.bottlenecks,
    scarce_skills,
    recommended_actions: risks.filter(({ score }) => score >= 8).map(({ mitigation }) => mitigation),
  };
}

const riskOf = (rule: string, { touched, ...finding }: Finding, owner: string): Risk => ({
  rule,
  ...finding,
  score: finding.probability * finding.impact,
  owner: touched[0]?.assigned_to ?? owner,
  task_ids: touched.slice(0, TASKS_SHOWN).map(({ id }) => id),
});

/** Skills that open tasks ask for, each with how many ask for it: of very many, those that most ask for. */
export function wantedSkills(tasks: readonly OpenTask[]): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const skill of tasks.flatMap(({ skills }) => [...new Set(skills)]))
    wanted.set(skill, (wanted.get(skill) ?? 0) + 1);
  if (wanted.size <= SKILLS_MAX) return wanted;
  return new Map([...wanted].sort(([, a], [, b]) => b - a).slice(0, SKILLS_MAX));
}

const scarceSkills = (tasks: readonly OpenTask[], holders: Holders): RiskReport["scarce_skills"] =>
  [...wantedSkills(tasks)]
    .map(([skill, wanting]) => ({ skill, workers: holders.get(skill) ?? 0, tasks: wanting }))
    .filter(({ workers }) => workers <= 1)
    .sort((a, b) => a.workers - b.workers || b.tasks - a.tasks);
