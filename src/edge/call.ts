// What a handler gets, after every layer has passed, and what it answers.
import type { BodyOf, Operation, ParamsOf, QueryOf, ReplyOf } from "../api/operation.ts";
import type { OperationId, Operations } from "../api/operations/index.ts";
import type { Config, Env } from "../config.ts";
import type { InboundDelivery } from "../schema/integration.ts";
import type { Admission } from "../schema/messages/admission.ts";
import type { Actor, Changed, RateLimitState, RequestContext } from "../schema/messages/request.ts";
import type { CountedAttempt } from "../schema/messages/strangers.ts";
import { ok, type Result } from "../schema/result.ts";

export interface Call<Op> {
  readonly operation: Operation;
  readonly params: ParamsOf<Op>;
  readonly query: QueryOf<Op>;
  readonly body: BodyOf<Op>;
  /** The admitted caller; null for anonymous operations. */
  readonly actor: Op extends { caller: "session" } ? Actor : null;
  /** Where the operation asks admission to describe it: the caller's session. */
  readonly current: Admission["current"] | null;
  /** Where admission has counted the attempt. */
  readonly attempt?: CountedAttempt;
  /** Where an integration calls: what has become of its delivery. */
  readonly received?: Changed<InboundDelivery>;
  /** From If-Match; null where any version will do. */
  readonly version: number | null;
  readonly transport: "bearer" | "cookie";
  readonly context: RequestContext;
  readonly config: Config;
  readonly env: Env;
  /** As it came, for what is not declared: which kind of stream it asks for. */
  readonly request: Request;
  /** Work that the answer need not wait for; its failure is nobody's. */
  readonly defer: (work: Promise<unknown>) => void;
}

/** What admission hands on. */
export type Passed = Pick<Call<Operation>, "actor" | "transport" | "current" | "received" | "attempt"> & {
  /** The rule by which a read is allowed. */
  readonly allowed_by?: string | undefined;
};

/** What the request brings, once it is valid. */
export interface Inputs {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly version: number | null;
}

export interface Passage {
  readonly rate_limit: RateLimitState | null;
  readonly decision: Result<Passed>;
  /** Where admission had to know them. */
  readonly inputs?: Result<Inputs>;
  /** The body: it was there before anybody was admitted. */
  readonly body?: Uint8Array;
}

export interface Reply<Body> {
  readonly body: Body;
  /** Becomes the ETag. */
  readonly version?: number;
  /** The audit event of a change; becomes the header Audit-Event. */
  readonly event_id?: string;
  /** 202, where the operation says that its answer may be pending. */
  readonly status?: 202;
  readonly headers?: readonly (readonly [string, string])[];
}

/** Instead of a reply: a document of any size, for the reader to keep. */
export interface Download {
  readonly document: ReadableStream<Uint8Array>;
  readonly media_type: string;
  /** Encoded where it leaves, so that it means nothing to a header, a shell or a file system. */
  readonly file_name: string;
}

/** Instead of a reply, where the operation has streams and the request asks for one. */
export interface Streamed {
  readonly stream: ReadableStream<Uint8Array> | WebSocket;
}

export type Handler<Op> = (call: Call<Op>) => Promise<Result<Reply<ReplyOf<Op>> | Download | Streamed>>;
export type Handlers<Ids extends OperationId = OperationId> = {
  readonly [Id in Ids]: Handler<Operations[Id]>;
};

/** A read's value as a reply. */
export async function replyWith<Value, Body>(
  result: Promise<Result<Value>>,
  body: (value: Value) => Body,
  version?: (value: Value) => number,
): Promise<Result<Reply<Body>>> {
  const read = await result;
  if (!read.ok) return read;
  return ok({ body: body(read.value), ...(version && { version: version(read.value) }) });
}

/** A change's value and event as a reply. */
export async function replyChanged<Value, Body>(
  result: Promise<Result<Changed<Value>>>,
  body: (value: Value) => Body,
  version?: (value: Value) => number,
): Promise<Result<Reply<Body>>> {
  const changed = await result;
  if (!changed.ok) return changed;
  const { value, event_id, replayed } = changed.value;
  return ok({
    body: body(value),
    event_id,
    ...(version && { version: version(value) }),
    ...(replayed && { headers: [["Idempotency-Replayed", "true"]] as const }),
  });
}
