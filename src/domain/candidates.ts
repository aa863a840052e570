// Who fits a task, and why the others do not: the same points by which a worker finds its task, seen from the task.
import type { CandidateWorker, PassedOverWorker } from "../schema/candidates.ts";
import type { Worker } from "../schema/worker.ts";
import { type Abilities, isWorkingAt, missingSkills, type Offer, score, totalOf } from "./workload.ts";

export interface Applicant {
  readonly worker: Worker;
  /** Leases that it holds in the task's project. */
  readonly held: number;
}

export interface Candidates {
  /** Best first; of equals, the least busy. */
  readonly candidates: CandidateWorker[];
  readonly passed_over: PassedOverWorker[];
}

export function candidatesFor(offer: Offer, applicants: readonly Applicant[], now_ms: number): Candidates {
  const candidates: CandidateWorker[] = [];
  const passed_over: PassedOverWorker[] = [];
  for (const applicant of applicants) {
    const { id: worker_id, name } = applicant.worker;
    const who = abilitiesOf(applicant);
    const reasons = reasonsAgainst(applicant, now_ms);
    const missing_skills = missingSkills(offer, who);
    if (reasons.length > 0 || missing_skills.length > 0) {
      passed_over.push({ worker_id, name, missing_skills, reasons });
      continue;
    }
    const parts = score(offer, who, now_ms);
    candidates.push({ worker_id, name, held: applicant.held, score: totalOf(parts), parts });
  }
  candidates.sort((a, b) => b.score - a.score || a.held - b.held || (a.name < b.name ? -1 : 1));
  return { candidates, passed_over };
}

const abilitiesOf = ({ worker, held }: Applicant): Abilities => ({
  principal_id: worker.id,
  skills: new Map(worker.skills.map(({ name, level }) => [name, level])),
  load: held,
  capacity: worker.capacity,
});

function reasonsAgainst({ worker, held }: Applicant, now_ms: number): PassedOverWorker["reasons"] {
  const reasons: PassedOverWorker["reasons"] = [];
  if (worker.status !== "active") reasons.push(worker.status);
  if (held >= worker.capacity) reasons.push("at_capacity");
  if (!isWorkingAt(worker.working_hours, now_ms)) reasons.push("outside_working_hours");
  return reasons;
}
