// What a worker does all day: it says that it is there, renews its certificate in time, claims the task that fits it best,
// renews its lease while it works, and completes it. It outlives the service: what was not answered is asked again, newly signed, and under
// the same Idempotency-Key where asking twice would do a thing twice.
import { setTimeout } from "node:timers/promises";
import { type Client, ProblemError } from "../api/client.ts";
import type { AgentCertificate } from "./agent-certificate.ts";
import { printable } from "./printable.ts";
import { retry } from "./retry.ts";
import { note } from "./terminal.ts";

export interface Job {
  readonly client: Client;
  readonly certificate: AgentCertificate;
  readonly worker_id: string;
  readonly project_id: string;
  /** How long each task takes. */
  readonly work_seconds: number;
  readonly lease_seconds: number;
  /** Ends after so many tasks; null: once nothing fits any more. */
  readonly tasks_max: number | null;
  /** How long the service may be away. */
  readonly patience_seconds: number;
}

const HEARTBEAT_MS = 60_000;

/** Works until there is nothing left to do; answers how many tasks it completed. */
export async function work(job: Job): Promise<number> {
  let completed = 0;
  let seen_ms = 0;
  while (job.tasks_max === null || completed < job.tasks_max) {
    if (Date.now() - seen_ms >= HEARTBEAT_MS) {
      await insist(job, () => job.client.heartbeat({ params: { worker_id: job.worker_id } }));
      seen_ms = Date.now();
    }
    await renewCertificate(job);
    const claimed = await claim(job);
    if (!claimed) break;
    if (await carryOut(job, claimed)) completed += 1;
  }
  return completed;
}

/** Where that is refused, work goes on as long as the present one holds. */
async function renewCertificate(job: Job): Promise<void> {
  const { certificate, client, worker_id } = job;
  if (!certificate.isDue(Date.now())) return;
  const idempotency_key = crypto.randomUUID();
  try {
    const { body } = await insist(job, () =>
      client.renewCertificate({ params: { worker_id }, body: {}, idempotency_key }),
    );
    certificate.save(body.certificate);
    note(`renewed   its certificate, until ${body.key.expires_at}`);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    certificate.putOff(Date.now());
    note(`not renewed: its certificate, for ${error.problem.title}`);
  }
}

interface Held {
  readonly task_id: string;
  /** As it may be shown. */
  readonly title: string;
  readonly fencing_token: number;
}

async function claim(job: Job): Promise<Held | null> {
  const { project_id, lease_seconds } = job;
  const idempotency_key = crypto.randomUUID();
  const { body } = await insist(job, () =>
    job.client.claimBestTask({ params: { project_id }, body: { lease_seconds }, idempotency_key }),
  );
  if (!body.task || !body.lease) return null;
  const title = printable(body.task.title);
  note(`claimed   "${title}" with fencing token ${body.lease.fencing_token}`);
  return { task_id: body.task.id, title, fencing_token: body.lease.fencing_token };
}

/** Whether the task was completed; where the lease was lost meanwhile, it is somebody else's. */
async function carryOut(job: Job, { task_id, title, fencing_token }: Held): Promise<boolean> {
  const { client, project_id, lease_seconds, work_seconds } = job;
  const params = { project_id, task_id };
  const idempotency_key = crypto.randomUUID();
  try {
    // In two pieces at least, none of them longer than half a lease, which is renewed between them.
    const pieces = Math.max(2, Math.ceil((2 * work_seconds) / lease_seconds));
    for (let piece = 1; piece <= pieces; piece += 1) {
      await setTimeout((work_seconds * 1000) / pieces);
      if (piece === pieces) break;
      await insist(job, () => client.renewTask({ params, body: { fencing_token, lease_seconds } }));
      note(`renewed   "${title}"`);
    }
    const body = { fencing_token, result: `Done in ${work_seconds} s.` };
    await insist(job, () => client.completeTask({ params, body, idempotency_key }));
    note(`completed "${title}"`);
    return true;
  } catch (error) {
    if (!(error instanceof ProblemError) || ![404, 409].includes(error.status)) throw error;
    note(`lost      "${title}": ${error.problem.title}`);
    return false;
  }
}

/** Asks for as long as the job has patience. */
const insist = <Answer>({ patience_seconds }: Job, call: () => Promise<Answer>): Promise<Answer> =>
  retry(call, {
    patience_ms: patience_seconds * 1000,
    waiting: (wait_ms, { message }) => note(`waiting ${wait_ms / 1000} s: ${message}`),
  });
