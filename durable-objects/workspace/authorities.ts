// A workspace's certificate authorities: the first comes to be when it is first asked for, a newer one takes over, and the
// older go on signing their revocation lists until nothing that they issued is left. A certificate is checked as others
// will check it before it leaves. Refuses more than a hundred certificates of a worker, more than eight authorities.
import {
  AUTHORITIES_MAX,
  CERTIFICATES_MAX,
  certificateValidity,
  EXPIRED_KEPT_MS,
  forgetAuthorityAt,
  isListFresh,
  listTimes,
  mayIssue,
  workerSubject,
  workerUri,
} from "../../src/domain/certificate.ts";
import { type Issuer, issueClient, readCertificate } from "../../src/protocol/certificate.ts";
import { refusalOf } from "../../src/protocol/certificate-check.ts";
import { encodePem } from "../../src/protocol/pem.ts";
import { randomBytes } from "../../src/protocol/random.ts";
import { issueRevocationList } from "../../src/protocol/revocation-list.ts";
import { importPublicJwk } from "../../src/protocol/signing-key.ts";
import type { Authority, IssuedCertificate } from "../../src/schema/certificate.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import { ok, type Refusal, type Result, refuse } from "../../src/schema/result.ts";
import type { NewKey } from "../../src/schema/signing-key.ts";
import { toIso } from "../../src/schema/text.ts";
import { earliest } from "../earliest.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { AuthorityKeys } from "./authority-keys.ts";
import type { AuthorityRow, AuthorityStore } from "./authority-store.ts";

/** A certificate that nobody has seen, until it is on record. */
export interface CertificateDraft {
  readonly certificate: IssuedCertificate;
  readonly authority_id: string;
  readonly worker_id: string;
  readonly key_id: string;
}

export class Authorities {
  readonly #object: ObjectSurface;
  readonly #store: AuthorityStore;
  readonly #keys: AuthorityKeys;

  constructor(object: ObjectSurface, store: AuthorityStore) {
    this.#object = object;
    this.#store = store;
    this.#keys = new AuthorityKeys(object.config.key_ring, () => object.name());
  }

  async draft(actor: Actor, worker: { id: string; name: string }, key: NewKey): Promise<CertificateDraft> {
    const row = await this.#present(actor);
    const issuer = await this.#issuer(row);
    const imported = await importPublicJwk(key.algorithm, key.jwk);
    if (!imported.ok) throw new TypeError(`a worker's key cannot be read: ${imported.why}`);
    const workspace = this.#object.name();
    const now_ms = this.#object.now();
    const uri = workerUri(workspace, worker.id);
    const der = await issueClient(issuer, {
      subject: workerSubject(workspace, worker.name),
      serial: randomBytes(16),
      public_key: imported.key,
      uri,
      ...certificateValidity(now_ms),
    });
    const complaint = await refusalOf(der, [row.certificate], { uri, now_ms });
    if (complaint) throw new Error(`a certificate was not issued as it should be: ${complaint}`);
    const { serial_number, fingerprint, not_after_ms } = readCertificate(der)!;
    const certificate = { pem: encodePem("CERTIFICATE", der), serial_number, fingerprint, not_after_ms };
    return { certificate, authority_id: row.id, worker_id: worker.id, key_id: key.id };
  }

  /** Puts a draft on record, with its event, or says why not. In the caller's transaction. */
  record(actor: Actor, { certificate, ...draft }: CertificateDraft, now_ms: number): Refusal | null {
    const { worker_id, key_id, authority_id } = draft;
    if (this.#store.count(worker_id) >= CERTIFICATES_MAX) {
      const detail = `at most ${CERTIFICATES_MAX} certificates of a worker that have not expired`;
      return refuse("quota_exceeded", { detail }).refusal;
    }
    const { serial_number, not_after_ms, fingerprint } = certificate;
    this.#store.insertCertificate({ ...draft, serial_number, not_after_ms });
    const targets = [worker_id, key_id];
    const details = { serial_number, fingerprint, authority_id, expires_at: toIso(not_after_ms) };
    this.#object.audit({ type: "pki.certificate_issued", at_ms: now_ms, by: actor, targets, details });
    this.#object.wakeBy(this.nextDue() ?? Number.POSITIVE_INFINITY);
    return null;
  }

  /** In the caller's transaction; null: of all its keys. */
  revoke(worker_id: string, key_id: string | null, at_ms: number): void {
    this.#store.revoke(worker_id, key_id, at_ms);
  }

  /** Certificates of all authorities, newest first; keys that an older key of the ring seals are sealed anew. */
  async bundle(actor: Actor): Promise<string> {
    await this.#present(actor);
    const rows = this.#store.all();
    for (const row of rows) await this.#issuer(row);
    return rows.map(({ certificate }) => encodePem("CERTIFICATE", certificate)).join("");
  }

  /** The list as of now: kept for half a day, or until something is revoked. */
  async list(actor: Actor, authority_id: string | null): Promise<Result<Uint8Array>> {
    const { id } = authority_id === null ? await this.#present(actor) : { id: authority_id };
    for (;;) {
      const now_ms = this.#object.now();
      const row = this.#store.find(id);
      if (!row) return refuse("not_found");
      if (row.list && isListFresh(row.list_at_ms!, now_ms)) return ok(row.list);
      const revoked = this.#store.revoked(id);
      const issuer = await this.#issuer(row);
      const number = row.list_number + 1;
      const list = await issueRevocationList(issuer, { number, revoked, ...listTimes(now_ms) });
      const save = () => this.#store.saveList(id, list, number, now_ms);
      if (this.#object.transact(() => save())) return ok(list);
    }
  }

  async rotate(actor: Actor): Promise<Result<Changed<Authority>>> {
    const draft = await this.#keys.draft(this.#object.now());
    return this.#object.transact((now_ms) => {
      if (this.#store.all().length >= AUTHORITIES_MAX) {
        const detail = `at most ${AUTHORITIES_MAX} authorities; retired ones go once all that they issued has expired`;
        return refuse("quota_exceeded", { detail });
      }
      this.#store.insert(draft, now_ms);
      this.#object.wakeBy(this.nextDue() ?? Number.POSITIVE_INFINITY);
      const event_id = this.#tell("pki.authority_rotated", actor, draft.id, now_ms);
      const [created_at, expires_at] = [toIso(now_ms), toIso(draft.not_after_ms)];
      return ok({ value: { key_identifier: draft.id, created_at, expires_at }, event_id });
    });
  }

  /** Forgets what has expired. In a transaction. */
  forget(now_ms: number): void {
    this.#store.forget(now_ms - EXPIRED_KEPT_MS, now_ms - forgetAuthorityAt(0));
  }

  nextDue(): number | null {
    const { not_after_ms, retired_at_ms } = this.#store.earliest();
    return earliest(
      not_after_ms === null ? null : not_after_ms + EXPIRED_KEPT_MS,
      retired_at_ms === null ? null : forgetAuthorityAt(retired_at_ms),
    );
  }

  /** The authority that issues; the first, or the next where the present one would not outlive what it issues. */
  async #present(actor: Actor): Promise<AuthorityRow> {
    const isGood = (row: AuthorityRow | null) => row !== null && mayIssue(row, this.#object.now());
    const row = this.#store.present();
    if (isGood(row)) return row!;
    const draft = await this.#keys.draft(this.#object.now());
    this.#object.transact((now_ms) => {
      // Somebody else was first.
      if (isGood(this.#store.present())) return;
      this.#store.insert(draft, now_ms);
      this.#tell("pki.authority_created", actor, draft.id, now_ms);
    });
    return this.#store.present()!;
  }

  async #issuer(row: AuthorityRow): Promise<Issuer> {
    const { issuer, resealed } = await this.#keys.issuer(row);
    if (resealed) this.#object.transact(() => this.#store.reseal(row.id, row.box, resealed));
    return issuer;
  }

  #tell(type: EventType, by: Actor, id: string, at_ms: number): string {
    return this.#object.audit({ type, at_ms, by, targets: [id] });
  }
}
