// What a Worker or another object may ask of an audit log.
import type { AuditEvent } from "../audit-event.ts";
import type { SinkStatus } from "../audit-sink.ts";
import type { Result } from "../result.ts";
import type { EventBatch, Receipt } from "./outbox.ts";
import type { Actor, Page, PagePosition } from "./request.ts";

export interface EventFilter {
  readonly event_type?: string;
  readonly category?: string;
  readonly severity?: string;
  readonly user_id?: string;
  readonly decision?: "allow" | "deny";
  readonly target?: string;
  /** ISO 8601 with milliseconds: at that time or later. */
  readonly since?: string;
  /** Before that time. */
  readonly until?: string;
}

/** The tree as it was last published. */
export interface TreeHead {
  readonly size: number;
  /** The signed note. */
  readonly checkpoint: string;
  /** The bytes of each level's last tile as far as it is not full, levels from 0. */
  readonly edge: readonly Uint8Array[];
}

/** An event that is under a checkpoint. */
export interface LocatedEntry {
  readonly index: number;
  /** As it is hashed; empty where only R2 keeps it. */
  readonly entry: string;
  readonly head: TreeHead;
}

export interface AuditLogRpc {
  /** Called by the workspace object when it is created; events of an unopened log are refused as gone. */
  open(): Promise<void>;
  append(batch: EventBatch): Promise<Receipt>;
  /** How the destinations are doing. */
  sinks(): Promise<Result<SinkStatus[]>>;
  /** The published tree; null before the first checkpoint. */
  head(): Promise<TreeHead | null>;
  /**
   * Where an event stands, by its id or index, for whoever may read the log or caused it; null while it is not under a
   * checkpoint. Ids that the log does not know may still be on their way to it.
   */
  locate(actor: Actor, entry: string): Promise<Result<LocatedEntry | null>>;
  /** Destroys the secret under which a principal's personal fields are sealed: nobody opens them again. */
  eraseSubject(subject: string): Promise<void>;
  /** Newest first; `before` is the index below which to go on. */
  events(filter: EventFilter, limit: number, before: PagePosition | null): Promise<Result<Page<AuditEvent>>>;
}
