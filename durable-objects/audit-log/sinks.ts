// The lanes of the sinks: each has its own cursor, plan, time limit and retries, so that none can slow or lose another.
// A delivery is planned durably before it is made; what fails is made again, the same, later and later.
import type { Sink } from "../../src/audit-sinks/sink.ts";
import type { SinkStatus } from "../../src/schema/audit-sink.ts";
import { toIso } from "../../src/schema/text.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { withTexts } from "./older-entries.ts";
import { type SinkRow, SinkStore } from "./sink-store.ts";
import type { AuditLogStore } from "./store.ts";

const DELIVERY_BYTES_MAX = 4 * 1_048_576;
/** A delivery that takes longer has failed. */
const DELIVERY_MS_MAX = 15_000;
const RETRY_FIRST_MS = 5_000;
const RETRY_LAST_MS = 300_000;
/** How long an alarm waits for lanes; slower ones go on without it. */
const GRACE_MS = 2_000;
const ERROR_LENGTH_MAX = 200;

export interface SunkLog {
  readonly workspace: () => string;
  readonly events: AuditLogStore;
}

/** Entries with their personal fields opened, for destinations that may have them. */
export interface InClear {
  readonly isWanted: () => boolean;
  readonly open: (entries: readonly string[]) => Promise<string[]>;
}

/** Rings once, so many ms from now; what it answers takes that back. */
export type Timer = (ring: () => void, after_ms: number) => () => void;

const realTimer: Timer = (ring, after_ms) => {
  const timer = setTimeout(ring, after_ms);
  return () => clearTimeout(timer);
};

interface Lane {
  readonly sink: Sink;
  /** Since when its next event waits; null where none was seen to. */
  waiting_since_ms: number | null;
  running: Promise<void> | null;
}

export class Sinks {
  readonly #object: ObjectSurface;
  readonly #workspace: () => string;
  readonly #clear: InClear;
  readonly #events: AuditLogStore;
  readonly #store: SinkStore;
  readonly #lanes: readonly Lane[];
  readonly #timer: Timer;

  constructor(
    object: ObjectSurface,
    log: SunkLog,
    sinks: readonly Sink[],
    clear: InClear,
    timer: Timer = realTimer,
  ) {
    this.#timer = timer;
    this.#object = object;
    this.#workspace = log.workspace;
    this.#events = log.events;
    this.#clear = clear;
    this.#store = new SinkStore(object.sql);
    this.#lanes = sinks.map((sink) => ({ sink, waiting_since_ms: 0, running: null }));
  }

  /** Events have come: their time to wait begins. */
  noticed(now_ms: number): void {
    for (const lane of this.#lanes) lane.waiting_since_ms ??= now_ms;
  }

  /** Starts what is due; resolves when it has ended, or after a moment. */
  async run(): Promise<void> {
    const now_ms = this.#object.now();
    for (const lane of this.#lanes) {
      if (lane.running || (this.#dueAt(lane) ?? Number.POSITIVE_INFINITY) > now_ms) continue;
      lane.running = this.#drain(lane).finally(() => {
        lane.running = null;
        const due_ms = this.#dueAt(lane);
        if (due_ms !== null) this.#object.wakeBy(Math.max(due_ms, Date.now() + 1));
      });
    }
    const running = this.#lanes.flatMap((lane) => lane.running ?? []);
    if (running.length === 0) return;
    const grace = Promise.withResolvers<void>();
    const cancel = this.#timer(grace.resolve, GRACE_MS);
    await Promise.race([Promise.all(running), grace.promise]);
    cancel();
  }

  /** When the next lane is due; one that is under way, when its time is over. */
  nextDue(): number | null {
    const due = this.#lanes.map((lane) => (lane.running ? Date.now() + DELIVERY_MS_MAX : this.#dueAt(lane)));
    const times = due.filter((at_ms) => at_ms !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Every event below has been delivered to all sinks. */
  deliveredByAll(): number {
    return Math.min(...this.#lanes.map(({ sink }) => this.#store.find(sink.name)?.next_idx ?? 0));
  }

  status(): SinkStatus[] {
    const size = this.#events.size();
    return this.#lanes.map(({ sink }) => {
      const row = this.#store.find(sink.name);
      return {
        name: sink.name,
        acknowledges: sink.acknowledges,
        status: row && row.failures > 0 ? "failing" : "healthy",
        next_index: this.#next(row),
        waiting_events: size - this.#next(row),
        failures: row?.failures ?? 0,
        delivered_at: row?.delivered_at_ms ? toIso(row.delivered_at_ms) : null,
        next_attempt_at: row?.next_attempt_at_ms ? toIso(row.next_attempt_at_ms) : null,
        last_error: row?.last_error ?? null,
      };
    });
  }

  #dueAt({ sink, waiting_since_ms }: Lane): number | null {
    const row = this.#store.find(sink.name);
    if (row && row.failures > 0) return row.next_attempt_at_ms;
    const waiting = this.#events.size() - this.#next(row);
    if (waiting <= 0) return null;
    return row?.chunk_end_idx || waiting >= sink.events_max ? 0 : (waiting_since_ms ?? 0) + sink.wait_ms;
  }

  /** Delivers what is due, up to the first failure. */
  async #drain(lane: Lane): Promise<void> {
    const { sink } = lane;
    while ((this.#dueAt(lane) ?? Number.POSITIVE_INFINITY) <= this.#object.now()) {
      lane.waiting_since_ms = null;
      const { first, end } = this.#plan(sink);
      try {
        await this.#withinTime(async (signal) => {
          const entries = await this.#entriesFor(sink, first, end);
          // Late already: it comes again.
          if (!signal.aborted) await sink.deliver({ workspace: this.#workspace(), first, entries }, signal);
        });
      } catch (defect) {
        this.#object.transact((now_ms) => this.#fail(sink, defect, now_ms));
        return;
      }
      this.#object.transact((now_ms) => this.#store.delivered(sink.name, end, now_ms));
    }
  }

  /** With what R2 alone still keeps: a sink that is new, or is back, is behind all others. */
  async #entriesFor({ leaves }: Sink, first: number, end: number): Promise<string[]> {
    const rows = this.#events.rows(first, end);
    const texts = await withTexts(this.#object.env.AUDIT_BUCKET, this.#workspace(), rows);
    const sealed = texts.map(({ entry }) => entry);
    return leaves && this.#clear.isWanted() ? this.#clear.open(sealed) : sealed;
  }

  /** What is past its retention is for nobody. */
  #next(row: SinkRow | null): number {
    return Math.max(row?.next_idx ?? 0, this.#events.first());
  }

  #plan({ name, events_max }: Sink): { first: number; end: number } {
    const row = this.#store.find(name);
    const first = this.#next(row);
    if (row?.chunk_end_idx && row.chunk_end_idx > first) return { first, end: row.chunk_end_idx };
    const end = this.#events.endOfBatch(first, events_max, DELIVERY_BYTES_MAX);
    this.#object.transact(() => this.#store.plan(name, first, end));
    return { first, end };
  }

  #fail({ name }: Sink, defect: unknown, now_ms: number): void {
    const failures = this.#store.find(name)!.failures;
    const wait_ms = Math.min(RETRY_FIRST_MS * 2 ** Math.min(failures, 20), RETRY_LAST_MS);
    const message = defect instanceof Error ? defect.message : String(defect);
    this.#store.failed(name, now_ms + wait_ms, message.slice(0, ERROR_LENGTH_MAX));
  }

  /** Ends with an error when time is over, whether or not the work heeds its signal. */
  async #withinTime(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const abort = new AbortController();
    const over = Promise.withResolvers<never>();
    const cancel = this.#timer(() => {
      abort.abort();
      over.reject(new Error("no answer in time"));
    }, DELIVERY_MS_MAX);
    try {
      await Promise.race([work(abort.signal), over.promise]);
    } finally {
      cancel();
    }
  }
}
