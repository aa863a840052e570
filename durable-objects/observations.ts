// Refusals and reads on their way to the audit: batched, so that they cost a request no commit. A commit that is made
// anyway takes along what has waited for half a second; what still waits after a second gets one of its own.
// The first of its kind is sent then; equal ones of the following minute become one event with a count.
// A crash loses at most the last second of them. Where there are too many to tell apart, or too much waits to be shipped
// already, those of one type become one event that counts them and names nobody.
import { randomId } from "../src/protocol/random.ts";
import type { UnsequencedEvent } from "../src/schema/audit-event.ts";
import type { EventType } from "../src/schema/event-type.ts";
import { auditEvent, type Happening } from "./audit-event.ts";
import type { Outbox } from "./outbox.ts";

const FLUSH_MS = 1_000;
/** Older ones go with the next commit; a row for each commit would cost as much as it saves. */
const RIPE_MS = 500;
const MERGE_MS = 60_000;
/** Kinds kept apart within one second; whatever is beyond shares one kind per event type and decision. */
const KINDS_MAX = 1_000;

interface Observation {
  readonly destination: string;
  /** The latest of them. */
  happening: Happening;
  count: number;
}

/** What makes two observations equal: everything but time and request. */
function keyOf({ type, rule, by, targets = [] }: Happening, destination: string): string {
  const address = by ? ("source" in by ? by.source.address : by.address) : "";
  return [destination, type, rule, by?.principal_id, by?.session_id, address, ...targets].join("\n");
}

const sharedKey = (destination: string, { type, decision = "allow" }: Pick<Happening, "type" | "decision">) =>
  [destination, type, decision].join("\n");

/** The event of many: what it counts was done by several, for several reasons, to several things. */
const merged = (event: UnsequencedEvent): UnsequencedEvent => ({
  ...event,
  ...{ user_id: null, session_id: null, ip_address: null, request_id: null },
  ...{ rule: null, targets: [], details: { merged: true } },
});

export class Observations {
  readonly #sql: SqlStorage;
  readonly #outbox: Outbox;
  readonly #flushAlone: () => void;
  #pending = new Map<string, Observation>();
  /** When the first of them was noted. */
  #since_ms = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `flushAlone` is called where no commit has taken them along in time: it is to flush in one of its own. */
  constructor(sql: SqlStorage, outbox: Outbox, flushAlone: () => void) {
    this.#sql = sql;
    this.#outbox = outbox;
    this.#flushAlone = flushAlone;
  }

  /** Whether the next commit is to take them along. */
  get areRipe(): boolean {
    return this.#pending.size > 0 && Date.now() - this.#since_ms >= RIPE_MS;
  }

  /** They have waited long enough, whatever the clock says. */
  ripen(): void {
    this.#since_ms = Number.NEGATIVE_INFINITY;
  }

  /** Cheap: the event itself is made when it is written. */
  note(happening: Happening, destination: string): void {
    if (this.#pending.size === 0) this.#since_ms = Date.now();
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#flushAlone();
    }, FLUSH_MS);
    const key =
      this.#pending.size < KINDS_MAX ? keyOf(happening, destination) : sharedKey(destination, happening);
    const known = this.#pending.get(key);
    if (!known) this.#pending.set(key, { destination, happening, count: 1 });
    else {
      known.count += 1;
      known.happening = happening;
    }
  }

  /** Writes what was noted, as the last thing in the caller's transaction: what came after it could undo it. */
  flush(now_ms: number): void {
    for (const [key, { destination, happening, count }] of this.#pending) {
      const shared = sharedKey(destination, happening);
      const event = key === shared ? merged(auditEvent(happening)) : auditEvent(happening);
      if (this.#count(key, event, count)) continue;
      if (this.#outbox.isCrowded(destination)) {
        this.#share(shared, destination, event, count, now_ms);
        continue;
      }
      this.#outbox.append(destination, event);
      this.#add(key, destination, event, count - 1, now_ms);
    }
    this.#pending = new Map();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Sends the counts whose minute is over, in the caller's transaction; while too much waits they go on counting. */
  settle(now_ms: number): void {
    const due = this.#sql
      .exec<{ destination: string; event: string; count: number }>(
        "DELETE FROM observation WHERE due_at_ms <= ? RETURNING destination, event, count",
        now_ms,
      )
      .toArray();
    for (const { destination, event, count } of due) {
      if (count === 0) continue;
      const latest = JSON.parse(event) as UnsequencedEvent;
      if (this.#outbox.isCrowded(destination)) {
        const { event_type, decision } = latest;
        const shared = sharedKey(destination, { type: event_type as EventType, decision });
        this.#share(shared, destination, latest, count, now_ms);
        continue;
      }
      this.#outbox.append(destination, { ...latest, id: randomId("evt_"), metadata: { version: 1, count } });
    }
  }

  /** Adds to a kind that is being counted; false where there is none. */
  #count(key: string, event: UnsequencedEvent, count: number): boolean {
    const sql = "UPDATE observation SET count = count + ?, event = ? WHERE key = ?";
    return this.#sql.exec(sql, count, JSON.stringify(event), key).rowsWritten > 0;
  }

  #share(shared: string, destination: string, event: UnsequencedEvent, count: number, now_ms: number): void {
    if (!this.#count(shared, merged(event), count))
      this.#add(shared, destination, merged(event), count, now_ms);
  }

  #add(key: string, destination: string, event: UnsequencedEvent, count: number, now_ms: number): void {
    this.#sql.exec(
      "INSERT INTO observation (key, destination, event, count, due_at_ms) VALUES (?, ?, ?, ?, ?)",
      key,
      destination,
      JSON.stringify(event),
      count,
      now_ms + MERGE_MS,
    );
  }

  nextDue(): number | null {
    const [row] = this.#sql
      .exec<{ due: number | null }>("SELECT min(due_at_ms) AS due FROM observation")
      .toArray();
    return row?.due ?? null;
  }
}
