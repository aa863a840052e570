// Hands jobs to the load generator, which runs in a process of its own so that it competes with nothing of
// the bench's. Bounded in time and count, and to this machine's loopback.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { owned } from "./cleanup.ts";

export interface LoadJob {
  readonly port: number;
  readonly connections: number;
  /** Caller i sends requests i, i + connections, … in a circle. */
  readonly requests: readonly Buffer[];
  readonly seconds: number;
  readonly requests_max: number;
  readonly expected_status: number;
}

export interface LoadOutcome {
  readonly requests: number;
  readonly seconds: number;
  readonly statuses: Readonly<Record<number, number>>;
  /** Replies of another status than expected, and broken connections: a measurement of errors is none. */
  readonly failures: number;
  /** The first failure. */
  readonly sample: string | null;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** The generator's own CPU time per request: it must stay well below the server's. */
  readonly generator_cpu_us: number;
}

export class LoadGenerator {
  readonly #process: ChildProcess;

  constructor() {
    const file = fileURLToPath(new URL("load-process.ts", import.meta.url));
    this.#process = owned(fork(file, { serialization: "advanced", stdio: "inherit" }));
  }

  /** Runs one job; one at a time. */
  run(job: LoadJob): Promise<LoadOutcome> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error("the load generator ended early"));
      this.#process.once("exit", ended);
      this.#process.once("message", (outcome: LoadOutcome) => {
        this.#process.off("exit", ended);
        resolve(outcome);
      });
      this.#process.send(job);
    });
  }

  stop(): void {
    this.#process.disconnect();
  }
}
