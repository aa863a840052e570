// The outbox: rows that commit with a change and are shipped after it, at least once, in order per destination.
// Nothing is deleted before its receiver has confirmed it.
import type { Batch, Receipt } from "../src/schema/messages/outbox.ts";

/** Rows in one message; keeps a message far below the 32 MiB that a call may carry. */
const BATCH_ROWS_MAX = 200;

/** Rows that may wait for one destination, so that an outage of the audit log fills no object. */
const WAITING_ROWS_MAX = 10_000;
/** With so many, only changes add rows of their own: what merely looks must not fill up what changes need. */
const CROWDED_ROWS = 5_000;

export type Send = (destination: string, batch: Batch<never>) => Promise<Receipt>;

export class Outbox {
  readonly #sql: SqlStorage;
  /** Who the object is to those to whom it ships. */
  readonly source: () => { source: string; incarnation: string };
  /** Makes it a new source to all of them. */
  readonly #renew: () => void;
  readonly #shipping = new Map<string, Promise<void>>();
  /** The number that the next row of a destination gets. */
  readonly #next = new Map<string, number>();
  /** The number up to which a destination's rows were shipped. */
  readonly #shipped = new Map<string, number>();
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

  /** Adds a row, in the caller's transaction. */
  append(destination: string, row: unknown): void {
    const sequence = this.#next.get(destination) ?? this.#readNext(destination);
    this.#sql.exec(
      "INSERT INTO outbox (destination, sequence, row) VALUES (?, ?, ?)",
      destination,
      sequence,
      JSON.stringify(row),
    );
    this.#next.set(destination, sequence + 1);
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
    const next = this.#next.get(destination) ?? this.#readNext(destination);
    const shipped = this.#shipped.get(destination) ?? this.#readShipped(destination);
    this.#shipped.set(destination, shipped);
    return next - shipped;
  }

  /** Whether a row was appended since this was last asked. */
  takeAppended(): boolean {
    const appended = this.#appended;
    this.#appended = false;
    return appended;
  }

  /** A transaction was rolled back: what memory counted in it never was. */
  forget(): void {
    this.#next.clear();
    this.#shipped.clear();
  }

  /** The number of the first row that is still here, or the next one's. */
  #readShipped(destination: string): number {
    const { first } = this.#sql
      .exec<{ first: number | null }>(
        `SELECT coalesce((SELECT min(sequence) FROM outbox WHERE destination = ?1),
           (SELECT next_sequence FROM outbox_cursor WHERE destination = ?1), 1) AS first`,
        destination,
      )
      .one();
    return first ?? 1;
  }

  /** Numbers go on where they stopped, also when every row has been shipped. */
  #readNext(destination: string): number {
    const { next } = this.#sql
      .exec<{ next: number }>(
        `SELECT max(
           coalesce((SELECT next_sequence FROM outbox_cursor WHERE destination = ?1), 1),
           coalesce((SELECT max(sequence) + 1 FROM outbox WHERE destination = ?1), 1)) AS next`,
        destination,
      )
      .one();
    return next;
  }

  destinations(): string[] {
    return this.#sql
      .exec<{ destination: string }>("SELECT DISTINCT destination FROM outbox")
      .toArray()
      .map((row) => row.destination);
  }

  /** Ships all rows of a destination. Throws what `send` throws; the rows then stay. */
  ship(destination: string, send: Send): Promise<void> {
    const before = this.#shipping.get(destination) ?? Promise.resolve();
    const run = before.catch(() => undefined).then(() => this.#drain(destination, send));
    const settled = run.finally(() => {
      if (this.#shipping.get(destination) === settled) this.#shipping.delete(destination);
    });
    this.#shipping.set(destination, settled);
    return settled;
  }

  async #drain(destination: string, send: Send): Promise<void> {
    for (let isRenewed = false; ; ) {
      const rows = this.#sql
        .exec<{ sequence: number; row: string }>(
          "SELECT sequence, row FROM outbox WHERE destination = ? ORDER BY sequence LIMIT ?",
          destination,
          BATCH_ROWS_MAX,
        )
        .toArray();
      if (rows.length === 0) return;
      const receipt = await send(destination, {
        version: 1,
        ...this.source(),
        first_sequence: rows[0]!.sequence,
        rows: rows.map(({ row }) => JSON.parse(row) as never),
      });
      const [first, end] = [rows[0]!.sequence, rows.at(-1)!.sequence + 1];
      const isStrange = receipt.next_sequence < first || receipt.next_sequence > end;
      if (receipt.gone) this.#delete(destination, end);
      else if (isStrange && !isRenewed) {
        // It lacks what it had confirmed, or has what was never sent: one of both was taken back in time.
        this.#renew();
        isRenewed = true;
      } else if (isStrange || receipt.next_sequence === first) throw new Error("the receiver took no row");
      else this.#delete(destination, receipt.next_sequence);
    }
  }

  /** Forgets what has been taken, and remembers how far that was. */
  #delete(destination: string, next_sequence: number): void {
    this.#sql.exec(
      `INSERT INTO outbox_cursor (destination, next_sequence) VALUES (?, ?)
       ON CONFLICT (destination) DO UPDATE SET next_sequence = max(next_sequence, excluded.next_sequence)`,
      destination,
      next_sequence,
    );
    this.#sql.exec("DELETE FROM outbox WHERE destination = ? AND sequence < ?", destination, next_sequence);
    this.#shipped.delete(destination);
  }
}
