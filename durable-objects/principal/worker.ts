// A worker's own record: it comes to be by its workspace's first order and obeys the later ones; its public keys
// are added and revoked here, and what is revoked fails on the next request.
import { isKeyExpired } from "../../src/domain/certificate.ts";
import type { IssuedCertificate, KeptCertificate } from "../../src/schema/certificate.ts";
import type { PrincipalEntry, RevocationEntry, WorkerOrder } from "../../src/schema/messages/outbox.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { CertifiedKey, NewKey, SigningKey } from "../../src/schema/signing-key.ts";
import { toIso } from "../../src/schema/text.ts";
import type { WorkerLoad } from "../../src/schema/worker.ts";
import { type Core, DIRECTORY } from "./core.ts";
import type { Farewell } from "./farewell.ts";
import type { KeyRow } from "./key-store.ts";

const KEYS_MAX = 10;

export class WorkerRecord {
  readonly #core: Core;
  readonly #farewell: Farewell;

  constructor(core: Core, farewell: Farewell) {
    this.#core = core;
    this.#farewell = farewell;
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
      erased_at_ms: null,
    });
  }

  /** A lower version than the last is ignored. In a transaction. */
  obey(order: WorkerOrder): void {
    const { keys, store } = this.#core;
    const { version, status, profile, key, created_at_ms } = order;
    if (version <= (keys.worker()?.version ?? 0)) return;
    keys.saveWorker({ version, status, profile });
    if (key) this.#insert(key, created_at_ms);
    if (status === "revoked") {
      keys.deleteAll();
      this.#core.endAllBut(null);
      store.saveAccount({ ...store.account(), status: "suspended" });
      this.#farewell.begin("revoked");
    }
    this.#core.forget();
  }

  /** What came of requests that were under way when it was revoked. In a transaction. */
  takeLeave(rows: readonly PrincipalEntry[]): void {
    if (this.#core.keys.worker()?.status === "revoked") this.#farewell.repeat(rows, "revoked");
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

  /** The workspace certifies it first, but for a repeat of what was done: that is answered as before. */
  async add(actor: Actor, key: NewKey): Promise<Result<Changed<CertifiedKey>>> {
    const { object, keys } = this.#core;
    if (!object.isCreated() || !keys.worker()) return refuse("not_found");
    const { id, algorithm, thumbprint } = key;
    const early = this.#core.answered<CertifiedKey>(actor) ?? this.#refusalOfAnother(key);
    if (early) return early;
    const issued = await this.#certify(actor, key);
    if (!issued.ok) return issued;
    const { pem, ...certificate } = issued.value;
    const work = (now_ms: number) => {
      const refused = this.#refusalOfAnother(key);
      if (refused) return refused;
      this.#insert({ ...key, certificate }, now_ms);
      return ok({ ...viewOf(this.#core.keys.find(id)!), certificate: pem });
    };
    return this.#change(actor, "worker.key_added", work, [id], { algorithm, thumbprint });
  }

  /** Of a key whose certificate has expired there is no next one: it was refused since. */
  async renew(actor: Actor, key_id: string | null): Promise<Result<Changed<CertifiedKey>>> {
    const { object, keys } = this.#core;
    if (!object.isCreated() || !keys.worker()) return refuse("not_found");
    const key = keys.find(key_id ?? actor.session_id);
    if (!key) return key_id === null ? refuse("invalid_input", WHICH_KEY) : refuse("not_found");
    if (isKeyExpired(key.expires_at_ms, object.now())) return refuse("conflict", EXPIRED);
    const before = this.#core.answered<CertifiedKey>(actor);
    if (before) return before;
    const issued = await this.#certify(actor, key);
    if (!issued.ok) return issued;
    const { pem, ...certificate } = issued.value;
    const work = () => {
      if (!keys.find(key.id)) return refuse("not_found");
      this.#keep(key.id, certificate);
      return ok({ ...viewOf(keys.find(key.id)!), certificate: pem });
    };
    const { serial_number } = certificate;
    return this.#change(actor, "worker.certificate_renewed", work, [key.id], { serial_number });
  }

  /** The list of revoked certificates says so too, before the answer where the workspace can be reached. */
  revoke(actor: Actor, key_id: string): Promise<Result<Changed<null>>> {
    const work = (now_ms: number) => {
      if (!this.#core.keys.delete(key_id)) return refuse("not_found");
      this.#tellRevoked([key_id], now_ms);
      return ok(null);
    };
    return this.#listed(this.#change(actor, "worker.key_revoked", work, [key_id]));
  }

  revokeAll(actor: Actor): Promise<Result<Changed<{ revoked: number }>>> {
    const work = (now_ms: number) => {
      const ids = this.#core.keys.deleteAll();
      if (ids.length > 0) this.#tellRevoked(ids, now_ms);
      return ok({ revoked: ids.length });
    };
    return this.#listed(this.#change(actor, "worker.key_revoked", work));
  }

  #refusalOfAnother({ thumbprint }: NewKey) {
    const { object, keys } = this.#core;
    if (!object.isCreated() || !keys.worker()) return refuse("not_found");
    const held = keys.all();
    if (keys.worker()?.status === "revoked") {
      return refuse("conflict", { detail: "the worker was revoked, for good" });
    }
    if (held.some((each) => each.thumbprint === thumbprint)) {
      return refuse("conflict", { detail: "the worker has this key already" });
    }
    if (held.length < KEYS_MAX) return null;
    return refuse("quota_exceeded", { detail: `at most ${KEYS_MAX} keys; revoke one first` });
  }

  #certify(actor: Actor, key: NewKey): Promise<Result<IssuedCertificate>> {
    const { object, store, workspace } = this.#core;
    const { id, algorithm, jwk, thumbprint } = key;
    const named = { id, algorithm, jwk, thumbprint };
    return object.env.WORKSPACE.getByName(workspace).certify(actor, store.account().id, named);
  }

  /** In a transaction. */
  #insert({ certificate, ...key }: NewKey, created_at_ms: number): void {
    this.#core.keys.insert({ ...key, created_at_ms, last_used_at_ms: null, expires_at_ms: null });
    if (certificate) this.#keep(key.id, certificate);
  }

  #keep(key_id: string, certificate: KeptCertificate): void {
    this.#core.keys.insertCertificate({ ...certificate, key_id });
    this.#core.object.wakeBy(certificate.not_after_ms);
  }

  #tellRevoked(key_ids: readonly string[], at_ms: number): void {
    const worker_id = this.#core.store.account().id;
    const entry: RevocationEntry = { kind: "revocation", worker_id, key_ids, at_ms };
    this.#core.object.append(DIRECTORY, entry);
  }

  async #listed<Value>(changed: Result<Value>): Promise<Result<Value>> {
    if (changed.ok) await this.#core.object.shipNow(DIRECTORY);
    return changed;
  }

  #change<Value>(
    actor: Actor,
    type: "worker.key_added" | "worker.key_revoked" | "worker.certificate_renewed",
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
  expires_at: row.expires_at_ms === null ? null : toIso(row.expires_at_ms),
});

const EXPIRED = { detail: "its certificate has expired, and the key with it: add another" };
const WHICH_KEY = { errors: [{ pointer: "/key_id", detail: "expected a key of the worker" }] };
