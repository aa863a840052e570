// One open stream, as it is attached to its connection and so outlives the object's memory.
import type { Actor } from "../../src/schema/messages/request.ts";

export interface Listener {
  readonly id: string;
  readonly actor: Pick<Actor, "principal_id" | "roles" | "permissions">;
  lease_until_ms: number;
  /** The highest number that the reader says it has. */
  acknowledged: number;
  /** The last number sent; null for whoever has got all there is. */
  sent: number | null;
  /** Since when nothing more may be sent before the reader acknowledges. */
  full_since_ms: number | null;
}

/** Attachments as read, while the object is in memory. */
const read = new WeakMap<WebSocket, Listener>();

export function listenerOf(socket: WebSocket): Listener {
  let listener = read.get(socket);
  if (!listener) {
    listener = socket.deserializeAttachment() as Listener;
    read.set(socket, listener);
  }
  return listener;
}

/** Attaches what is new to the listener; a first one as a whole. */
export function attach(socket: WebSocket, change: Listener | Partial<Listener>): void {
  const listener = { ...listenerOf(socket), ...change };
  socket.serializeAttachment(listener);
  read.set(socket, listener);
}
