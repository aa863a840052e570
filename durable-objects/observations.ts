// What an object has refused, on its way to the audit: see src/audit/observed. It costs a request no commit, and most of
// it no row: what the log is not known to have taken is stored and shipped like a change; what is only counted is stored
// by the next commit or within a second, and becomes one event after its minute.
// A crash loses at most the last second. Where too much waits to be shipped already, those of one type become one event
// that counts them and names nobody.
import type { Happening } from "../src/audit/event.ts";
import {
  ANSWER_MS,
  type Kept,
  MERGE_MS,
  merged,
  Observed,
  SEND_MS,
  sharedKey,
} from "../src/audit/observed.ts";
import { randomId } from "../src/protocol/random.ts";
import type { UnsequencedEvent } from "../src/schema/audit-event.ts";
import { fromText, type TextOf, toText } from "../src/schema/messages/admission.ts";
import type { EventBatch } from "../src/schema/messages/outbox.ts";
import type { Outbox, Send } from "./outbox.ts";
import { within } from "./within.ts";

/** So often they go with a commit; a row for each commit would cost as much as it saves. */
const RIPE_MS = 500;

export class Observations {
  readonly #sql: SqlStorage;
  readonly #outbox: Outbox;
  readonly #deliver: () => void;
  readonly #observed = new Observed({ kinds_max: 1_000, sent_kinds_max: 5_000 });
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
    return this.#observed.areWaiting && Date.now() - this.#flushed_ms >= RIPE_MS;
  }

  note(happening: Happening, destination: string): void {
    const is_sent = this.#observed.note(happening, destination);
    // Where there is nothing to send, there is no answer to wait for.
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        this.#deliver();
      },
      is_sent ? SEND_MS + ANSWER_MS : SEND_MS,
    );
  }

  /** Sends the first of each kind. What is left then is to be stored, at once: true where there is any. */
  async send(send: Send, now_ms: number): Promise<boolean> {
    await this.#observed.tellFirsts((to, events) => this.#tell(to, events, send), now_ms);
    this.#flushed_ms = Number.NEGATIVE_INFINITY;
    return this.#observed.areWaiting;
  }

  /** Whether the receiver is known to have taken them, or to be gone. */
  async #tell(destination: string, rows: readonly UnsequencedEvent[], send: Send): Promise<boolean> {
    if (this.#outbox.isCrowded(destination)) return false;
    const { source } = this.#outbox.source();
    // To a receiver of the version before, a source of its own.
    const as = { version: 1, source, incarnation: randomId("inc_"), first_sequence: 1, loose: true } as const;
    const answer = await within(ANSWER_MS, () => send(destination, { ...as, rows } as EventBatch as never));
    return answer !== null && (answer.value.gone === true || answer.value.next_sequence > rows.length);
  }

  /** Writes what is to be stored, as the last thing in the caller's transaction: what came after it could undo it. */
  flush(now_ms: number): void {
    this.#observed.take(now_ms, (kept) => this.keep(kept, now_ms));
    this.#flushed_ms = Date.now();
    if (!this.#observed.isEmpty || this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Stores what is left of one kind, in the caller's transaction. */
  keep({ key, destination, first, event, count, until_ms }: Kept, now_ms: number): void {
    if (first !== null && this.#outbox.isCrowded(destination)) {
      this.#share(destination, first, count + 1, now_ms);
      return;
    }
    if (first !== null) this.#outbox.append(destination, first);
    if (count > 0) this.#count(key, destination, event, count, until_ms);
  }

  /** Sends the counts whose minute is over, in the caller's transaction; while too much waits they go on counting. */
  settle(now_ms: number): void {
    const due = this.#sql
      .exec<{ destination: string; event: TextOf<UnsequencedEvent>; count: number }>(
        "DELETE FROM observation WHERE due_at_ms <= ? RETURNING destination, event, count",
        now_ms,
      )
      .toArray();
    for (const { destination, event, count } of due) {
      if (count === 0) continue; // as the version before stored what came once
      const latest = fromText(event);
      if (this.#outbox.isCrowded(destination)) this.#share(destination, latest, count, now_ms);
      else
        this.#outbox.append(destination, {
          ...latest,
          id: randomId("evt_"),
          metadata: { version: 1, count },
        });
    }
  }

  /** Adds to what is counted of all of that type, whoever it was. */
  #share(destination: string, event: UnsequencedEvent, count: number, now_ms: number): void {
    const key = sharedKey(destination, event.event_type, event.decision);
    this.#count(key, destination, toText(merged(event)), count, now_ms + MERGE_MS);
  }

  /** Adds to a kind that is being counted until `due_ms`, or to that of the same key from before. */
  #count(
    key: string,
    destination: string,
    event: TextOf<UnsequencedEvent>,
    count: number,
    due_ms: number,
  ): void {
    this.#sql.exec(
      `INSERT INTO observation (key, destination, event, count, due_at_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET count = count + excluded.count, event = excluded.event`,
      key,
      destination,
      event,
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
