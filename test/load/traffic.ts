// Visits at a steady rate, whether or not earlier ones have been answered: a request that had to wait for a connection
// is timed from when it was due. Every session comes once before any comes again.

import { generator } from "../../scripts/training/random.ts";
import { Connection, type Reply, requestBytes } from "../bench/http.ts";
import { clientHeaders } from "../bench/seed.ts";
import { percentile } from "../bench/statistics.ts";
import { drawErrand, type Step, type Visit } from "./errands.ts";
import type { People, Person } from "./people.ts";

const CONNECTIONS = 64;
/** Visits for which so many wait already are left out: a queue that only grows measures nothing but itself. */
const WAITING_MAX = 256;
/** How long replies may take after the last visit began. */
const DRAIN_MS = 20_000;
const ERRORS_KEPT = 20;

interface Due {
  readonly name: string;
  readonly step: Step;
  readonly person: Person;
  readonly due_ms: number;
}

export interface TrafficReport {
  readonly requests: number;
  readonly seconds: number;
  readonly sessions_used: number;
  /** By errand: how many, and ms. */
  readonly errands: Readonly<
    Record<string, { count: number; p50_ms: number; p95_ms: number; p99_ms: number }>
  >;
  readonly all: { p50_ms: number; p95_ms: number; p99_ms: number; max_ms: number };
  /** By errand, status and reason: refusals that were asked for. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Anything else than was expected; the first ones in words. */
  readonly errors: number;
  readonly error_samples: readonly string[];
  /** The most requests that waited for a connection at once. */
  readonly waiting_max: number;
  /** Visits that were not made, since so many waited already: the machine does not bear the rate. */
  readonly left_out: number;
}

export class Traffic {
  readonly #people: People;
  readonly #port: number;
  readonly #random: () => number;
  readonly #sessions: { person: Person; token: string }[];
  readonly #idle: Connection[] = [];
  readonly #waiting: Due[] = [];
  readonly #latencies = new Map<string, number[]>();
  readonly #refusals = new Map<string, number>();
  readonly #errors: string[] = [];
  #visits = 0;
  #error_count = 0;
  #under_way = 0;
  #waiting_max = 0;
  #left_out = 0;
  #first_ms = 0;
  #last_ms = 0;

  constructor(port: number, people: People, seed: number) {
    this.#port = port;
    this.#people = people;
    this.#random = generator(seed);
    const newcomers = new Set(people.newcomers);
    // Newcomers are left to signing in; the first one floods, and does nothing else.
    this.#sessions = people.persons
      .slice(1)
      .filter((person) => !newcomers.has(person))
      .flatMap((person) => person.tokens.map((token) => ({ person, token })));
    shuffle(this.#sessions, this.#random);
  }

  async run(per_second: number, seconds: number): Promise<TrafficReport> {
    for (let n = 0; n < CONNECTIONS; n += 1) this.#idle.push(await Connection.open(this.#port));
    const started_ms = performance.now();
    this.#first_ms = started_ms;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const elapsed_ms = Math.min(performance.now() - started_ms, seconds * 1000);
        const wanted = Math.floor((elapsed_ms / 1000) * per_second);
        while (this.#visits < wanted) this.#visit(started_ms + (this.#visits * 1000) / per_second);
        if (elapsed_ms < seconds * 1000) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
    const end_ms = performance.now();
    while (this.#under_way + this.#waiting.length > 0 && performance.now() - end_ms < DRAIN_MS)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const lost = this.#under_way + this.#waiting.length;
    if (lost > 0) this.#failed(`${lost} requests had no reply ${DRAIN_MS} ms after the end`);
    for (const connection of this.#idle) connection.close();
    return this.#report();
  }

  #visit(due_ms: number): void {
    const { person, token } = this.#sessions[this.#visits % this.#sessions.length]!;
    const team = this.#people.teams[person.team]!;
    const visit: Visit = {
      person,
      token,
      team,
      people: this.#people,
      turn: this.#visits,
      random: this.#random,
    };
    this.#visits += 1;
    const [name, errand] = drawErrand(this.#random());
    this.#begin({ name, step: errand.step(visit), person, due_ms });
  }

  #begin(due: Due): void {
    const connection = this.#openConnection();
    if (connection) this.#send(connection, due);
    else if (this.#waiting.length >= WAITING_MAX) this.#left_out += 1;
    else this.#waiting.push(due);
    this.#waiting_max = Math.max(this.#waiting_max, this.#waiting.length);
  }

  /** An idle one, if there is any; for each that the server has closed meanwhile another is opened. */
  #openConnection(): Connection | null {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (idle.isOpen) return idle;
      void this.#replace(idle);
    }
    return null;
  }

  #send(connection: Connection, { name, step, person, due_ms }: Due): void {
    const { method, path, token, body, raw } = step;
    const headers = clientHeaders((step.as ?? person).address, token);
    if (method === "PATCH") headers["If-Match"] = "*";
    this.#under_way += 1;
    connection.send(requestBytes(method, path, headers, body?.(), raw), (failure, reply) => {
      this.#under_way -= 1;
      this.#last_ms = performance.now();
      if (!reply) {
        this.#failed(`${name}: ${failure?.message}`);
        void this.#replace(connection);
        return;
      }
      this.#note(name, this.#last_ms - due_ms);
      const next = this.#judge(name, step, reply);
      // The same connection serves what follows, and then whoever waits.
      const due_now_ms = this.#last_ms;
      if (next) this.#send(connection, { name: `${name}, then`, step: next, person, due_ms: due_now_ms });
      else this.#free(connection);
    });
  }

  #free(connection: Connection): void {
    const waiting = this.#waiting.shift();
    if (waiting) this.#send(connection, waiting);
    else this.#idle.push(connection);
  }

  async #replace(broken: Connection): Promise<void> {
    broken.close();
    const connection = await Connection.open(this.#port).catch(() => null);
    if (connection) this.#free(connection);
    else this.#failed("the server takes no connections");
  }

  /** Answers what follows. */
  #judge(name: string, step: Step, { status, body }: Reply): Step | null {
    const text = body.toString();
    if (!step.expected.includes(status)) {
      this.#failed(`${name}: ${status} ${text.slice(0, 300)}`);
      return null;
    }
    if (status >= 400) {
      const reason = /"type":"\/problems\/([a-z_]+)"/.exec(text)?.[1] ?? "no reason";
      const key = `${name} | ${status} ${reason}`;
      this.#refusals.set(key, (this.#refusals.get(key) ?? 0) + 1);
      return null;
    }
    return step.next?.(JSON.parse(text) as never) ?? null;
  }

  #note(name: string, ms: number): void {
    const times = this.#latencies.get(name);
    if (times) times.push(ms);
    else this.#latencies.set(name, [ms]);
  }

  #failed(text: string): void {
    this.#error_count += 1;
    if (this.#errors.length < ERRORS_KEPT) this.#errors.push(text);
  }

  #report(): TrafficReport {
    const all = [...this.#latencies.values()].flat();
    const quantiles = (times: readonly number[]) => {
      const ascending = Float64Array.from(times).sort();
      const at = (q: number) => percentile(ascending, q);
      return { p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99), max_ms: at(1) };
    };
    return {
      requests: all.length,
      seconds: (this.#last_ms - this.#first_ms) / 1000,
      sessions_used: Math.min(this.#visits - this.#left_out, this.#sessions.length),
      errands: Object.fromEntries(
        [...this.#latencies].map(([name, times]) => [name, { count: times.length, ...quantiles(times) }]),
      ),
      all: quantiles(all),
      refusals: Object.fromEntries([...this.#refusals].toSorted(([a], [b]) => a.localeCompare(b))),
      errors: this.#error_count,
      error_samples: this.#errors,
      waiting_max: this.#waiting_max,
      left_out: this.#left_out,
    };
  }
}

function shuffle(items: unknown[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
}
