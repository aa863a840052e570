// How far long work has come: one line on the terminal that is written over, from the second second on, and taken away
// at the end. Goes to stderr, and nowhere where that is no terminal: what scripts read stays as it is.
const SILENT_MS = 1_000;
const WIDTH = 24;
const EVERY_MS = 100;
/** To the line's beginning, and what stands there away. */
const CLEAR = "\r\u001b[K";

export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

interface Settings {
  readonly output?: ProgressOutput;
  readonly now?: () => number;
}

export class Progress {
  readonly #label: string;
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  readonly #began_ms: number;
  /** What there is to do, in whatever it is counted in; null while nobody knows. */
  #total: number | null = null;
  #done = 0;
  #drawn_ms = 0;
  #is_shown = false;

  constructor(label: string, { output = process.stderr, now = Date.now }: Settings = {}) {
    this.#label = label;
    this.#output = output;
    this.#now = now;
    this.#began_ms = now();
  }

  /** Says how much there is to do. */
  expect(total: number): void {
    this.#total = total;
  }

  /** So much more is done. */
  advance(by: number): void {
    this.#done += by;
    this.draw();
  }

  draw(): void {
    const now_ms = this.#now();
    const passed_ms = now_ms - this.#began_ms;
    if (!this.#output.isTTY || passed_ms < SILENT_MS || now_ms - this.#drawn_ms < EVERY_MS) return;
    this.#drawn_ms = now_ms;
    this.#is_shown = true;
    this.#output.write(`${CLEAR}${this.#label} ${this.#bar()} ${Math.floor(passed_ms / 1_000)} s`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#is_shown) this.#output.write(CLEAR);
    this.#is_shown = false;
  }

  #bar(): string {
    if (this.#total === null) return this.#done === 0 ? "…" : `${this.#done.toLocaleString("en")} …`;
    const part = this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total);
    const filled = Math.round(part * WIDTH);
    return `${"█".repeat(filled)}${"·".repeat(WIDTH - filled)} ${Math.floor(part * 100)}%`;
  }
}

/** Shows that the work goes on, for as long as it does. */
export async function withProgress<Value>(progress: Progress, work: () => Promise<Value>): Promise<Value> {
  const timer = setInterval(() => progress.draw(), EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    progress.end();
  }
}
