// Tasks that many others wait for, directly or through others.
import { ordered } from "../domain/task-graph.ts";
import type { RiskReport } from "../schema/assessment.ts";
import type { Work } from "./open-work.ts";

/** Only so many, those with most direct dependents, are followed to the end: time stays linear. */
const FOLLOWED = 20;
const DEPENDENTS_MIN = 3;
/** Part of all open tasks that makes a task a bottleneck. */
const SHARE = 0.2;

/** The one with most dependents first. */
export function bottlenecksOf({ tasks, waits_for }: Work): RiskReport["bottlenecks"] {
  const { successors } = ordered(waits_for);
  const least = Math.max(DEPENDENTS_MIN, SHARE * tasks.length);
  return successors
    .map((direct, at) => ({ at, direct: direct.length }))
    .filter(({ direct }) => direct > 0)
    .sort((a, b) => b.direct - a.direct)
    .slice(0, FOLLOWED)
    .map(({ at }) => ({ task_id: tasks[at]!.id, title: tasks[at]!.title, dependents: reach(successors, at) }))
    .filter(({ dependents }) => dependents >= least)
    .sort((a, b) => b.dependents - a.dependents);
}

function reach(successors: readonly (readonly number[])[], from: number): number {
  const seen = new Set([from]);
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of successors[at]!) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen.size - 1;
}
