// Answers: security headers on everything, RFC 9457 problems for refusals, rate-limit headers where a bucket was asked.
import { PAGE_HEADERS, SECURITY_HEADERS } from "../console/security-headers.ts";
import { encodeForFileName } from "../protocol/output-encoding.ts";
import { type Problem, problemResponse } from "../protocol/problem.ts";
import type { RateLimitState, RequestContext } from "../schema/messages/request.ts";
import { REASONS } from "../schema/reason.ts";
import type { Refusal } from "../schema/result.ts";
import type { Download } from "./call.ts";

/** For answers that are data: no browser takes them for a page. */
const DATA_CSP = "default-src 'none'; frame-ancestors 'none'; sandbox";

export interface AnswerInfo {
  readonly context: RequestContext;
  readonly rate_limit: RateLimitState | null;
}

type HeaderPairs = (readonly [string, string])[];

/** What every data answer carries, ready to be copied. */
const DATA_HEADERS = new Headers([
  ...SECURITY_HEADERS.map(([name, value]): [string, string] => [name, value]),
  ["Content-Security-Policy", DATA_CSP],
  ["Cache-Control", "no-store"],
  ["Content-Type", "application/json"],
]);

/** A JSON answer, never cached. `body` undefined gives an empty one. */
export function answer(status: number, body: unknown, more: HeaderPairs, info: AnswerInfo): Response {
  const text = body === undefined ? null : JSON.stringify(body);
  const response = new Response(text, { status, headers: DATA_HEADERS });
  if (text === null) response.headers.delete("Content-Type");
  addTo(response.headers, info, more);
  return response;
}

/** A document for the reader to keep; no browser shows it. */
export function download({ document, media_type, file_name }: Download, info: AnswerInfo): Response {
  const headers = headersOf(info, [
    ["Content-Type", media_type],
    ["Content-Disposition", `attachment; filename="${encodeForFileName(file_name)}"`],
  ]);
  return new Response(document, { headers });
}

/** Server-sent events as they come, or the other end of a WebSocket. */
export function streamResponse(stream: ReadableStream<Uint8Array> | WebSocket, info: AnswerInfo): Response {
  if (!(stream instanceof ReadableStream))
    return new Response(null, { status: 101, webSocket: stream } as ResponseInit);
  return new Response(stream, { headers: headersOf(info, [["Content-Type", "text/event-stream"]]) });
}

/** An answer that is not JSON. */
export function rawAnswer(
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  media_type: string,
  more: HeaderPairs,
  info: AnswerInfo,
): Response {
  return new Response(body, { headers: headersOf(info, [...more, ["Content-Type", media_type]]) });
}

/** A refusal as a problem. What only the audit may know stays out. */
export function refusalResponse(refusal: Refusal, info: AnswerInfo, more: HeaderPairs = []): Response {
  const { status, title } = REASONS[refusal.reason];
  const problem: Problem = {
    type: `/problems/${refusal.reason}`,
    title,
    status,
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    request_id: info.context.request_id,
    ...(refusal.resume_after === undefined ? {} : { resume_after: refusal.resume_after }),
    ...(refusal.errors ? { errors: [...refusal.errors] } : {}),
  };
  const headers = headersOf(info, more);
  if (refusal.retry_after_seconds !== undefined)
    headers.set("Retry-After", String(refusal.retry_after_seconds));
  if (status === 401) headers.set("WWW-Authenticate", challengeOf(refusal));
  return problemResponse(problem, headers);
}

/** A page or a document for anyone. */
export function document(body: string, content_type: string, csp: string, max_age_seconds: number): Response {
  const headers = [...PAGE_HEADERS] as [string, string][];
  headers.push(["Content-Type", content_type], ["Content-Security-Policy", csp]);
  headers.push(["Cache-Control", max_age_seconds === 0 ? "no-store" : `public, max-age=${max_age_seconds}`]);
  return new Response(body, { headers });
}

function headersOf(info: AnswerInfo, more: HeaderPairs): Headers {
  const headers = new Headers(DATA_HEADERS);
  addTo(headers, info, more);
  return headers;
}

/** Adds what differs between answers; the fewer copies of the headers, the quicker the answer. */
function addTo(headers: Headers, { context, rate_limit }: AnswerInfo, more: HeaderPairs): void {
  headers.set("Request-Id", context.request_id);
  for (const [name, value] of more) headers.set(name, value);
  if (!rate_limit) return;
  const { rate_class, burst, per_minute, remaining, reset_seconds } = rate_limit;
  const window_seconds = Math.ceil((burst * 60) / per_minute);
  headers.set("RateLimit-Policy", `"${rate_class}";q=${burst};w=${window_seconds}`);
  headers.set("RateLimit", `"${rate_class}";r=${Math.max(0, remaining)};t=${reset_seconds}`);
}

/** RFC 6750, and RFC 9470 where the authentication is too old. */
const challengeOf = (refusal: Refusal): string =>
  refusal.reason === "step_up_required"
    ? 'Bearer realm="taskward", error="insufficient_user_authentication", max_age=600'
    : 'Bearer realm="taskward"';
