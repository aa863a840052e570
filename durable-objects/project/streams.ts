// The open streams of a project's feed: hibernating WebSockets, for which the object need not stay in memory. (Readers
// of server-sent events come through one too, which the Worker keeps for them.) Each holds a lease from its principal,
// renewed by one call a principal every 25 s; whoever cannot be confirmed for 5 s is cut off, and so is everybody
// whose access a change takes away, before that change is answered. Refuses more than 500 (`too_many_streams`).
import { STREAM_ENDS, STREAM_LIMITS, type StreamEnd } from "../../src/domain/stream.ts";
import { randomId } from "../../src/protocol/random.ts";
import type { Leases, StreamRequest } from "../../src/schema/messages/stream.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { within } from "../within.ts";
import { type Delivery, stalledAt } from "./delivery.ts";
import type { Feed } from "./feed.ts";
import type { Gate } from "./gate.ts";
import { attach, listenerOf } from "./listener.ts";

export class Streams {
  readonly #ctx: DurableObjectState;
  readonly #object: ObjectSurface;
  readonly #gate: Gate;
  readonly #feed: Feed;
  readonly #delivery: Delivery;
  /** Streams that wait for their principal; false for those that it has closed meanwhile. */
  readonly #opening = new Map<string, boolean>();
  #delivers = false;

  constructor(ctx: DurableObjectState, object: ObjectSurface, gate: Gate, feed: Feed, delivery: Delivery) {
    this.#ctx = ctx;
    this.#object = object;
    this.#gate = gate;
    this.#feed = feed;
    this.#delivery = delivery;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Opens a stream; answers the client's end of the connection. */
  async open({ actor, after }: StreamRequest): Promise<Result<WebSocket>> {
    const refused = this.#gate.listen(actor);
    if (!refused.ok) return refused;
    if (this.#sockets().length + this.#opening.size >= STREAM_LIMITS.per_project) return full();
    const { principal_id, session_id: credential_id, roles, permissions } = actor;
    const id = randomId("str_");
    const claim = { id, project: this.#object.name(), credential_id, roles, permissions };
    this.#opening.set(id, true);
    try {
      const lease = await this.#principal(principal_id).openStream(claim);
      if (!lease.ok) return lease;
      if (!this.#opening.get(id)) return refuse("session_ended", { rule: "stream" });
      const still = this.#gate.listen(actor);
      if (!still.ok) {
        this.#freed(principal_id, [id]);
        return still;
      }
      return ok(this.#accept(id, actor, lease.value, after));
    } finally {
      this.#opening.delete(id);
    }
  }

  /** At the end of this turn, once. */
  deliverSoon(): void {
    if (this.#delivers) return;
    this.#delivers = true;
    queueMicrotask(() => {
      this.#delivers = false;
      this.deliver();
    });
  }

  /** After a commit: whoever may no longer listen is cut off, all others hear what is new. */
  deliver(): void {
    const now_ms = this.#object.now();
    const sockets = this.#sockets().filter((socket) => {
      const { actor, lease_until_ms } = listenerOf(socket);
      const end =
        lease_until_ms <= now_ms ? "unconfirmed" : this.#gate.mayListen(actor) ? null : "access_lost";
      if (end) this.#end(socket, end);
      return end === null;
    });
    this.#delivery.deliver(sockets, now_ms);
    if (sockets.some((socket) => listenerOf(socket).full_since_ms !== null)) this.#wake();
  }

  /** A reader's message is the highest number that it has got. */
  message(socket: WebSocket, message: string | ArrayBuffer): void {
    this.deliver();
    const number = typeof message === "string" && /^[0-9]{1,15}$/u.test(message) ? Number(message) : 0;
    if (socket.readyState !== WebSocket.OPEN) return;
    if (!this.#delivery.acknowledge(socket, number, this.#object.now()))
      this.#end(socket, "malformed_message");
    else if (listenerOf(socket).full_since_ms !== null) this.#wake();
  }

  /** The reader is gone. */
  gone(socket: WebSocket): void {
    const { id, actor } = listenerOf(socket);
    this.#freed(actor.principal_id, [id]);
  }

  /** A principal ends these, one of its sessions being over. */
  close(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.#opening.has(id)) this.#opening.set(id, false);
      for (const socket of this.#ctx.getWebSockets(id))
        socket.close(STREAM_ENDS.session_ended, "session_ended");
    }
  }

  /** Which of these are open, or about to be. */
  held(ids: readonly string[]): string[] {
    const open = new Set(this.#sockets().map((socket) => listenerOf(socket).id));
    return ids.filter((id) => open.has(id) || this.#opening.get(id));
  }

  /** On the alarm: renews leases that are about to run out, and ends what was not renewed or reads no more. */
  async renew(): Promise<void> {
    const now_ms = this.#object.now();
    for (const socket of this.#sockets()) {
      const stalled_ms = stalledAt(listenerOf(socket));
      if (stalled_ms !== null && stalled_ms <= now_ms) this.#end(socket, "slow_reader");
    }
    const due = this.#sockets().filter((socket) => renewalAt(socket) <= now_ms);
    const principals = new Set(due.map((socket) => listenerOf(socket).actor.principal_id));
    await Promise.all([...principals].map((principal_id) => this.#renewOf(principal_id)));
    this.#wake();
  }

  /** When the alarm must ring for the streams; null where none is open. */
  nextDue(): number | null {
    const due = this.#sockets().flatMap((socket) =>
      [renewalAt(socket), stalledAt(listenerOf(socket)) ?? []].flat(),
    );
    return due.length > 0 ? Math.min(...due) : null;
  }

  #accept(id: string, actor: StreamRequest["actor"], lease_ms: number, after: number | null): WebSocket {
    this.deliver();
    const { 0: client, 1: socket } = new WebSocketPair();
    this.#ctx.acceptWebSocket(socket, [id, actor.principal_id]);
    const { newest } = this.#feed;
    const reached = after === null || this.#feed.reaches(after);
    const from = after === null || !reached ? newest : after;
    const { principal_id, roles, permissions } = actor;
    attach(socket, {
      id,
      actor: { principal_id, roles, permissions },
      lease_until_ms: this.#object.now() + lease_ms,
      acknowledged: from,
      sent: from,
      full_since_ms: null,
    });
    if (!reached) socket.send(JSON.stringify({ reset: { resume_after: newest } }));
    this.#delivery.catchUp(socket, this.#object.now());
    this.#wake();
    return client;
  }

  async #renewOf(principal_id: string): Promise<void> {
    const ids = this.#of(principal_id).map((socket) => listenerOf(socket).id);
    const opening = [...this.#opening.keys()];
    const confirm = () =>
      this.#principal(principal_id).confirmStreams(this.#object.name(), [...ids, ...opening]);
    const leases = await within(STREAM_LIMITS.renewal_ms, confirm);
    const now_ms = this.#object.now();
    for (const socket of this.#of(principal_id)) {
      const { id, lease_until_ms } = listenerOf(socket);
      const lease_ms = leases && ids.includes(id) ? (leases.value as Leases)[id] : lease_until_ms - now_ms;
      if (lease_ms === undefined) this.#end(socket, "session_ended");
      else if (lease_ms <= 0) this.#end(socket, "unconfirmed");
      else attach(socket, { lease_until_ms: now_ms + lease_ms });
    }
  }

  #end(socket: WebSocket, end: StreamEnd): void {
    socket.close(STREAM_ENDS[end], end);
    this.gone(socket);
  }

  /** Its principal may give the places to other streams. Where this fails, it finds out when it needs them. */
  #freed(principal_id: string, ids: readonly string[]): void {
    const told = within(STREAM_LIMITS.renewal_ms, () => this.#principal(principal_id).streamsClosed(ids));
    this.#ctx.waitUntil(told);
  }

  #wake(): void {
    const due_ms = this.nextDue();
    if (due_ms !== null) this.#object.wakeBy(Math.max(due_ms, Date.now() + STREAM_LIMITS.retry_ms));
  }

  #sockets(): WebSocket[] {
    return this.#ctx.getWebSockets().filter((socket) => socket.readyState === WebSocket.OPEN);
  }

  #of(principal_id: string): WebSocket[] {
    return this.#sockets().filter((socket) => listenerOf(socket).actor.principal_id === principal_id);
  }

  #principal(principal_id: string) {
    return this.#object.env.PRINCIPAL.getByName(`${this.#object.workspace()}/${principal_id}`);
  }
}

const renewalAt = (socket: WebSocket): number => listenerOf(socket).lease_until_ms - STREAM_LIMITS.renewal_ms;

const full = () =>
  refuse("too_many_streams", {
    detail: `at most ${STREAM_LIMITS.per_project} open streams in a project`,
    retry_after_seconds: STREAM_LIMITS.lease_ms / 1_000,
  });
