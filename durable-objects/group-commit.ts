// Group commit: while one commit is under way, works that are asked for wait, and then run one after the other without
// an await between them, so that the runtime commits them together. Whoever finds no commit under way runs at once.
// Each decides alone and fails alone; each answer waits for its commit.

export class GroupCommit {
  readonly #sync: () => Promise<void>;
  #waiting: (() => void)[] = [];
  #is_committing = false;

  /** `sync` resolves once all that was written so far is durable. */
  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  /** Runs `work` as soon as no commit is under way, and answers what it returned or threw. */
  join<Value>(work: () => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(work());
        } catch (defect) {
          reject(defect);
        }
      });
      if (!this.#is_committing) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#is_committing = true;
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const work of waiting) work();
      try {
        await this.#sync();
      } catch {
        // A commit that failed ends the object; until it is gone, each work meets that by itself.
      }
    }
    this.#is_committing = false;
  }
}
