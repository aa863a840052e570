// Sends a project's changes to whoever listens, in order, each once: to those who are up to date as soon as a change
// has been committed, to those who lag from the table, as far as their window of unacknowledged changes allows.
// What is sent waits for its commit, as all output of an object does. Nothing is buffered here but the window.
import { STREAM_LIMITS } from "../../src/domain/stream.ts";
import type { FeedMessage } from "../../src/schema/messages/stream.ts";
import type { Feed } from "./feed.ts";
import { attach, type Listener, listenerOf } from "./listener.ts";

/** Changes in one message. */
const MESSAGE_CHANGES_MAX = 200;

export class Delivery {
  readonly #feed: Feed;
  /** All that is not lagging have got every change up to this one. */
  #delivered: number | null = null;

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  /** To be asked before a change is numbered: what was there before the object woke has been delivered. */
  begin(): void {
    this.#delivered ??= this.#feed.newest;
  }

  /** Sends what is new to these, who may all hear it. */
  deliver(sockets: readonly WebSocket[], now_ms: number): void {
    this.begin();
    const from = this.#delivered!;
    const { newest } = this.#feed;
    this.#delivered = newest;
    if (newest === from || sockets.length === 0) return;
    const messages: { text: string; last: number }[] = [];
    for (let last = from; last < newest; last = messages.at(-1)!.last) messages.push(this.#message(last)!);
    for (const socket of sockets) {
      const listener = listenerOf(socket);
      if (listener.sent !== null) continue;
      if (newest - listener.acknowledged > STREAM_LIMITS.window) {
        attach(socket, { sent: from });
        this.catchUp(socket, now_ms);
      } else for (const { text } of messages) socket.send(text);
    }
  }

  /** Sends a lagging reader what its window has room for. All others must have been delivered to before. */
  catchUp(socket: WebSocket, now_ms: number): void {
    const listener = listenerOf(socket);
    let { sent } = listener;
    while (sent !== null) {
      const room = listener.acknowledged + STREAM_LIMITS.window - sent;
      if (room <= 0) break;
      const message = this.#message(sent, room);
      if (message) socket.send(message.text);
      sent = message ? message.last : null;
    }
    const full_since_ms = sent === null ? null : (listener.full_since_ms ?? now_ms);
    attach(socket, { sent, full_since_ms });
  }

  /** The reader says how far it has got; false for what it cannot have got. */
  acknowledge(socket: WebSocket, number: number, now_ms: number): boolean {
    const { acknowledged, sent } = listenerOf(socket);
    if (number <= acknowledged || number > (sent ?? this.#feed.newest)) return false;
    attach(socket, { acknowledged: number, full_since_ms: null });
    this.catchUp(socket, now_ms);
    return true;
  }

  #message(after: number, limit = MESSAGE_CHANGES_MAX): { text: string; last: number } | null {
    const changes = this.#feed.after(after, Math.min(limit, MESSAGE_CHANGES_MAX));
    const last = changes.at(-1)?.number;
    if (last === undefined) return null;
    return { text: JSON.stringify({ changes } satisfies FeedMessage), last };
  }
}

/** When a reader that has stopped acknowledging is given up; null for one that has not. */
export const stalledAt = ({ full_since_ms }: Listener): number | null =>
  full_since_ms === null ? null : full_since_ms + STREAM_LIMITS.stalled_ms;
