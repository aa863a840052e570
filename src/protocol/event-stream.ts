// Server-sent events (WHATWG HTML, section 9.2): writing a stream of them, and reading one.
// Writing refuses line breaks where they would begin another field; reading skips what it does not know, as the
// standard asks, and refuses an event of more than a mebibyte.

const EVENT_CHARACTERS_MAX = 1_048_576;

export interface StreamEvent {
  /** Default `message`. */
  readonly event?: string;
  readonly data: string;
  readonly id?: string;
  /** Milliseconds that the reader waits before it connects again. */
  readonly retry_ms?: number;
}

/** One event as text; throws for a name or id that holds a line break or NUL. */
export function eventText({ event, data, id, retry_ms }: StreamEvent): string {
  for (const value of [event, id]) {
    if (value !== undefined && /[\r\n\0]/u.test(value)) throw new RangeError("a line break in a field");
  }
  const lines = data.split(/\r\n|\r|\n/u).map((line) => `data: ${line}\n`);
  return [
    id === undefined ? "" : `id: ${id}\n`,
    event === undefined ? "" : `event: ${event}\n`,
    retry_ms === undefined ? "" : `retry: ${retry_ms}\n`,
    ...lines,
    "\n",
  ].join("");
}

/** A line that readers skip: it keeps the connection from looking idle. */
export const KEEP_ALIVE = ": keep-alive\n\n";

/** Reads events from text that comes in pieces. */
export class EventReader {
  /** A line that has not ended yet. It is looked at once it has, not with each piece: that would be quadratic. */
  #rest = "";
  /** The last piece ended a line with CR: an LF that comes next belongs to it. */
  #after_return = false;
  /** Characters of the event's data so far, with the line breaks between. */
  #size = 0;
  #event: { event?: string; data: string[]; id?: string; retry_ms?: number } = { data: [] };

  /** The events that this piece completes; throws RangeError for one that is too large. */
  read(piece: string): StreamEvent[] {
    const text = this.#after_return && piece.startsWith("\n") ? piece.slice(1) : piece;
    if (piece !== "") this.#after_return = piece.endsWith("\r");
    const [first, ...more] = text.split(/\r\n|\n|\r/u);
    this.#rest += first;
    const rest = more.pop();
    const lines = rest === undefined ? [] : [this.#rest, ...more];
    this.#rest = rest ?? this.#rest;
    const events = lines.flatMap((line) => this.#line(line));
    this.#bound(this.#size + this.#rest.length);
    return events;
  }

  #bound(size: number): void {
    if (size > EVENT_CHARACTERS_MAX) throw new RangeError("an event that is too large");
  }

  #line(line: string): StreamEvent[] {
    if (line === "") return this.#dispatch();
    const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/su.exec(line)!;
    if (name === "data") this.#data(value);
    else if (name === "event") this.#event.event = value;
    else if (name === "id" && !value.includes("\0")) this.#event.id = value;
    else if (name === "retry" && /^[0-9]{1,9}$/u.test(value)) this.#event.retry_ms = Number(value);
    return [];
  }

  #data(line: string): void {
    const { data } = this.#event;
    this.#size += line.length + (data.length === 0 ? 0 : 1);
    this.#bound(this.#size);
    data.push(line);
  }

  #dispatch(): StreamEvent[] {
    const { data, ...event } = this.#event;
    this.#size = 0;
    this.#event = { data: [] };
    // A time to wait holds though no data came with it: the next event brings it.
    if (data.length === 0 && event.retry_ms !== undefined) this.#event.retry_ms = event.retry_ms;
    return data.length === 0 ? [] : [{ ...event, data: data.join("\n") }];
  }
}
