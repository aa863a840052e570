// How an object decides and saves: synchronous, all or nothing. Each change moves the stored clock on, takes along what was
// observed, and sees to it that what it appended is shipped; where it throws, memory is read anew.
import type { Alarm } from "./alarm.ts";
import type { Identity } from "./identity.ts";
import type { Observations } from "./observations.ts";
import type { Outbox } from "./outbox.ts";
import type { Shipping } from "./shipping.ts";

export interface TransactionParts {
  readonly alarm: Alarm;
  readonly identity: Identity;
  readonly outbox: Outbox;
  readonly shipping: Shipping;
  readonly observations: Observations;
  /** Whether the tables are there: a transaction that made them may have been undone. */
  readonly isStored: () => boolean;
  /** The machine's clock is behind what is stored by so many ms. */
  readonly steppedBack: (by_ms: number) => void;
  /** A transaction was undone: memory that followed it must be read anew. */
  readonly rolledBack: () => void;
}

export class Transactions {
  readonly #parts: TransactionParts;
  /** Of transactions within others, which may yet undo them. */
  #depth = 0;

  constructor(parts: TransactionParts) {
    this.#parts = parts;
  }

  /** Whether the next change has more to store than its own. */
  get takeMoreAlong(): boolean {
    const { identity, observations } = this.#parts;
    return identity.isClockStale || observations.areRipe;
  }

  /** Any number of statements, in a savepoint. */
  run<Value>(decide: (now_ms: number) => Value): Value {
    return this.#change(decide, (work) => this.#parts.alarm.transact(work));
  }

  /** One statement, while there is no more to take along: without a savepoint, which costs more than most statements. */
  runAlone(statement: () => void): void {
    this.#change(statement, (work) => work());
  }

  #change<Value>(decide: (now_ms: number) => Value, run: (work: () => Value) => Value): Value {
    const { alarm, identity, observations, outbox, shipping } = this.#parts;
    this.#depth += 1;
    try {
      return run(() => {
        const value = decide(identity.now());
        if (!identity.exists) return value;
        const stepped_ms = identity.keepTime();
        if (stepped_ms > 0) this.#parts.steppedBack(stepped_ms);
        if (this.#depth === 1 && observations.areRipe) observations.flush(identity.now());
        return value;
      });
    } catch (defect) {
      this.#undone();
      throw defect;
    } finally {
      this.#depth -= 1;
      alarm.wakeBy(observations.takeDue());
      if (outbox.takeAppended()) shipping.soon();
    }
  }

  #undone(): void {
    const { identity, outbox, isStored, rolledBack } = this.#parts;
    if (isStored()) identity.load();
    else identity.forget();
    outbox.forget();
    rolledBack();
  }
}
