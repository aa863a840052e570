// What housekeeping has deleted, told to operators: counts add up with the deletions, in their transaction, and become
// one audit event an hour at most, so that an object that sweeps all the time says so once.
import type { ObjectSurface } from "./object-surface.ts";

const TOLD_EVERY_MS = 3_600_000;

type Counts = Readonly<Record<string, number>>;

export class Sweepings {
  readonly #object: ObjectSurface;

  constructor(object: ObjectSurface) {
    this.#object = object;
  }

  /** Adds what was deleted just now, and tells what is an hour old. In the transaction of the deletions. */
  note(counts: Counts, now_ms: number): void {
    for (const [kind, count] of Object.entries(counts)) {
      if (count === 0) continue;
      this.#object.sql.exec(
        `INSERT INTO sweeping (kind, count, since_ms) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET count = count + excluded.count`,
        kind,
        count,
        now_ms,
      );
    }
    const due_ms = this.nextDue();
    if (due_ms !== null && due_ms <= now_ms) this.#tell(now_ms);
  }

  /** When the oldest count is to be told. */
  nextDue(): number | null {
    const { since_ms } = this.#object.sql
      .exec<{ since_ms: number | null }>("SELECT min(since_ms) AS since_ms FROM sweeping")
      .one();
    return since_ms === null ? null : since_ms + TOLD_EVERY_MS;
  }

  #tell(at_ms: number): void {
    const rows = this.#object.sql
      .exec<{ kind: string; count: number }>("DELETE FROM sweeping RETURNING kind, count")
      .toArray();
    const details = Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
    const targets = [this.#object.name()];
    this.#object.audit({ type: "system.swept", at_ms, by: null, targets, details });
  }
}
