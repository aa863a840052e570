// Following a project's feed with the typed client: an async iterator of changes without gap or double, which connects
// again by itself where it was. Refusals end it as ProblemError, but for those that pass: it waits for 429 and 503, and
// for 502, 503 and 504 of a gateway, whatever stands in its page.
import { EventReader, type StreamEvent } from "../protocol/event-stream.ts";
import { retryAfterOf } from "../protocol/retry-after.ts";
import type { Change } from "../schema/change.ts";
import {
  AnswerError,
  type ClientSettings,
  ConnectionError,
  createClient,
  type FetchInit,
  ProblemError,
} from "./client.ts";

export type FeedEvent =
  | { readonly type: "change"; readonly change: Change }
  /** What came before is no longer kept: read the tasks anew; the feed goes on after this number. */
  | { readonly type: "reset"; readonly resume_after: number };

export interface FollowOptions {
  /** The number of the last change that is known; default: from now on. */
  readonly after?: number;
  /** Ends the iteration with its reason. */
  readonly signal?: AbortSignal;
  /** Default: a timer, which is gone once the signal is given. */
  readonly pause?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const RETRY_MS = 2_000;
/** Failures in a row that do not say when to come back are waited for twice as long each, up to this. */
const RETRY_MS_MAX = 60_000;
/** "At once" (`Retry-After: 0`) would be a loop without a rest. */
const RETRY_AFTER_SECONDS_MIN = 1;
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

export async function* followChanges(
  settings: ClientSettings,
  project_id: string,
  { after, signal, pause = timer }: FollowOptions = {},
): AsyncGenerator<FeedEvent> {
  const params = { project_id };
  const call = { ...(signal && { signal }) };
  let known = after;
  /** Failures since something came, or since one that said when to come back. */
  let failures = 0;
  for (;;) {
    let wait_ms = RETRY_MS;
    try {
      known ??= (await createClient(settings).listChanges({ params }, call)).body.newest;
      for await (const { id, event, data, retry_ms } of open(settings, project_id, known, signal)) {
        failures = 0;
        if (retry_ms !== undefined) wait_ms = retry_ms;
        if (id === undefined) continue;
        known = Number(id);
        const value = JSON.parse(data) as Change & { resume_after: number };
        if (event === "reset") yield { type: "reset", resume_after: value.resume_after };
        else yield { type: "change", change: value };
      }
    } catch (failure) {
      signal?.throwIfAborted();
      if (!passes(failure)) throw failure;
      const seconds = failure instanceof ConnectionError ? null : retryAfterOf(failure.headers);
      wait_ms =
        seconds === null
          ? Math.min(wait_ms * 2 ** failures, RETRY_MS_MAX)
          : Math.max(seconds, RETRY_AFTER_SECONDS_MIN) * 1_000;
      failures = seconds === null ? failures + 1 : 0;
    }
    await unlessAborted(pause(wait_ms, signal), signal);
  }
}

/** One connection, until it breaks. */
async function* open(
  settings: ClientSettings,
  project_id: string,
  after: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamEvent> {
  // The client itself asks, and judges refusals; only the stream is taken out of its hands before it reads to the end.
  let stream: ReadableStream<Uint8Array> | null = null;
  const send = settings.fetch ?? ((url: string, init: FetchInit) => fetch(url, init));
  const client = createClient({
    ...settings,
    headers: { ...settings.headers, accept: "text/event-stream, application/problem+json" },
    async fetch(url, init) {
      const answer = await send(url, init);
      if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) return answer;
      stream = answer.body;
      return Response.json({});
    },
  });
  const query = { after: String(after) };
  await client.listChanges({ params: { project_id }, query }, { ...(signal && { signal }) });
  const reading = stream as ReadableStream<Uint8Array> | null;
  if (!reading) return;
  const reader = new EventReader();
  const decoder = new TextDecoder();
  const pieces = reading.getReader();
  try {
    for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
      yield* reader.read(decoder.decode(piece.value, { stream: true }));
    }
  } catch (cause) {
    throw cause instanceof RangeError ? cause : new ConnectionError("the stream broke", { cause });
  } finally {
    await pieces.cancel().catch(() => undefined);
  }
}

/** Throws the signal's reason as soon as it is given: a pause may last as long as a Retry-After says. */
async function unlessAborted(paused: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  signal?.addEventListener("abort", onAbort);
  if (!signal?.aborted) await Promise.race([paused, aborted]);
  signal?.removeEventListener("abort", onAbort);
  signal?.throwIfAborted();
}

const passes = (failure: unknown): failure is ConnectionError | ProblemError | AnswerError =>
  failure instanceof ConnectionError ||
  (failure instanceof AnswerError && GATEWAY_STATUSES.has(failure.status)) ||
  (failure instanceof ProblemError && (failure.status === 429 || GATEWAY_STATUSES.has(failure.status)));

/** Left to itself, a timer would keep a process alive for as long as a Retry-After says. */
function timer(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(running);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const running = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
  });
}
