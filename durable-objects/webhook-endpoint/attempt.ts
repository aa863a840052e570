// One attempt to deliver: a signed POST to where the endpoint is, judged again before each. Redirects are not followed,
// the time is limited, and of the answer no more is read than is kept.
import { checkTarget } from "../../src/defence/ssrf.ts";
import { type Answer, ATTEMPT_MS_MAX, readRetryAfter } from "../../src/domain/delivery.ts";
import { utf8 } from "../../src/protocol/base64url.ts";
import { type WebhookKeys, webhookHeaders } from "../../src/protocol/standard-webhook.ts";

/** Of an answer's body. */
const ANSWER_BYTES_MAX = 2_048;

export interface Message {
  readonly url: string;
  readonly id: string;
  readonly body: string;
}

export interface AttemptMade extends Answer {
  /** The beginning of its body, as text; empty where there was none. */
  readonly answer: string;
}

const failed = (error: Answer["error"], status: number | null = null): AttemptMade => ({
  status,
  error,
  retry_after_ms: null,
  answer: "",
});

/** Never throws for anything that the other side does. */
export async function attempt(
  { url, id, body }: Message,
  keys: readonly WebhookKeys[],
  options: { readonly allow_loopback: boolean; readonly now_ms: number; readonly fetch: typeof fetch },
): Promise<AttemptMade> {
  const target = checkTarget(url, options);
  if (!target.ok) return failed("target_refused");
  const bytes = utf8(body);
  const timestamp_seconds = Math.floor(options.now_ms / 1000);
  const signed = await webhookHeaders({ id, timestamp_seconds, body: bytes }, keys);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ATTEMPT_MS_MAX);
  let status: number | null = null;
  try {
    const response = await options.fetch(target.url.href, {
      method: "POST",
      redirect: "manual",
      headers: { ...signed, "Content-Type": "application/json", "User-Agent": "Taskward-Webhooks/1" },
      body: bytes,
      signal: abort.signal,
    });
    status = response.status;
    const retry_after_ms = readRetryAfter(response.headers.get("Retry-After"), options.now_ms);
    return { status, error: null, retry_after_ms, answer: await beginningOf(response) };
  } catch {
    if (abort.signal.aborted) return failed("timeout", status);
    return failed(status === null ? "unreachable" : "cut_off", status);
  } finally {
    clearTimeout(timer);
  }
}

/** Throws where the answer breaks off before as much has come as is kept. */
async function beginningOf({ body }: Response): Promise<string> {
  if (!body) return "";
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let length = 0; length < ANSWER_BYTES_MAX; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    const kept = value.subarray(0, ANSWER_BYTES_MAX - length);
    length += kept.length;
    text += decoder.decode(kept, { stream: true });
  }
  await reader.cancel().catch(() => undefined);
  return text;
}
