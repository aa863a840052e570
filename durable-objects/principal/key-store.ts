// The rows of a worker: what its workspace decided, and the public keys that its signatures are checked with.
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
      `INSERT INTO signing_key (id, algorithm, jwk, thumbprint, created_at_ms, last_used_at_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
      key.id,
      key.algorithm,
      JSON.stringify(key.jwk),
      key.thumbprint,
      key.created_at_ms,
      key.last_used_at_ms,
    );
  }

  saveLastUse(id: string, last_used_at_ms: number): void {
    this.#sql.exec("UPDATE signing_key SET last_used_at_ms = ? WHERE id = ?", last_used_at_ms, id);
  }

  delete(id: string): boolean {
    return this.#sql.exec("DELETE FROM signing_key WHERE id = ?", id).rowsWritten > 0;
  }

  deleteAll(): number {
    const keys = this.all();
    for (const { id } of keys) this.delete(id);
    return keys.length;
  }
}
