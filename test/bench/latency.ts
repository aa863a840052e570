// Times of things done one after the other by one caller, interleaved so that all of them meet the same
// disturbances: every try does each once, in alternating order.
import type { Bench } from "./case.ts";
import { Connection } from "./http.ts";
import { percentile } from "./statistics.ts";

export interface Participant {
  readonly title: string;
  once(): Promise<void>;
}

export interface Times {
  readonly title: string;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly all_ms: readonly number[];
}

const WARM_UP_TRIES = 5;

/** Measures every participant `tries` times, in the order given. */
export async function interleave(participants: readonly Participant[], tries: number): Promise<Times[]> {
  const times = participants.map((): number[] => []);
  for (let i = -WARM_UP_TRIES; i < tries; i++) {
    const order = [...participants.keys()];
    if (i % 2 !== 0) order.reverse();
    for (const index of order) {
      const started_ms = performance.now();
      await participants[index]!.once();
      if (i >= 0) times[index]!.push(performance.now() - started_ms);
    }
  }
  return participants.map(({ title }, index) => {
    const ascending = times[index]!.toSorted((a, b) => a - b);
    return {
      title,
      p50_ms: percentile(ascending, 0.5),
      p99_ms: percentile(ascending, 0.99),
      all_ms: times[index]!,
    };
  });
}

/** A caller of one server who reports every reply of another status. */
export async function caller(bench: Bench, title: string, port: number, expected_status: number) {
  const connection = await Connection.open(port);
  return {
    close: () => connection.close(),
    async send(request: Buffer): Promise<void> {
      const { status, body } = await connection.exchange(request);
      if (status !== expected_status)
        bench.fail(`${title}: unexpected status ${status}: ${body.toString("utf8", 0, 500)}`);
    },
  };
}
