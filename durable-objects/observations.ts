// Refusals and reads on their way to the audit: batched, so that they cost a request no commit, and most of them no row.
// The first of its kind is sent within a second, straight from memory: the log takes each by its id, so that whatever is
// not known to have arrived is stored and shipped like a change. Equal ones of the following minute are counted, stored by
// the next commit or within a second, and become one event with their count.
// A crash loses at most the last second of them. Where there are too many to tell apart, or too much waits to be shipped
// already, those of one type become one event that counts them and names nobody.
import { randomId } from "../src/protocol/random.ts";
import type { UnsequencedEvent } from "../src/schema/audit-event.ts";
import type { EventType } from "../src/schema/event-type.ts";
import type { EventBatch } from "../src/schema/messages/outbox.ts";
import { auditEvent, type Happening } from "./audit-event.ts";
import type { Outbox, Send } from "./outbox.ts";
import { within } from "./within.ts";

/** How long what was noted waits for company, and then for an answer: a second in all. */
const SEND_MS = 750;
const ANSWER_MS = 250;
/** So often they go with a commit; a row for each commit would cost as much as it saves. */
const RIPE_MS = 500;
const MERGE_MS = 60_000;
/** Kinds kept apart within one second; whatever is beyond shares one kind per event type and decision. */
const KINDS_MAX = 1_000;
/** Kinds whose minute is remembered. With more, some are sent once more instead of being counted. */
const SENT_KINDS_MAX = 5_000;

interface Observation {
  readonly destination: string;
  /** The latest of them. */
  happening: Happening;
  count: number;
  /** The first of its kind, once it is on its way. */
  first: UnsequencedEvent | null;
  /** It is only to be counted, or could not be sent. */
  is_to_be_stored: boolean;
}

/** What makes two observations equal: everything but time and request. */
function keyOf({ type, rule, by, targets = [] }: Happening, destination: string): string {
  const address = by ? ("source" in by ? by.source.address : by.address) : "";
  return `${destination}\n${type}\n${rule}\n${by?.principal_id}\n${by?.session_id}\n${address}\n${targets.join("\n")}`;
}

const sharedKey = (destination: string, { type, decision = "allow" }: Pick<Happening, "type" | "decision">) =>
  [destination, type, decision].join("\n");

/** The event of many: what it counts was done by several, for several reasons, to several things. */
const merged = (event: UnsequencedEvent): UnsequencedEvent => ({
  ...event,
  ...{ user_id: null, session_id: null, ip_address: null, request_id: null },
  ...{ rule: null, targets: [], details: { merged: true } },
});

const eventOf = ({ happening, destination }: Observation, key: string): UnsequencedEvent =>
  key === sharedKey(destination, happening) ? merged(auditEvent(happening)) : auditEvent(happening);

export class Observations {
  readonly #sql: SqlStorage;
  readonly #outbox: Outbox;
  readonly #deliver: () => void;
  readonly #noted = new Map<string, Observation>();
  /** Kinds whose first was sent, and until when others are only counted. */
  readonly #sent = new Map<string, number>();
  /** Whether some are to be stored, and when that was last done. */
  #is_waiting = false;
  #flushed_ms = Number.NEGATIVE_INFINITY;
  /** When the first count that was stored since this was last asked is to be settled. */
  #due_ms = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `deliver` is called once they have waited long enough: it is to `send`, and to `flush` what is left. */
  constructor(sql: SqlStorage, outbox: Outbox, deliver: () => void) {
    this.#sql = sql;
    this.#outbox = outbox;
    this.#deliver = deliver;
  }

  /** Whether the next commit is to take some along. */
  get areRipe(): boolean {
    return this.#is_waiting && Date.now() - this.#flushed_ms >= RIPE_MS;
  }

  /** Cheap: the event itself is made when it is sent. */
  note(happening: Happening, destination: string): void {
    const key =
      this.#noted.size < KINDS_MAX ? keyOf(happening, destination) : sharedKey(destination, happening);
    const is_sent = happening.at_ms < (this.#sent.get(key) ?? 0);
    // Where there is nothing to send, there is no answer to wait for.
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        this.#deliver();
      },
      is_sent ? SEND_MS + ANSWER_MS : SEND_MS,
    );
    const known = this.#noted.get(key);
    if (known) {
      known.count += 1;
      known.happening = happening;
      return;
    }
    const fresh = { destination, happening, count: 1, first: null, is_to_be_stored: false };
    this.#noted.set(key, fresh);
    if (is_sent) this.#store(fresh);
  }

  /**
   * Sends the first of each kind. What is left then is to be stored, at once: true where there is any. What is under way
   * goes on counting.
   */
  async send(send: Send, now_ms: number): Promise<boolean> {
    const fresh = [...this.#noted].filter(([, each]) => !each.is_to_be_stored && each.first === null);
    const batches = Map.groupBy(fresh, ([, { destination }]) => destination);
    await Promise.all(Array.from(batches, ([to, batch]) => this.#sendBatch(to, batch, send, now_ms)));
    this.#flushed_ms = Number.NEGATIVE_INFINITY;
    return this.#is_waiting;
  }

  async #sendBatch(
    destination: string,
    batch: readonly [string, Observation][],
    send: Send,
    now_ms: number,
  ): Promise<void> {
    const is_taken = !this.#outbox.isCrowded(destination) && (await this.#tell(destination, batch, send));
    for (const [key, each] of batch) {
      if (is_taken) {
        this.#remember(key, now_ms + MERGE_MS);
        each.first = null;
        each.count -= 1;
      }
      if (each.count === 0) this.#noted.delete(key);
      else this.#store(each);
    }
  }

  /** Whether the receiver is known to have taken them, or to be gone. */
  async #tell(destination: string, batch: readonly [string, Observation][], send: Send): Promise<boolean> {
    for (const [key, each] of batch) each.first = eventOf(each, key);
    const rows = batch.map(([, { first }]) => first!);
    const { source } = this.#outbox.source();
    // To a receiver of the version before, a source of its own.
    const as = { version: 1, source, incarnation: randomId("inc_"), first_sequence: 1, loose: true } as const;
    const answer = await within(ANSWER_MS, () => send(destination, { ...as, rows } as EventBatch as never));
    return answer !== null && (answer.value.gone === true || answer.value.next_sequence > rows.length);
  }

  #store(observation: Observation): void {
    observation.is_to_be_stored = true;
    this.#is_waiting = true;
  }

  #remember(key: string, until_ms: number): void {
    if (this.#sent.size >= SENT_KINDS_MAX) this.#sent.clear();
    this.#sent.set(key, until_ms);
  }

  /** Writes what is to be stored, as the last thing in the caller's transaction: what came after it could undo it. */
  flush(now_ms: number): void {
    const stored = [...this.#noted].filter(([, { is_to_be_stored }]) => is_to_be_stored);
    const due_ms = now_ms + MERGE_MS;
    const shipped: string[] = [];
    for (const [key, each] of stored) {
      const { destination, first, count } = each;
      const event = eventOf(each, key);
      if (now_ms < (this.#sent.get(key) ?? 0) && first === null) {
        this.#count(key, destination, event, count, this.#sent.get(key)!);
      } else if (this.#outbox.isCrowded(destination)) {
        this.#count(sharedKey(destination, each.happening), destination, merged(event), count, due_ms);
      } else {
        this.#outbox.append(destination, first ?? event);
        shipped.push(key);
        if (count > 1) this.#count(key, destination, event, count - 1, due_ms);
      }
    }
    for (const key of shipped) this.#remember(key, due_ms);
    for (const [key] of stored) this.#noted.delete(key);
    this.#is_waiting = false;
    this.#flushed_ms = Date.now();
    if (this.#noted.size > 0 || this.#timer === null) return;
    clearTimeout(this.#timer);
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
      if (count === 0) continue; // as the version before stored what came once
      const latest = JSON.parse(event) as UnsequencedEvent;
      if (this.#outbox.isCrowded(destination)) {
        const { event_type, decision } = latest;
        const shared = sharedKey(destination, { type: event_type as EventType, decision });
        this.#count(shared, destination, merged(latest), count, now_ms + MERGE_MS);
        continue;
      }
      this.#outbox.append(destination, { ...latest, id: randomId("evt_"), metadata: { version: 1, count } });
    }
  }

  /** Adds to a kind that is being counted until `due_ms`, or to that of the same key from before. */
  #count(key: string, destination: string, event: UnsequencedEvent, count: number, due_ms: number): void {
    this.#sql.exec(
      `INSERT INTO observation (key, destination, event, count, due_at_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET count = count + excluded.count, event = excluded.event`,
      key,
      destination,
      JSON.stringify(event),
      count,
      due_ms,
    );
    this.#due_ms = Math.min(this.#due_ms, due_ms);
  }

  /** By when the object must be awake to settle what was stored since this was last asked. */
  takeDue(): number {
    const due_ms = this.#due_ms;
    this.#due_ms = Number.POSITIVE_INFINITY;
    return due_ms;
  }

  nextDue(): number | null {
    const [row] = this.#sql
      .exec<{ due: number | null }>("SELECT min(due_at_ms) AS due FROM observation")
      .toArray();
    return row?.due ?? null;
  }
}
