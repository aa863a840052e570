// The rows of a worker: what its workspace decided, and the public keys that its signatures are checked with.
import type { KeptCertificate } from "../../src/schema/certificate.ts";
import type { SignatureAlgorithm } from "../../src/schema/signing-key.ts";
import type { DecidedStatus, WorkerProfile } from "../../src/schema/worker.ts";

export interface WorkerRow {
  readonly version: number;
  readonly status: DecidedStatus;
  readonly profile: Omit<WorkerProfile, "paused">;
}

export interface KeyRow {
  readonly id: string;
  readonly algorithm: SignatureAlgorithm;
  readonly jwk: Readonly<Record<string, string>>;
  readonly thumbprint: string;
  readonly created_at_ms: number;
  readonly last_used_at_ms: number | null;
  /** When its newest certificate expires; null where it has none. */
  readonly expires_at_ms: number | null;
}

/** A certificate that stands for a key, wherever it is presented. */
export interface CertificateRow extends KeptCertificate {
  readonly key_id: string;
}

type StoredKey = Omit<KeyRow, "jwk"> & { jwk: string };

const keyOf = (stored: StoredKey): KeyRow => ({
  ...stored,
  jwk: JSON.parse(stored.jwk) as KeyRow["jwk"],
});

export class KeyStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null for whoever is no worker. */
  worker(): WorkerRow | null {
    const stored = this.#sql
      .exec<{ version: number; status: DecidedStatus; profile: string }>(
        "SELECT version, status, profile FROM worker",
      )
      .toArray()[0];
    return stored ? { ...stored, profile: JSON.parse(stored.profile) as WorkerRow["profile"] } : null;
  }

  saveWorker({ version, status, profile }: WorkerRow): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO worker (one, version, status, profile) VALUES (1, ?, ?, ?)",
      version,
      status,
      JSON.stringify(profile),
    );
  }

  find(id: string): KeyRow | null {
    const stored = this.#sql.exec("SELECT * FROM signing_key WHERE id = ?", id).toArray()[0];
    return stored ? keyOf(stored as unknown as StoredKey) : null;
  }

  all(): KeyRow[] {
    const rows = this.#sql.exec("SELECT * FROM signing_key ORDER BY created_at_ms, id").toArray();
    return (rows as unknown as StoredKey[]).map(keyOf);
  }

  insert(key: KeyRow): void {
    this.#sql.exec(
      `INSERT INTO signing_key (id, algorithm, jwk, thumbprint, created_at_ms, last_used_at_ms, expires_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      key.id,
      key.algorithm,
      JSON.stringify(key.jwk),
      key.thumbprint,
      key.created_at_ms,
      key.last_used_at_ms,
      key.expires_at_ms,
    );
  }

  /** The key lives as long as the newest of its certificates. */
  insertCertificate({ fingerprint, serial_number, key_id, not_after_ms }: CertificateRow): void {
    this.#sql.exec(
      "INSERT INTO certificate (fingerprint, serial_number, key_id, not_after_ms) VALUES (?, ?, ?, ?)",
      fingerprint,
      serial_number,
      key_id,
      not_after_ms,
    );
    this.#sql.exec(
      "UPDATE signing_key SET expires_at_ms = max(coalesce(expires_at_ms, 0), ?) WHERE id = ?",
      not_after_ms,
      key_id,
    );
  }

  certificate(fingerprint: string): CertificateRow | null {
    const row = this.#sql.exec("SELECT * FROM certificate WHERE fingerprint = ?", fingerprint).toArray()[0];
    return (row as unknown as CertificateRow | undefined) ?? null;
  }

  /** Certificates that have expired say nothing more; their keys stay, to be seen. Answers how many went. */
  deleteExpired(now_ms: number): number {
    return this.#sql.exec("DELETE FROM certificate WHERE not_after_ms <= ? RETURNING 1", now_ms).toArray()
      .length;
  }

  nextDue(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT min(not_after_ms) AS due FROM certificate").one()
      .due;
  }

  saveLastUse(id: string, last_used_at_ms: number): void {
    this.#sql.exec("UPDATE signing_key SET last_used_at_ms = ? WHERE id = ?", last_used_at_ms, id);
  }

  /** The key goes with its certificates, and with the sessions that it opened. */
  delete(id: string): boolean {
    this.#sql.exec("DELETE FROM session WHERE key_id = ?", id);
    this.#sql.exec("DELETE FROM certificate WHERE key_id = ?", id);
    return this.#sql.exec("DELETE FROM signing_key WHERE id = ?", id).rowsWritten > 0;
  }

  /** Answers the ids of those that there were. */
  deleteAll(): string[] {
    const ids = this.all().map(({ id }) => id);
    for (const id of ids) this.delete(id);
    return ids;
  }
}
