// What Workers, projects and principals tell each other about open streams.
import type { Role } from "../role.ts";
import type { Actor } from "./request.ts";

/** The header in which a Worker hands a StreamRequest to a project, as JSON, with the upgrade. */
export const STREAM_HEADER = "Taskward-Stream";

export interface StreamRequest {
  readonly actor: Actor;
  /** Null: from now on. */
  readonly after: number | null;
}

/** By what somebody goes on reading: it ends with the credential, and when the actor's rights are no more those. */
export interface Standing {
  /** Id of the session, API token or key that asked. */
  readonly credential_id: string;
  readonly roles: readonly Role[];
  readonly permissions: number;
}

/** A stream as its principal knows it. */
export interface StreamClaim extends Standing {
  readonly id: string;
  /** Name of the project's object. */
  readonly project: string;
}

/** How many ms each stream may go on without being confirmed again, by id; those that must end are missing. */
export type Leases = Readonly<Record<string, number>>;

/** One message of the feed's WebSocket, as JSON. */
export type FeedMessage =
  | { readonly changes: readonly unknown[] }
  | { readonly reset: { readonly resume_after: number } };
