// The typed client: one method per operation of the table, the same in Node 20, browsers and workerd.
// A refusal (RFC 9457) is thrown as ProblemError, an answer that is not the operation's as AnswerError, no
// answer at all as ConnectionError. Refuses parameters that the operation does not take, path parameters
// that would change the path, and redirects, so that a token only goes to the origin it was meant for.
import type { Problem } from "../protocol/problem.ts";
import { retryAfterOf } from "../protocol/retry-after.ts";
import type { Reason } from "../schema/reason.ts";
import type { DocumentOf, Operation, PendingOf, ReplyOf, RequestOf } from "./operation.ts";
import { type OperationId, type Operations, operationList } from "./operations/index.ts";
import type { Signer } from "./sign-request.ts";

export interface ClientSettings {
  /** Scheme, host and port, as in `https://tasks.example`. */
  readonly origin: string;
  /** Default: the platform's own. */
  readonly fetch?: Fetch;
  /** Sent as `Authorization: Bearer`; null for none. */
  readonly session_token?: string | null;
  /** Signs each request, in place of a session token. */
  readonly signer?: Signer;
  /** Sent with each request; these win over the client's own. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** As much of the platform's fetch as the client needs, so that a test can stand in for it. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;
export interface FetchInit {
  method: string;
  headers: Headers;
  redirect: "manual";
  body?: string;
  signal?: AbortSignal;
}

export interface Answer<Id extends OperationId> {
  readonly status: Operations[Id]["reply"]["status"] | PendingOf<Operations[Id]>;
  readonly body: ReplyOf<Operations[Id]> | DocumentOf<Operations[Id]>;
  readonly headers: Headers;
  /** The version of the resource, for the `if_match` of a later write. */
  readonly etag: string | null;
  /** The id of the audit event that a change left. */
  readonly audit_event: string | null;
  readonly request_id: string | null;
}

/** What an operation is called with: nothing at all for those that take nothing. */
export type RequestFor<Id extends OperationId> =
  unknown extends RequestOf<Operations[Id]> ? Readonly<Record<string, never>> : RequestOf<Operations[Id]>;

export interface CallOptions {
  readonly signal?: AbortSignal;
}

type Call<Id extends OperationId> =
  Record<string, never> extends RequestFor<Id>
    ? (request?: RequestFor<Id>, options?: CallOptions) => Promise<Answer<Id>>
    : (request: RequestFor<Id>, options?: CallOptions) => Promise<Answer<Id>>;

export type Client = { readonly [Id in OperationId]: Call<Id> } & {
  /** A client with another session or more headers; this one stays as it is. */
  with(changes: Pick<ClientSettings, "session_token" | "headers">): Client;
};

/** The service understood the request and refused it. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  readonly status: number;
  /** The last segment of the problem's type. */
  readonly reason: Reason | (string & {});
  /** Whole seconds until a repeat can succeed; null where the service did not say. */
  readonly retry_after_seconds: number | null;
  readonly headers: Headers;

  constructor(id: string, problem: Problem, headers: Headers) {
    super(`${id}: ${problem.status} ${problem.title}${problem.detail ? `: ${problem.detail}` : ""}`);
    this.problem = problem;
    this.status = problem.status;
    this.reason = problem.type.slice(problem.type.lastIndexOf("/") + 1);
    this.retry_after_seconds = retryAfterOf(headers);
    this.headers = headers;
  }
}

/** Something answered, but not as this operation does: a proxy, another service, or a defect. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
  readonly status: number;
  readonly headers: Headers;

  constructor(id: string, answer: Response, found: string) {
    super(`${id}: ${answer.status} with ${found}`);
    this.status = answer.status;
    this.headers = answer.headers;
  }
}

/** Nothing answered: the cause says why. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

interface AnyRequest {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  if_match?: string;
  idempotency_key?: string;
}

const INPUTS = new Set(["params", "query", "body", "if_match", "idempotency_key"]);

/** Makes a client; throws TypeError for an origin with a path, or a token that cannot be in a header. */
export function createClient(settings: ClientSettings): Client {
  const origin = originOf(settings.origin);
  const token = settings.session_token ?? null;
  if (token !== null && !/^[\x21-\x7e]+$/.test(token)) throw new TypeError("malformed session token");
  const methods = operationList.map(([id, operation]) => [
    id,
    (request: AnyRequest = {}, { signal }: CallOptions = {}) => {
      const send = settings.fetch ?? ((url, init) => fetch(url, init));
      return call({ id, operation, request, origin, token, settings, send, signal });
    },
  ]);
  return Object.freeze({
    ...Object.fromEntries(methods),
    with: (changes: Pick<ClientSettings, "session_token" | "headers">) =>
      createClient({ ...settings, ...changes, headers: { ...settings.headers, ...changes.headers } }),
  });
}

async function call({
  id,
  operation,
  request,
  origin,
  token,
  settings: { headers = {}, signer },
  send,
  signal,
}: {
  id: string;
  operation: Operation;
  request: AnyRequest;
  origin: string;
  token: string | null;
  settings: ClientSettings;
  send: Fetch;
  signal: AbortSignal | undefined;
}) {
  for (const key of Object.keys(request)) {
    if (!INPUTS.has(key) || !operation[key as keyof AnyRequest]) throw new TypeError(`${id} takes no ${key}`);
  }
  const url =
    origin + pathOf(id, operation, request.params ?? {}) + queryOf(id, operation, request.query ?? {});
  const init: FetchInit = { method: operation.method, headers: new Headers(), redirect: "manual" };
  init.headers.set("accept", "application/json, application/problem+json");
  if (token !== null) init.headers.set("authorization", `Bearer ${token}`);
  if (request.if_match !== undefined) init.headers.set("if-match", request.if_match);
  if (request.idempotency_key !== undefined) init.headers.set("idempotency-key", request.idempotency_key);
  if (request.body !== undefined) {
    init.headers.set("content-type", "application/json");
    init.body = JSON.stringify(request.body);
  }
  if (signal) init.signal = signal;
  for (const [name, value] of Object.entries(headers)) init.headers.set(name, value);
  await signer?.({ ...init, url });

  let answer: Response;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    answer = await send(url, init);
    bytes = new Uint8Array(await answer.arrayBuffer());
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ConnectionError(`${id}: no answer from ${origin}`, { cause });
  }
  return {
    status: answer.status,
    body: bodyOf(id, operation, answer, bytes),
    headers: answer.headers,
    etag: answer.headers.get("etag"),
    audit_event: answer.headers.get("audit-event"),
    request_id: answer.headers.get("request-id"),
  };
}

/** The body of the operation's own answer; throws for every other answer. */
function bodyOf(id: string, { reply }: Operation, answer: Response, bytes: Uint8Array<ArrayBuffer>): unknown {
  const isOwn = answer.status === reply.status || (reply.pending === true && answer.status === 202);
  if (isOwn && !reply.schema && !reply.media_type) return undefined;
  const media = mediaOf(answer.headers.get("content-type") ?? "no content type");
  if (isOwn && reply.media?.includes(media)) return new TextDecoder().decode(bytes);
  const expected = isOwn ? mediaOf(reply.media_type ?? "application/json") : "application/problem+json";
  if (media !== expected) throw new AnswerError(id, answer, `${media} instead of ${expected}`);
  if (isOwn && reply.media_type) return bytes;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new AnswerError(id, answer, "a body that is not valid JSON");
  }
  if (isOwn) return json;
  if (!isProblem(json)) throw new AnswerError(id, answer, "a body that is not a problem");
  throw new ProblemError(id, { ...json, status: answer.status }, answer.headers);
}

const mediaOf = (content_type: string): string => content_type.split(";")[0]!.trim().toLowerCase();
const isProblem = (json: unknown): json is Problem =>
  typeof json === "object" &&
  json !== null &&
  typeof (json as Problem).type === "string" &&
  typeof (json as Problem).title === "string";

function pathOf(id: string, { path }: Operation, params: Record<string, unknown>): string {
  const left = new Set(Object.keys(params));
  const filled = path.replace(/\{(\+?)([a-z_]+)\}/g, (_, plus: string, name: string) => {
    left.delete(name);
    const value = params[name];
    const segments = typeof value !== "string" ? [] : plus === "" ? [value] : value.split("/");
    // Encoding leaves dots alone, and URLs resolve even "%2e%2e", so segments of dots cannot be sent at all.
    const wrong = (segment: string) => /^\.{0,2}$/.test(segment) || !segment.isWellFormed();
    if (segments.length === 0 || segments.some(wrong))
      throw new TypeError(`${id} needs the path parameter ${name} as text that is not a dot segment`);
    return segments.map(encodeURIComponent).join("/");
  });
  for (const name of left) throw new TypeError(`${id} has no path parameter ${name}`);
  return filled;
}

function queryOf(id: string, { query }: Operation, values: Record<string, unknown>): string {
  const known = query && "entries" in query ? (query.entries as Record<string, unknown>) : {};
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(known, name)) throw new TypeError(`${id} has no query parameter ${name}`);
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? "" : `?${search}`;
}

/** Scheme, host and port as URLs write them; throws TypeError for anything else. */
export function originOf(text: string): string {
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new TypeError("an origin is like https://tasks.example, without path, query or credentials");
  }
  return url.origin;
}
