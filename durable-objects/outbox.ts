// The outbox: rows that commit with a change and are shipped after it, at least once, in order per destination.
// Nothing is deleted before its receiver has confirmed it; what it has confirmed leaves with the next row for it, in that
// one's commit, or when the object's alarm rings.
import type { Batch, Receipt } from "../src/schema/messages/outbox.ts";

/** Rows in one message; keeps a message far below the 32 MiB that a call may carry. */
const BATCH_ROWS_MAX = 200;

/** Rows that may wait for one destination, so that an outage of the audit log fills no object. */
const WAITING_ROWS_MAX = 10_000;
/** With so many, only changes add rows of their own: what merely looks must not fill up what changes need. */
const CROWDED_ROWS = 5_000;

export type Send = (destination: string, batch: Batch<never>) => Promise<Receipt>;

/** How far a destination is. */
interface Progress {
  /** The number that its next row gets. */
  next: number;
  /** It has taken all rows below. */
  taken: number;
  /** All rows below are deleted. */
  first: number;
}

export class Outbox {
  readonly #sql: SqlStorage;
  /** Who the object is to those to whom it ships. */
  readonly source: () => { source: string; incarnation: string };
  /** Makes it a new source to all of them. */
  readonly #renew: () => void;
  readonly #shipping = new Map<string, Promise<void>>();
  /** Of those, what has not begun: it ships whatever is there by then. */
  readonly #queued = new Map<string, Promise<void>>();
  readonly #progress = new Map<string, Progress>();
  #appended = false;

  constructor(
    sql: SqlStorage,
    source: () => { source: string; incarnation: string },
    renew: () => void = () => {},
  ) {
    this.#sql = sql;
    this.source = source;
    this.#renew = renew;
  }

  /** Adds a row, in the caller's transaction, and deletes those before it that have been taken. */
  append(destination: string, row: unknown): void {
    const progress = this.#progressOf(destination);
    this.#deleteTaken(destination, progress);
    this.#sql.exec(
      "INSERT INTO outbox (destination, sequence, row) VALUES (?, ?, ?)",
      destination,
      progress.next,
      JSON.stringify(row),
    );
    progress.next += 1;
    this.#appended = true;
  }

  /** Throws what becomes 503 while so many rows wait that no change may add to them. */
  refuseWhenFull(destination: string): void {
    if (this.#waiting(destination) < WAITING_ROWS_MAX) return;
    throw Object.assign(new Error(`too much waits for ${destination}`), { retryable: true });
  }

  /** Whether so many rows wait that what could be counted together should be. */
  isCrowded(destination: string): boolean {
    return this.#waiting(destination) >= CROWDED_ROWS;
  }

  #waiting(destination: string): number {
    const { next, taken } = this.#progressOf(destination);
    return next - taken;
  }

  /** Whether a row was appended since this was last asked. */
  takeAppended(): boolean {
    const appended = this.#appended;
    this.#appended = false;
    return appended;
  }

  /** A transaction was rolled back: what memory counted in it never was. */
  forget(): void {
    this.#progress.clear();
  }

  #progressOf(destination: string): Progress {
    const known = this.#progress.get(destination);
    if (known) return known;
    const progress = this.#readProgress(destination);
    this.#progress.set(destination, progress);
    return progress;
  }

  /** Numbers go on where they stopped, also when every row has been shipped. */
  #readProgress(destination: string): Progress {
    const { first, next } = this.#sql
      .exec<{ first: number; next: number }>(
        `SELECT coalesce(min(sequence), cursor, 1) AS first, max(coalesce(cursor, 1), coalesce(max(sequence) + 1, 1)) AS next
         FROM (SELECT (SELECT next_sequence FROM outbox_cursor WHERE destination = ?1) AS cursor)
           LEFT JOIN outbox ON destination = ?1`,
        destination,
      )
      .one();
    return { first, taken: first, next };
  }

  /** Those for whom rows wait. */
  destinations(): string[] {
    return this.#sql
      .exec<{ destination: string; last: number }>(
        "SELECT destination, max(sequence) AS last FROM outbox GROUP BY destination",
      )
      .toArray()
      .filter(({ destination, last }) => last >= this.#progressOf(destination).taken)
      .map(({ destination }) => destination);
  }

  /** Ships all rows of a destination. Throws what `send` throws; the rows then stay. */
  ship(destination: string, send: Send): Promise<void> {
    const queued = this.#queued.get(destination);
    if (queued) return queued;
    const before = this.#shipping.get(destination) ?? Promise.resolve();
    const run = before
      .catch(() => undefined)
      .then(() => {
        this.#queued.delete(destination);
        return this.#drain(destination, send);
      });
    const settled = run.finally(() => {
      if (this.#shipping.get(destination) === settled) this.#shipping.delete(destination);
    });
    this.#shipping.set(destination, settled);
    this.#queued.set(destination, settled);
    return settled;
  }

  async #drain(destination: string, send: Send): Promise<void> {
    for (let isRenewed = false; ; ) {
      const rows = this.#sql
        .exec<{ sequence: number; row: string }>(
          "SELECT sequence, row FROM outbox WHERE destination = ? AND sequence >= ? ORDER BY sequence LIMIT ?",
          destination,
          this.#progressOf(destination).taken,
          BATCH_ROWS_MAX,
        )
        .toArray();
      if (rows.length === 0) return;
      // What a cut-off would send again is never more than a batch: its receiver must not be further than that.
      this.#deleteTaken(destination, this.#progressOf(destination));
      const receipt = await send(destination, {
        version: 1,
        ...this.source(),
        first_sequence: rows[0]!.sequence,
        rows: rows.map(({ row }) => JSON.parse(row) as never),
      });
      const [first, end] = [rows[0]!.sequence, rows.at(-1)!.sequence + 1];
      const isStrange = receipt.next_sequence < first || receipt.next_sequence > end;
      if (receipt.gone) this.#progressOf(destination).taken = end;
      else if (isStrange && !isRenewed) {
        // It lacks what it had confirmed, or has what was never sent: one of both was taken back in time.
        this.#renew();
        isRenewed = true;
      } else if (isStrange || receipt.next_sequence === first) throw new Error("the receiver took no row");
      else this.#progressOf(destination).taken = receipt.next_sequence;
    }
  }

  /** Deletes whatever has been taken; where nothing is left, a cursor remembers how far that was. */
  trim(): void {
    for (const [destination, progress] of this.#progress) {
      if (progress.first === progress.taken) continue;
      this.#deleteTaken(destination, progress);
      this.#sql.exec(
        `INSERT INTO outbox_cursor (destination, next_sequence) VALUES (?, ?)
         ON CONFLICT (destination) DO UPDATE SET next_sequence = max(next_sequence, excluded.next_sequence)`,
        destination,
        progress.taken,
      );
    }
  }

  /** For a caller that leaves a row after them, from which numbers go on. */
  #deleteTaken(destination: string, progress: Progress): void {
    if (progress.first === progress.taken) return;
    const { taken } = progress;
    this.#sql.exec("DELETE FROM outbox WHERE destination = ? AND sequence < ?", destination, taken);
    progress.first = taken;
  }
}
