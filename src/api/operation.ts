// An operation is one plain value: everything that routes, documents, clients and tests must agree on.
// Policy that is not in an operation does not exist.
import type { GenericSchema, InferInput, InferOutput } from "valibot";
import type { EventType } from "../schema/event-type.ts";
import type { Reason } from "../schema/reason.ts";
import type { Result } from "../schema/result.ts";
import type { Permission, RateClass } from "../schema/role.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * `anonymous` operations pass a shard of strangers; `session` ones their principal. An `integration` is named by the
 * address and known by its signature over the raw body.
 */
export type Caller = "anonymous" | "session" | "integration";

export interface Operation {
  readonly method: Method;
  /** Path below the origin; `{name}` marks a parameter of `params`, `{+name}` one that may hold slashes. */
  readonly path: `/v1/${string}`;
  readonly tag:
    | "auth"
    | "session"
    | "people"
    | "workers"
    | "projects"
    | "tasks"
    | "webhooks"
    | "integrations"
    | "ai"
    | "audit";
  readonly summary: string;
  readonly description?: string;
  readonly caller: Caller;
  /** Checked at admission against the roles; objects check the place besides. */
  readonly permission?: Permission;
  /** Token bucket that is debited, and how many tokens (default 1). */
  readonly rate: { readonly class: RateClass; readonly cost?: number };
  /** Wants an authentication of the last ten minutes (step-up): of people; programs prove themselves each time. */
  readonly recent_authentication?: true;
  /** Open to programs too: API tokens, as far as their permissions go, and signed requests of workers. */
  readonly api_tokens?: true;
  /** Whether sessions that a worker's key has opened will do; by default where programs may. */
  readonly key_sessions?: boolean;
  /** Open to signatures and client certificates alone: no session and no token will do. */
  readonly proof_of_key?: true;
  /** Open to a session whose use looks suspicious: the ways out of the suspicion. */
  readonly under_suspicion?: true;
  /** Answered by admission itself, which knows the session. */
  readonly describe_session?: true;
  /** `If-Match` names the version that is changed: 412 when stale, 428 when absent. */
  readonly if_match?: "required";
  /**
   * Takes an `Idempotency-Key`: a repeat within 24 hours gets the first answer, or, where that bore a secret, a
   * refusal that names what was created.
   */
  readonly idempotency_key?: "replayed" | "names_created";
  /** Changes nothing, though it is no GET: computes from what it reads. Leaves its event as reads do. */
  readonly reads?: true;
  readonly params?: GenericSchema;
  readonly query?: GenericSchema;
  readonly body?: GenericSchema;
  /** Takes JSON of any shape, as bytes: a signature is over them. */
  readonly raw_body?: true;
  /** An attempt to prove who one is, on the account that the body names: admission counts it. */
  readonly counts_attempt?: true;
  /** Default 65,536. */
  readonly body_bytes_max?: number;
  /** Takes `text/csv` besides: what the rows stand for, before `body` judges it. */
  readonly body_table?: (rows: readonly (readonly string[])[]) => Result<unknown>;
  readonly reply: {
    readonly status: 200 | 201 | 202 | 204;
    readonly schema?: GenericSchema;
    readonly etag?: true;
    /** Media types besides JSON, where the query asks for them. */
    readonly media?: readonly string[];
    /** Also as server-sent events (`Accept: text/event-stream`), and over a WebSocket. */
    readonly stream?: true;
    /** What it answers with where that is not JSON: then the body is bytes, and there is no schema. */
    readonly media_type?: string;
    /** May also answer 202, with the same schema and Retry-After, while what is asked for is on its way. */
    readonly pending?: true;
  };
  /** Refusals of this operation's own, beside those that its caller, input and rate class imply. */
  readonly problems?: readonly Reason[];
  /** What it leaves in the audit when it succeeds. */
  readonly event: EventType | null;
  /** Durable Object calls on the path of a request, for the worst case. */
  readonly calls_max: number;
  /** A body that works, for the docs; ids in it are made up. */
  readonly example?: unknown;
}

/** Whether it changes something, so that its answer names an audit event. */
export const isChange = ({ method, reads, event }: Operation): boolean =>
  method !== "GET" && !reads && event !== null;

/** Keeps each operation's own schema types, for the typed client and the handlers. */
export const operation = <const Op extends Operation>(op: Op): Op => op;

type Output<Schema> = Schema extends GenericSchema ? InferOutput<Schema> : undefined;
type Input<Schema> = Schema extends GenericSchema ? InferInput<Schema> : undefined;
type Field<Op, Name extends string> = Op extends { readonly [N in Name]: infer Schema } ? Schema : undefined;

export type ParamsOf<Op> = Output<Field<Op, "params">>;
export type QueryOf<Op> = Output<Field<Op, "query">>;
export type BodyOf<Op> = Output<Field<Op, "body">>;
export type ReplyOf<Op> = Op extends { readonly reply: { readonly schema: infer Schema } }
  ? Output<Schema>
  : Op extends { readonly reply: { readonly media_type: string } }
    ? Uint8Array<ArrayBuffer>
    : undefined;

/** Besides its reply: a document in another media type, where the operation has any. */
export type DocumentOf<Op> = Op extends { readonly reply: { readonly media: readonly string[] } }
  ? string
  : never;

/** Besides its status: 202, where the answer may be pending. */
export type PendingOf<Op> = Op extends { readonly reply: { readonly pending: true } } ? 202 : never;

/** What a client passes: parameters, query and body before defaults are filled in. */
export type RequestOf<Op> = (Field<Op, "params"> extends GenericSchema
  ? { params: Input<Field<Op, "params">> }
  : unknown) &
  (Field<Op, "query"> extends GenericSchema ? { query?: Input<Field<Op, "query">> } : unknown) &
  (Field<Op, "body"> extends GenericSchema ? { body: Input<Field<Op, "body">> } : unknown) &
  (Op extends { if_match: "required" } ? { if_match: string } : unknown) &
  (Op extends { idempotency_key: string } ? { idempotency_key?: string } : unknown);
