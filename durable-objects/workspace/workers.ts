// The registry of workers: what each can do and whether it may work. Decided here, one decision at a time, and
// answered only once the worker's own object obeys, so that a pause or a revocation holds from the next request on.
import type { IssuedCertificate } from "../../src/schema/certificate.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { WorkerOrder } from "../../src/schema/messages/outbox.ts";
import type { Actor, Changed, Page, PagePosition } from "../../src/schema/messages/request.ts";
import type {
  NewWorker,
  RegisteredWorker,
  WorkerChange,
  WorkerFilter,
} from "../../src/schema/messages/workspace.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { NewKey } from "../../src/schema/signing-key.ts";
import type { DecidedStatus, Worker } from "../../src/schema/worker.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { pageOf } from "../page.ts";
import type { Authorities } from "./authorities.ts";
import { profileOf, type WorkerRow, type WorkerStore, workerOf } from "./worker-store.ts";

const WORKERS_MAX = 10_000;
const HOLDERS_MAX = 2;

type Decided<Value = Worker> = Promise<Result<Changed<Value>>>;

const EVENT_OF: Readonly<Record<DecidedStatus, EventType>> = {
  active: "worker.resumed",
  paused: "worker.paused",
  revoked: "worker.revoked",
};

export class Workers {
  readonly #object: ObjectSurface;
  readonly #store: WorkerStore;
  readonly #authorities: Authorities;

  constructor(object: ObjectSurface, store: WorkerStore, authorities: Authorities) {
    this.#object = object;
    this.#store = store;
    this.#authorities = authorities;
  }

  async register(actor: Actor, worker: NewWorker): Decided<RegisteredWorker> {
    const { id, key } = worker;
    const { algorithm, thumbprint } = key;
    const draft = await this.#authorities.draft(actor, worker, key);
    const { pem, ...kept } = draft.certificate;
    return this.#obeyed(id, () =>
      this.#object.transact((now_ms) =>
        this.#object.once(actor, now_ms, id, () => {
          if (this.#store.find(id)) {
            return refuse("conflict", { detail: "there is, or was, a worker of this name" });
          }
          if (this.#store.count() >= WORKERS_MAX) {
            return refuse("quota_exceeded", { detail: `at most ${WORKERS_MAX} workers in a workspace` });
          }
          const refusal = this.#authorities.record(actor, draft, now_ms);
          if (refusal) return { ok: false as const, refusal };
          this.#store.insert(worker, actor.principal_id, now_ms);
          const row = this.#store.find(id)!;
          const type = "worker.registered";
          const certified = { ...key, certificate: kept };
          const details = { algorithm, thumbprint };
          const { value, event_id } = this.#order(actor, row, type, details, now_ms, certified);
          return ok({ value: { worker: value, key_id: key.id, certificate: pem }, event_id });
        }),
      ),
    );
  }

  update(actor: Actor, id: string, change: WorkerChange, version: number | null): Decided {
    return this.#obeyed(id, () =>
      this.#object.transact((now_ms) => {
        const row = this.#store.find(id);
        if (!row) return refuse("not_found");
        if (version !== null && version !== row.version) return refuse("stale_version");
        if (row.status === "revoked") return refuse("conflict", REVOKED);
        const updated = this.#store.update({ ...row, ...change }, now_ms);
        const details = { fields: Object.keys(change) };
        return ok(this.#order(actor, updated, "worker.updated", details, now_ms));
      }),
    );
  }

  setStatus(actor: Actor, id: string, status: DecidedStatus): Decided {
    return this.#obeyed(id, () =>
      this.#object.transact((now_ms) => {
        const row = this.#store.find(id);
        if (!row) return refuse("not_found");
        if (row.status === "revoked") return refuse("conflict", REVOKED);
        if (row.status === status) return refuse("conflict", { detail: `the worker is ${status} already` });
        const updated = this.#store.update({ ...row, status }, now_ms);
        if (status === "revoked") this.#authorities.revoke(id, null, now_ms);
        return ok(this.#order(actor, updated, EVENT_OF[status], {}, now_ms));
      }),
    );
  }

  /** A certificate for one more key, or the next one for a key; asked by the worker's own object. */
  async certify(actor: Actor, id: string, key: NewKey): Promise<Result<IssuedCertificate>> {
    const row = this.#store.find(id);
    if (!row) return refuse("not_found");
    if (row.status === "revoked") return refuse("conflict", REVOKED);
    const draft = await this.#authorities.draft(actor, row, key);
    return this.#object.transact((now_ms) => {
      if (this.#store.find(id)?.status === "revoked") return refuse("conflict", REVOKED);
      const refusal = this.#authorities.record(actor, draft, now_ms);
      return refusal ? { ok: false as const, refusal } : ok(draft.certificate);
    });
  }

  /** Many say so at once: they share commits. */
  seen(actor: Actor): Decided {
    return this.#object.transactTogether((now_ms) => {
      const id = actor.principal_id;
      if (!this.#store.find(id)) return refuse("not_found");
      this.#store.saveSeen(id, now_ms);
      const event_id = this.#object.audit({ type: "worker.seen", at_ms: now_ms, by: actor, targets: [id] });
      return ok({ value: workerOf(this.#store.find(id)!, now_ms), event_id });
    });
  }

  read(id: string): Result<Worker> {
    const row = this.#store.find(id);
    return row ? ok(workerOf(row, this.#object.now())) : refuse("not_found");
  }

  readAll(ids: readonly string[]): Result<readonly Worker[]> {
    const now_ms = this.#object.now();
    const rows = ids.map((id) => this.#store.find(id)).filter((row) => row !== null);
    return ok(rows.map((row) => workerOf(row, now_ms)));
  }

  page(filter: WorkerFilter, limit: number, after: PagePosition | null): Result<Page<Worker>> {
    const now_ms = this.#object.now();
    const rows = this.#store.page(filter, limit, String(after ?? ""), now_ms);
    const workers = rows.map((row) => workerOf(row, now_ms));
    return ok(pageOf(workers, limit, ({ id }) => id));
  }

  /** Two are enough: a thousand skills are asked about at once, and each of very many workers may have fifty. */
  holders(skills: readonly string[]): number[] {
    return skills.map((skill) => this.#store.holders(skill, HOLDERS_MAX));
  }

  /**
   * Decides, and waits until the worker's own object has heard of it; and likewise of an earlier decision before
   * somebody is told that it was made already.
   */
  async #obeyed<Value>(id: string, decide: () => Result<Changed<Value>>): Decided<Value> {
    const decided = decide();
    if (!decided.ok && decided.refusal.reason !== "conflict") return decided;
    if (await this.#object.shipNow(this.#principal(id))) return decided;
    return refuse("unavailable", { detail: "decided, and still on its way to the worker's own record" });
  }

  #order(
    actor: Actor,
    row: WorkerRow,
    type: EventType,
    details: Readonly<Record<string, string | string[]>>,
    now_ms: number,
    key?: NewKey,
  ): Changed<Worker> {
    const { id, version, status, created_at_ms } = row;
    const profile = profileOf(row);
    const order: WorkerOrder = { kind: "worker", id, version, status, profile, created_at_ms };
    this.#object.append(this.#principal(id), { ...order, ...(key && { key }) });
    const event_id = this.#object.audit({ type, at_ms: now_ms, by: actor, targets: [id], details });
    return { value: workerOf(row, now_ms), event_id };
  }

  #principal(id: string): string {
    return `${this.#object.workspace()}/${id}`;
  }
}

const REVOKED = { detail: "the worker was revoked, for good" };
