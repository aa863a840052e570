// What a case of the bench is, and what it measures.
import type { LoadGenerator } from "./load.ts";
import type { Options } from "./options.ts";
import type { Population } from "./seed.ts";
import type { Stage, WorkerName } from "./stage.ts";

/** One line of the table. */
export interface Row {
  readonly case: string;
  readonly connections: number | null;
  readonly requests_per_second: number | null;
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
  /** CPU time of workerd per request, all threads, with what it does after the answer. */
  readonly cpu_us: number | null;
  /** What the ratios compare to; null for a yardstick. */
  readonly baseline: string | null;
  /** Median over the slices of this slice's figure to the baseline's neighbouring one. */
  readonly ratio: number | null;
  readonly quartiles: readonly [number, number] | null;
  readonly cpu_ratio: number | null;
  readonly target: Target | null;
  /** Figures that fit no column. */
  readonly note: string | null;
  /** Every slice or round, for --json. */
  readonly rounds: readonly unknown[];
}

export interface Target {
  readonly bound: "at least" | "at most";
  readonly ratio: number;
}

export interface Bench {
  readonly options: Options;
  readonly stage: Stage;
  /** Where the product of another revision stands; null where nobody asked for one. */
  readonly before: Stage | null;
  readonly load: LoadGenerator;
  /** Tells the user what happens now. */
  say(text: string): void;
  /** Tells that a measurement is worth nothing, and makes the run fail. */
  fail(text: string): void;
}

export interface Case {
  readonly name: string;
  readonly title: string;
  /** Runs only when it is named. */
  readonly by_name_only?: true;
  run(bench: Bench): Promise<Row[]>;
}

/** What one side of a comparison of throughputs sends, and where. */
export interface Side {
  readonly title: string;
  readonly worker: WorkerName;
  /** Of the other revision. */
  readonly is_before?: true;
  /** Many connections alone: one caller cannot show what the case is about. */
  readonly crowd_only?: true;
  readonly expected_status: number;
  /** What goes on beside the load, from before the warm-up; answers what ends it. */
  beside?(port: number, population: Population): Promise<() => void>;
  /** Caller i sends requests i, i + connections, …, so that no principal has two requests under way. */
  requests(population: Population | null, options: Options): readonly Buffer[];
  /** In place of these: requests that are good for once, made for each measurement. */
  once?(population: Population | null, count: number): Promise<readonly Buffer[]>;
}

/** Sides that are measured in turn; the ratio of each is to its baseline, which is one of the sides. */
export interface Comparison {
  readonly name: string;
  readonly title: string;
  readonly sides: readonly {
    readonly side: Side;
    readonly baseline: Side | null;
    readonly target?: Target;
  }[];
}
