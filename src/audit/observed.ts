// Refusals and reads on their way to the audit log, in memory: equal ones of a minute together. The first of its kind is
// told within a second; the others of its minute are only counted. Where there are too many kinds to tell apart, those of
// one type share one that counts them and names nobody.
import type { UnsequencedEvent } from "../schema/audit-event.ts";
import { type TextOf, toText } from "../schema/messages/admission.ts";
import { auditEvent, type Happening } from "./event.ts";

/** How long what was noted waits for company, and then for the log's answer: a second in all, which a crash may cost. */
export const SEND_MS = 750;
export const ANSWER_MS = 250;
/** For so long after the first of a kind others of it are only counted. */
export const MERGE_MS = 60_000;
/** Much longer than anybody waits for an answer. */
const GIVEN_UP_MS = 10_000;

export interface ObservedBounds {
  /** Kinds kept apart within one second; whatever is beyond shares one kind per event type and decision. */
  readonly kinds_max: number;
  /** Kinds whose minute is remembered. With more, some are told once more instead of being counted. */
  readonly sent_kinds_max: number;
}

/** What is to be stored of one kind. */
export interface Kept {
  /** The same for equal ones. */
  readonly key: string;
  /** The log that they are for. */
  readonly destination: string;
  /** An event of its own, which may have been told already: the log takes it once by its id. */
  readonly first: UnsequencedEvent | null;
  /** The latest of the others as JSON, and how many they are. */
  readonly event: TextOf<UnsequencedEvent>;
  readonly count: number;
  /** When the others become one event. */
  readonly until_ms: number;
}

interface Observation {
  readonly destination: string;
  /** The latest of them. */
  happening: Happening;
  count: number;
  /** The first of its kind, once it is on its way, and since when. */
  first: UnsequencedEvent | null;
  told_ms: number;
  /** It is only to be counted, or could not be told. */
  is_to_be_stored: boolean;
}

/** What makes two observations equal: everything but time and request. */
function keyOf({ type, rule, by, targets = [] }: Happening, destination: string): string {
  const address = by ? ("source" in by ? by.source.address : by.address) : "";
  return `${destination}\n${type}\n${rule}\n${by?.principal_id}\n${by?.session_id}\n${address}\n${targets.join("\n")}`;
}

/** Of those of one type that are not told apart. */
export const sharedKey = (destination: string, type: string, decision: string): string =>
  [destination, type, decision].join("\n");

const sharedKeyOf = (destination: string, { type, decision = "allow" }: Happening): string =>
  sharedKey(destination, type, decision);

/** The event of many: what it counts was done by several, for several reasons, to several things. */
export const merged = (event: UnsequencedEvent): UnsequencedEvent => ({
  ...event,
  ...{ user_id: null, session_id: null, ip_address: null, request_id: null },
  ...{ rule: null, targets: [], details: { merged: true } },
});

const eventOf = ({ happening, destination }: Observation, key: string): UnsequencedEvent =>
  key === sharedKeyOf(destination, happening) ? merged(auditEvent(happening)) : auditEvent(happening);

/** Whoever told it was cut off before there was an answer. */
const isGivenUp = ({ first, told_ms }: Observation, now_ms: number): boolean =>
  first !== null && now_ms >= told_ms + GIVEN_UP_MS;

export class Observed {
  readonly #bounds: ObservedBounds;
  readonly #noted = new Map<string, Observation>();
  /** Kinds whose first was told, and until when others are only counted. */
  readonly #sent = new Map<string, number>();
  #are_waiting = false;

  constructor(bounds: ObservedBounds) {
    this.#bounds = bounds;
  }

  /** Whether some are to be stored. */
  get areWaiting(): boolean {
    return this.#are_waiting;
  }

  get isEmpty(): boolean {
    return this.#noted.size === 0;
  }

  /** Cheap: the event itself is made when it is told. Answers whether it is only to be counted. */
  note(happening: Happening, destination: string): boolean {
    const key =
      this.#noted.size < this.#bounds.kinds_max
        ? keyOf(happening, destination)
        : sharedKeyOf(destination, happening);
    const is_sent = happening.at_ms < (this.#sent.get(key) ?? 0);
    const known = this.#noted.get(key);
    if (known) {
      known.count += 1;
      known.happening = happening;
      return is_sent;
    }
    const fresh = { destination, happening, count: 1, first: null, told_ms: 0, is_to_be_stored: false };
    this.#noted.set(key, fresh);
    if (is_sent) this.#store(fresh);
    return is_sent;
  }

  /**
   * Tells each log the first of each kind. `tell` answers whether the log is known to have taken them; else they are to be
   * stored, too. What is under way goes on counting.
   */
  async tellFirsts(
    tell: (destination: string, events: readonly UnsequencedEvent[]) => Promise<boolean>,
    now_ms: number,
  ): Promise<void> {
    const fresh = [...this.#noted].filter(([, each]) => !each.is_to_be_stored && each.first === null);
    const batches = Map.groupBy(fresh, ([, { destination }]) => destination);
    await Promise.all(
      Array.from(batches, async ([destination, batch]) => {
        for (const [key, each] of batch) Object.assign(each, { first: eventOf(each, key), told_ms: now_ms });
        const is_taken = await tell(
          destination,
          batch.map(([, { first }]) => first!),
        );
        for (const [key, each] of batch) this.#told(key, each, is_taken, now_ms);
      }),
    );
  }

  #told(key: string, each: Observation, is_taken: boolean, now_ms: number): void {
    if (this.#noted.get(key) !== each) return; // it was given up, and stored
    if (is_taken) {
      this.#remember(key, now_ms + MERGE_MS);
      each.first = null;
      each.count -= 1;
    }
    if (each.count === 0) this.#noted.delete(key);
    else this.#store(each);
  }

  /** Hands over what is to be stored, kind by kind, and forgets it; where `keep` throws, nothing is forgotten. */
  take(now_ms: number, keep: (kept: Kept) => void): void {
    const stored = [...this.#noted].filter(([, each]) => each.is_to_be_stored || isGivenUp(each, now_ms));
    const told: string[] = [];
    const until_ms = now_ms + MERGE_MS;
    for (const [key, each] of stored) {
      const { destination, first, count } = each;
      const event = eventOf(each, key);
      const sent_until_ms = this.#sent.get(key) ?? 0;
      if (now_ms < sent_until_ms && first === null) {
        keep({ key, destination, first, event: toText(event), count, until_ms: sent_until_ms });
      } else {
        const others = { event: toText(event), count: count - 1, until_ms };
        keep({ key, destination, first: first ?? event, ...others });
        told.push(key);
      }
    }
    for (const key of told) this.#remember(key, until_ms);
    for (const [key] of stored) this.#noted.delete(key);
    this.#are_waiting = false;
  }

  #store(observation: Observation): void {
    observation.is_to_be_stored = true;
    this.#are_waiting = true;
  }

  #remember(key: string, until_ms: number): void {
    if (this.#sent.size >= this.#bounds.sent_kinds_max) this.#sent.clear();
    this.#sent.set(key, until_ms);
  }
}
