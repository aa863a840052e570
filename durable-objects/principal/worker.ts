// A worker's own record: it comes to be by its workspace's first order and obeys the later ones; its public keys
// are added and revoked here, and what is revoked fails on the next request.
import type { WorkerOrder } from "../../src/schema/messages/outbox.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { NewKey, SigningKey } from "../../src/schema/signing-key.ts";
import { toIso } from "../../src/schema/text.ts";
import type { WorkerLoad } from "../../src/schema/worker.ts";
import type { Core } from "./core.ts";
import type { KeyRow } from "./key-store.ts";

const KEYS_MAX = 10;

export class WorkerRecord {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Makes the record, unless it is there. In a transaction. */
  create({ id, profile, created_at_ms }: WorkerOrder): void {
    if (this.#core.object.isCreated()) return;
    this.#core.object.create();
    this.#core.store.insertAccount({
      id,
      username: profile.name,
      status: "active",
      roles: ["WORKER"],
      bootstrap: false,
      phc: "", // it has no password, and no sign-in leads here
      version: 1,
      order_version: 0,
      created_at_ms,
      expires_at_ms: null,
    });
  }

  /** A lower version than the last is ignored. In a transaction. */
  obey(order: WorkerOrder): void {
    const { keys, store } = this.#core;
    const { version, status, profile, key, created_at_ms } = order;
    if (version <= (keys.worker()?.version ?? 0)) return;
    keys.saveWorker({ version, status, profile });
    if (key) keys.insert({ ...key, created_at_ms, last_used_at_ms: null });
    if (status === "revoked") {
      keys.deleteAll();
      this.#core.endAllBut(null);
      store.saveAccount({ ...store.account(), status: "suspended" });
    }
    this.#core.forget();
  }

  load(): Result<WorkerLoad> {
    const { object, keys, work } = this.#core;
    if (!object.isCreated() || !keys.worker()) return refuse("not_found");
    const leases = Object.values(work.leases(object.now()));
    return ok({ held: leases.reduce((sum, count) => sum + count, 0) });
  }

  list(): Result<readonly SigningKey[]> {
    const { object, keys } = this.#core;
    if (!object.isCreated() || !keys.worker()) return refuse("not_found");
    return ok(keys.all().map(viewOf));
  }

  add(actor: Actor, key: NewKey): Result<Changed<SigningKey>> {
    const { keys } = this.#core;
    const { id, algorithm, thumbprint } = key;
    const work = (now_ms: number) => {
      const held = keys.all();
      if (keys.worker()?.status === "revoked") {
        return refuse("conflict", { detail: "the worker was revoked, for good" });
      }
      if (held.some((each) => each.thumbprint === thumbprint)) {
        return refuse("conflict", { detail: "the worker has this key already" });
      }
      if (held.length >= KEYS_MAX) {
        return refuse("quota_exceeded", { detail: `at most ${KEYS_MAX} keys; revoke one first` });
      }
      const row: KeyRow = { ...key, created_at_ms: now_ms, last_used_at_ms: null };
      keys.insert(row);
      return ok(viewOf(row));
    };
    return this.#change(actor, "worker.key_added", work, [id], { algorithm, thumbprint });
  }

  revoke(actor: Actor, key_id: string): Result<Changed<null>> {
    const work = () => (this.#core.keys.delete(key_id) ? ok(null) : refuse("not_found"));
    return this.#change(actor, "worker.key_revoked", work, [key_id]);
  }

  revokeAll(actor: Actor): Result<Changed<{ revoked: number }>> {
    const work = () => ok({ revoked: this.#core.keys.deleteAll() });
    return this.#change(actor, "worker.key_revoked", work);
  }

  #change<Value>(
    actor: Actor,
    type: "worker.key_added" | "worker.key_revoked",
    work: (now_ms: number) => Result<Value>,
    key_ids: readonly string[] = [],
    details: Readonly<Record<string, string>> = {},
  ): Result<Changed<Value>> {
    const { object, store, keys } = this.#core;
    if (!object.isCreated() || !keys.worker()) return refuse("not_found");
    const targets = [store.account().id, ...key_ids];
    return this.#core.change(actor, type, work, { targets, details });
  }
}

const viewOf = (row: KeyRow): SigningKey => ({
  id: row.id,
  algorithm: row.algorithm,
  thumbprint: row.thumbprint,
  created_at: toIso(row.created_at_ms),
  last_used_at: row.last_used_at_ms === null ? null : toIso(row.last_used_at_ms),
});
