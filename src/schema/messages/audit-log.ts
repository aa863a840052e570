// What a Worker or another object may ask of an audit log.
import type { AuditEvent } from "../audit-event.ts";
import type { LogLag, SinkStatus } from "../audit-sink.ts";
import type { Result } from "../result.ts";
import type { Settings } from "../settings.ts";
import type { EventBatch, Receipt } from "./outbox.ts";
import type { Actor, Changed, Page, PagePosition, RequestContext } from "./request.ts";

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

export interface DestinationsStatus {
  readonly log: LogLag;
  readonly sinks: readonly SinkStatus[];
}

/** What anyone may read of a log that its workspace publishes. */
export interface PublicLog {
  /** The last signed note, with what witnesses have added to it. */
  readonly checkpoint: string;
  /** The newest note that a witness has cosigned; null where none has. */
  readonly cosigned: string | null;
  readonly verifier_keys: readonly string[];
}

/** Without an event where nothing was news. */
export type Cosigned = Partial<Pick<Changed<null>, "event_id">>;

export interface AuditLogRpc {
  /** The workspace's settings, as it has decided them; an older version than the known one is ignored. */
  adopt(settings: Settings, version: number): Promise<void>;
  /** Null where it is not published, and where nothing is there yet. */
  published(): Promise<PublicLog | null>;
  /** Refuses `not_found` where it is not published, `invalid_input` and `conflict`. */
  cosign(note: string, context: RequestContext): Promise<Result<Cosigned>>;
  /** Called by the workspace object when it is created; events of an unopened log are refused as gone. */
  open(): Promise<void>;
  append(batch: EventBatch): Promise<Receipt>;
  /** How the destinations are doing. */
  sinks(): Promise<Result<DestinationsStatus>>;
  /** How far publishing is behind; null for a log that was never opened. */
  lag(): Promise<LogLag | null>;
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
