// What was done under an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): kept for 24 hours in the
// transaction of the change itself, so that there is no moment at which one is known and the other is not.
// A refused request has changed nothing and is not kept: its repeat is tried anew.
import type { Actor, Changed } from "../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../src/schema/result.ts";

const KEPT_MS = 24 * 3_600_000;

interface KeyRow extends Record<string, SqlStorageValue> {
  fingerprint: string;
  answer: string | null;
  created_id: string;
  expires_at_ms: number;
}

export class IdempotencyKeys {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Does `work` once for the actor's key; a repeat is answered as the first was. In the caller's transaction, after
   * the caller's access was decided. Refuses `idempotency_key_reused` for a key that came with another request, and
   * `already_created`, naming `created_id`, where the first answer bore a secret.
   */
  once<Value>(
    { idempotency }: Pick<Actor, "idempotency">,
    now_ms: number,
    created_id: string,
    work: () => Result<Changed<Value>>,
  ): Result<Changed<Value>> {
    if (!idempotency) return work();
    const { key, fingerprint, bears_secret } = idempotency;
    const before = this.#find(key, now_ms);
    if (before) return repeated<Value>(before, fingerprint);
    const done = work();
    if (!done.ok) return done;
    this.#sql.exec(
      `INSERT INTO idempotency_key (key, fingerprint, answer, created_id, expires_at_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer,
         created_id = excluded.created_id, expires_at_ms = excluded.expires_at_ms`,
      key,
      fingerprint,
      bears_secret ? null : JSON.stringify(done.value),
      created_id,
      now_ms + KEPT_MS,
    );
    return done;
  }

  /** What `once` will answer without doing anything; null where nothing was done under the actor's key. */
  answered<Value>(
    { idempotency }: Pick<Actor, "idempotency">,
    now_ms: number,
  ): Result<Changed<Value>> | null {
    const before = idempotency && this.#find(idempotency.key, now_ms);
    return before ? repeated<Value>(before, idempotency.fingerprint) : null;
  }

  /** Deletes what is past, in the caller's transaction. */
  forget(now_ms: number): void {
    this.#sql.exec("DELETE FROM idempotency_key WHERE expires_at_ms <= ?", now_ms);
  }

  nextDue(): number | null {
    return this.#sql
      .exec<{ due: number | null }>("SELECT min(expires_at_ms) AS due FROM idempotency_key")
      .one().due;
  }

  #find(key: string, now_ms: number): KeyRow | undefined {
    return this.#sql
      .exec<KeyRow>("SELECT * FROM idempotency_key WHERE key = ? AND expires_at_ms > ?", key, now_ms)
      .toArray()[0];
  }
}

function repeated<Value>(before: KeyRow, fingerprint: string): Result<Changed<Value>> {
  if (before.fingerprint !== fingerprint) return refuse("idempotency_key_reused");
  if (before.answer === null) {
    return refuse("already_created", {
      detail: `${before.created_id} was created under this Idempotency-Key`,
    });
  }
  return ok({ ...(JSON.parse(before.answer) as Changed<Value>), replayed: true });
}
