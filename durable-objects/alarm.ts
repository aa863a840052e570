// The one alarm of an object, set to the earliest of all that is due. Setting it costs a commit, so it is set only
// to ring sooner than it would, and one that stands from before an eviction is left standing.

export class Alarm {
  readonly #storage: DurableObjectStorage;
  #at_ms = Number.POSITIVE_INFINITY;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Sees to it that it rings at that time or before. */
  wakeBy(at_ms: number): void {
    if (at_ms >= this.#at_ms) return;
    this.#at_ms = at_ms;
    void this.#storage.setAlarm(at_ms);
  }

  /** Runs a transaction: where it is rolled back, so is the alarm that it has set. */
  transact<Value>(work: () => Value): Value {
    const before_ms = this.#at_ms;
    try {
      return this.#storage.transactionSync(work);
    } catch (defect) {
      this.#at_ms = before_ms;
      throw defect;
    }
  }

  /** It has rung, or went with the rest of the storage. */
  forget(): void {
    this.#at_ms = Number.POSITIVE_INFINITY;
  }

  /** Looks whether it stands from before; nothing may come between that look and the object's other work. */
  async find(): Promise<boolean> {
    const at_ms = await this.#storage.getAlarm();
    if (at_ms !== null) this.#at_ms = at_ms;
    return at_ms !== null;
  }
}
