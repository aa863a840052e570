// Whom to give a task: the matching's candidates, put in the order of a checked proposal, with reasons from the figures.
// Nobody is named who is not among the candidates; whom the proposal leaves out follows by points.
import type { Candidates } from "../domain/candidates.ts";
import type { CandidateWorker, PassedOverWorker } from "../schema/candidates.ts";
import type { Task } from "../schema/project.ts";
import type { AssigneesProposal } from "../schema/proposal.ts";
import type { Recommendation, RecommendedWorker } from "../schema/recommendation.ts";
import { SKILL_LEVEL_MAX, type Worker } from "../schema/worker.ts";
import type { TaskFacts, WorkerFacts } from "./provider.ts";

/** Points ahead of the next that leave no doubt: a whole part of skill, or of load. */
const CLEAR_LEAD = 50;

const REASONS: Readonly<Record<PassedOverWorker["reasons"][number], string>> = {
  stale: "nothing was heard of it for five minutes",
  paused: "it is paused",
  revoked: "it is revoked",
  at_capacity: "it holds as much as it can take",
  outside_working_hours: "it is outside its working hours",
};

type Known = ReadonlyMap<string, Worker>;

/** The table that judgement is asked about: all workers of the project, those that do not fit without points. */
export function workerFacts({ candidates, passed_over }: Candidates, workers: Known): WorkerFacts[] {
  const points = new Map(candidates.map(({ worker_id, score }) => [worker_id, score]));
  const held = new Map(candidates.map((each) => [each.worker_id, each.held]));
  return [...candidates, ...passed_over].map(({ worker_id, name }) => ({
    worker_id,
    name,
    skills: workers.get(worker_id)?.skills ?? [],
    held: held.get(worker_id) ?? 0,
    capacity: workers.get(worker_id)?.capacity ?? 0,
    score: points.get(worker_id) ?? null,
  }));
}

export const taskFacts = ({ id, title, estimate, skills, depends_on }: Task): TaskFacts => ({
  id,
  title,
  estimate,
  skills,
  depends_on,
});

export function recommend(
  task: Task,
  { candidates, passed_over }: Candidates,
  workers: Known,
  { ranking }: AssigneesProposal,
  { is_judged, alternatives_max }: { readonly is_judged: boolean; readonly alternatives_max: number },
): Recommendation {
  const place = new Map(ranking.map(({ worker_id }, at) => [worker_id, at]));
  const placeOf = ({ worker_id }: CandidateWorker): number => place.get(worker_id) ?? ranking.length;
  const ordered = candidates.toSorted((a, b) => placeOf(a) - placeOf(b));
  const all = ordered.map((candidate): RecommendedWorker => {
    const said = ranking.find(({ worker_id }) => worker_id === candidate.worker_id)?.reason ?? null;
    const reasons = reasonsFor(candidate, workers.get(candidate.worker_id), task);
    return { ...candidate, reasons, judgement: is_judged ? said : null };
  });
  const [recommended = null, ...others] = all;
  return {
    task_id: task.id,
    recommended,
    alternatives: others.slice(0, alternatives_max),
    unfit: passed_over.map((each) => ({ ...each, because: reasonAgainst(each) })),
    ...confidenceIn(recommended, others, task),
  };
}

function reasonsFor({ held, parts }: CandidateWorker, worker: Worker | undefined, task: Task): string[] {
  const levels = (worker?.skills ?? [])
    .filter(({ name }) => task.skills.includes(name))
    .map(({ name, level }) => `${name}: level ${level} of ${SKILL_LEVEL_MAX}`);
  return [
    ...(parts.assigned > 0 ? ["the task is assigned to it already"] : []),
    ...(levels.length > 0 ? levels : [unskilled(task)]),
    `holds ${held} of at most ${worker?.capacity ?? held} tasks`,
    worker?.working_hours ? "it is within its working hours" : "it works at any time",
  ];
}

/** Whoever a task is assigned to needs no skill of those that it asks for. */
const unskilled = ({ skills }: Task): string =>
  skills.length === 0 ? "the task asks for no skill" : "it has none of the skills that the task asks for";

function reasonAgainst({ missing_skills, reasons }: PassedOverWorker): string {
  const lacks = missing_skills.length > 0 ? [`it lacks ${missing_skills.join(", ")}`] : [];
  return [...lacks, ...reasons.map((reason) => REASONS[reason])].join("; ");
}

/** Half for being able at all; the rest for the level of skill and for the lead over the next. */
function confidenceIn(
  first: RecommendedWorker | null,
  others: readonly RecommendedWorker[],
  { skills }: Task,
): { confidence: number; because: string } {
  if (first === null) return { confidence: 0, because: "No worker of the project fits this task now." };
  const [second] = others;
  const lead = second ? Math.max(0, Math.min(1, (first.score - second.score) / CLEAR_LEAD)) : 1;
  const level = skills.length === 0 ? 0.5 : Math.min(1, first.parts.skill / CLEAR_LEAD);
  const ahead = second ? leadOver(first.score - second.score) : "the only one that fits";
  const able =
    skills.length === 0 ? "the task asks for no skill" : `${first.parts.skill} of 50 points for skill`;
  return {
    confidence: Math.round((0.5 + 0.3 * level + 0.2 * lead) * 100) / 100,
    because: `${able}; ${ahead}.`,
  };
}

/** Judgement may put first who has fewer points. */
const leadOver = (points: number): string =>
  points < 0
    ? `put first by judgement, ${-points} points behind the next`
    : `${points} points ahead of the next`;
