// The principal's sessions, as rows: in clear only ids, hashes and times.
import type { Risk, RiskReason } from "../../src/domain/session-risk.ts";

export interface SessionRow {
  readonly id: string;
  readonly family: string;
  readonly secret_hash: Uint8Array;
  readonly created_at_ms: number;
  readonly authenticated_at_ms: number;
  readonly last_used_at_ms: number;
  readonly absolute_deadline_ms: number;
  readonly replaced_at_ms: number | null;
  readonly state_version: number;
  readonly state: Uint8Array;
  readonly description: Uint8Array;
  /** Shown to the owner, and known to a renewal; what decides on other requests is the sealed state, if that is newer. */
  readonly risk_score: number;
  /** JSON array. */
  readonly risk_reasons: string;
  readonly risk_raised_at_ms: number;
  /** The worker's key that opened it, and that it ends with; null for a person's. */
  readonly key_id: string | null;
}

export interface TicketRow {
  readonly id: string;
  readonly session_id: string;
  readonly secret_hash: Uint8Array;
  readonly expires_at_ms: number;
}

type Stored = Omit<SessionRow, "secret_hash" | "state" | "description"> & {
  secret_hash: ArrayBuffer;
  state: ArrayBuffer;
  description: ArrayBuffer;
};

export type RiskColumns = Pick<SessionRow, "risk_score" | "risk_reasons" | "risk_raised_at_ms">;

/** Of a risk, what its row knows. */
export type Raised = Pick<Risk, "score" | "reasons" | "raised_at_ms">;

export const riskColumns = ({ score, reasons, raised_at_ms }: Raised): RiskColumns => ({
  risk_score: score,
  risk_reasons: JSON.stringify(reasons),
  risk_raised_at_ms: raised_at_ms,
});

export const riskIn = (row: RiskColumns): Raised => ({
  score: row.risk_score,
  reasons: JSON.parse(row.risk_reasons) as RiskReason[],
  raised_at_ms: row.risk_raised_at_ms,
});

const rowOf = (stored: Stored): SessionRow => ({
  ...stored,
  secret_hash: new Uint8Array(stored.secret_hash),
  state: new Uint8Array(stored.state),
  description: new Uint8Array(stored.description),
});

/** Kept of a family, so that whoever renews all day fills nothing: far more than are renewed within the grace. */
const REPLACED_MAX = 1_000;

export class SessionStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(id: string): SessionRow | null {
    const stored = this.#sql.exec("SELECT * FROM session WHERE id = ?", id).toArray()[0];
    return stored ? rowOf(stored as unknown as Stored) : null;
  }

  /** Live sessions, oldest first; those renewed into another are not among them. */
  all(): SessionRow[] {
    const rows = this.#sql
      .exec("SELECT * FROM session WHERE replaced_at_ms IS NULL ORDER BY created_at_ms, id")
      .toArray();
    return (rows as unknown as Stored[]).map(rowOf);
  }

  insert(row: SessionRow): void {
    this.#sql.exec(
      `INSERT INTO session (id, family, secret_hash, created_at_ms, authenticated_at_ms, last_used_at_ms,
         absolute_deadline_ms, replaced_at_ms, state_version, state, description, risk_score, risk_reasons,
         risk_raised_at_ms, key_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.family,
      row.secret_hash,
      row.created_at_ms,
      row.authenticated_at_ms,
      row.last_used_at_ms,
      row.absolute_deadline_ms,
      row.replaced_at_ms,
      row.state_version,
      row.state,
      row.description,
      row.risk_score,
      row.risk_reasons,
      row.risk_raised_at_ms,
      row.key_id,
    );
  }

  saveLastUse(id: string, last_used_at_ms: number): void {
    this.#sql.exec("UPDATE session SET last_used_at_ms = ? WHERE id = ?", last_used_at_ms, id);
  }

  saveAuthentication(id: string, authenticated_at_ms: number): void {
    this.#sql.exec("UPDATE session SET authenticated_at_ms = ? WHERE id = ?", authenticated_at_ms, id);
  }

  /** Brings a session's absolute deadline forward, never back. */
  capDeadline(id: string, deadlineOf: (created_at_ms: number) => number): void {
    const row = this.find(id);
    if (!row) return;
    const deadline_ms = Math.min(row.absolute_deadline_ms, deadlineOf(row.created_at_ms));
    this.#sql.exec("UPDATE session SET absolute_deadline_ms = ? WHERE id = ?", deadline_ms, id);
  }

  /** At once, before the state is sealed anew: what is under way beside it must know. The latest stays. */
  raiseRisk(id: string, { risk_score, risk_reasons, risk_raised_at_ms }: RiskColumns): void {
    this.#sql.exec(
      "UPDATE session SET risk_score = ?, risk_reasons = ?, risk_raised_at_ms = ? WHERE id = ? AND risk_raised_at_ms <= ?",
      risk_score,
      risk_reasons,
      risk_raised_at_ms,
      id,
      risk_raised_at_ms,
    );
  }

  /** Saves a state that was sealed anew, unless its risk has been raised further since. */
  saveState(id: string, saved: Pick<SessionRow, "state_version" | "state" | "risk_raised_at_ms">): void {
    this.#sql.exec(
      "UPDATE session SET state_version = ?, state = ? WHERE id = ? AND risk_raised_at_ms <= ?",
      saved.state_version,
      saved.state,
      id,
      saved.risk_raised_at_ms,
    );
  }

  /** One ticket a session: the newest. */
  saveTicket(ticket: TicketRow): void {
    this.#sql.exec("DELETE FROM handoff WHERE session_id = ?", ticket.session_id);
    this.#sql.exec(
      "INSERT INTO handoff (id, session_id, secret_hash, expires_at_ms) VALUES (?, ?, ?, ?)",
      ticket.id,
      ticket.session_id,
      ticket.secret_hash,
      ticket.expires_at_ms,
    );
  }

  ticket(id: string): TicketRow | null {
    const stored = this.#sql.exec("SELECT * FROM handoff WHERE id = ?", id).toArray()[0] as
      | (Omit<TicketRow, "secret_hash"> & { secret_hash: ArrayBuffer })
      | undefined;
    return stored ? { ...stored, secret_hash: new Uint8Array(stored.secret_hash) } : null;
  }

  /** It was renewed. Of its family the latest are kept, whose reuse is noticed: no older one opens anything either. */
  saveReplaced({ id, family }: SessionRow, replaced_at_ms: number): void {
    this.#sql.exec("UPDATE session SET replaced_at_ms = ? WHERE id = ?", replaced_at_ms, id);
    this.#sql.exec(
      `DELETE FROM session WHERE family = ?1 AND replaced_at_ms < (
         SELECT replaced_at_ms FROM session WHERE family = ?1 AND replaced_at_ms IS NOT NULL
         ORDER BY replaced_at_ms DESC LIMIT 1 OFFSET ?2)`,
      family,
      REPLACED_MAX - 1,
    );
  }

  /** Ends a session with all that it was renewed from or into. */
  deleteFamily(family: string): void {
    this.#sql.exec("DELETE FROM session WHERE family = ?", family);
  }

  /** Ends all sessions but those of one family; answers how many live ones ended. */
  deleteAllBut(family: string | null): number {
    const ended = this.all().filter((row) => row.family !== family).length;
    this.#sql.exec("DELETE FROM session WHERE family IS NOT ?", family);
    return ended;
  }

  /** Answers how many sessions there were, those renewed into another included. */
  deleteExpired(now_ms: number, idle_ms: number): number {
    this.#sql.exec("DELETE FROM handoff WHERE expires_at_ms <= ?", now_ms);
    return this.#sql
      .exec(
        "DELETE FROM session WHERE absolute_deadline_ms <= ? OR (replaced_at_ms IS NULL AND last_used_at_ms <= ?) RETURNING 1",
        now_ms,
        now_ms - idle_ms,
      )
      .toArray().length;
  }

  /** When the next session or ticket expires. */
  nextDue(idle_ms: number): number | null {
    const { due } = this.#sql
      .exec<{ due: number | null }>(
        `SELECT min(due) AS due FROM (
           SELECT min(absolute_deadline_ms, iif(replaced_at_ms IS NULL, last_used_at_ms + ?, absolute_deadline_ms)) AS due
           FROM session UNION ALL SELECT expires_at_ms FROM handoff)`,
        idle_ms,
      )
      .one();
    return due;
  }
}
