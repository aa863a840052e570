// Group commit: works that are asked for within one turn run one after the other without an await between them,
// so that the runtime commits them together. Each decides alone and fails alone; each answer waits for the commit.

export class Turn {
  #waiting: (() => void)[] = [];

  /** Runs `work` at the end of this turn and answers what it returned or threw. */
  join<Value>(work: () => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(work());
        } catch (defect) {
          reject(defect);
        }
      });
      if (this.#waiting.length === 1) setTimeout(() => this.#run(), 0);
    });
  }

  #run(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const work of waiting) work();
  }
}
