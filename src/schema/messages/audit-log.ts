// What a Worker or another object may ask of an audit log.
import type { AuditEvent } from "../audit-event.ts";
import type { Result } from "../result.ts";
import type { EventBatch, Receipt } from "./outbox.ts";
import type { Page, PagePosition } from "./request.ts";

export interface EventFilter {
  readonly event_type?: string;
  readonly category?: string;
  readonly severity?: string;
  readonly user_id?: string;
  readonly decision?: "allow" | "deny";
}

export interface AuditLogRpc {
  /** Called by the workspace object when it is created; events of an unopened log are refused as gone. */
  open(): Promise<void>;
  append(batch: EventBatch): Promise<Receipt>;
  /** Destroys the secret under which a principal's personal fields are sealed: nobody opens them again. */
  eraseSubject(subject: string): Promise<void>;
  /** Newest first; `before` is the index below which to go on. */
  events(filter: EventFilter, limit: number, before: PagePosition | null): Promise<Result<Page<AuditEvent>>>;
}
