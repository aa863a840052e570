// Gemini over REST (v1beta, models.generateContent and models.streamGenerateContent), directly or through AI Gateway.
// The key travels in a header, never in the URL; redirects are not followed, so that it reaches nobody else. No tools
// are declared, safety filters stand at their strictest, and what may be written is bounded on every call.
import { EventReader } from "../../protocol/event-stream.ts";
import { GeminiReading } from "./gemini-reading.ts";
import { failed, type Prompt, type Vendor, type VendorAnswer } from "./vendor.ts";

export interface GeminiSettings {
  readonly model: string;
  /** Without its last slash. */
  readonly base_url: string;
  /** Asked for at each call, the one to use first; never empty where a call can succeed. */
  readonly keys: () => Promise<readonly string[]>;
  /** Of an AI Gateway that asks for one. */
  readonly gateway_token: string | null;
  readonly streaming: boolean;
}

export type Send = (url: string, init: RequestInit) => Promise<Response>;

const SAFETY_CATEGORIES = [
  "HARM_CATEGORY_HARASSMENT",
  "HARM_CATEGORY_HATE_SPEECH",
  "HARM_CATEGORY_SEXUALLY_EXPLICIT",
  "HARM_CATEGORY_DANGEROUS_CONTENT",
];
/** The body of an answer or of an error: what is beyond is not read. */
const BODY_BYTES_MAX = 1_048_576;
const ERROR_BYTES_MAX = 16_384;

export function gemini(settings: GeminiSettings, send: Send): Vendor {
  const { model, base_url, streaming } = settings;
  const method = streaming ? "streamGenerateContent?alt=sse" : "generateContent";
  const url = `${base_url}/v1beta/models/${model}:${method}`;
  return {
    provider: "gemini",
    model,
    async ask(prompt, attempt, signal) {
      let is_sent = false;
      try {
        const keys = await settings.keys();
        const key = keys[attempt % keys.length];
        if (key === undefined) return failed("unavailable", "nothing");
        is_sent = true;
        const answer = await send(url, {
          method: "POST",
          headers: headersOf(key, settings.gateway_token),
          body: JSON.stringify(bodyOf(prompt)),
          redirect: "manual",
          signal,
        });
        if (answer.status !== 200) return await refusalOf(answer, keys.length > 1);
        return await read(answer);
      } catch {
        // What the error says may repeat the request: nobody is told.
        if (!is_sent) return failed("unavailable", "nothing");
        return signal.aborted ? failed("timed_out", "unknown") : failed("unavailable", "unknown", 0);
      }
    },
  };
}

const headersOf = (key: string, gateway_token: string | null) => ({
  "Content-Type": "application/json",
  "x-goog-api-key": key,
  ...(gateway_token !== null && { "cf-aig-authorization": `Bearer ${gateway_token}` }),
});

const bodyOf = ({ instructions, data, schema, output_tokens_max }: Prompt) => ({
  systemInstruction: { parts: [{ text: instructions }] },
  contents: [{ role: "user", parts: [{ text: data }] }],
  safetySettings: SAFETY_CATEGORIES.map((category) => ({ category, threshold: "BLOCK_LOW_AND_ABOVE" })),
  generationConfig: {
    candidateCount: 1,
    maxOutputTokens: output_tokens_max,
    responseMimeType: "application/json",
    responseJsonSchema: schema,
    temperature: 0.2,
    thinkingConfig: { thinkingLevel: "low" },
  },
});

async function read(answer: Response): Promise<VendorAnswer> {
  const reading = new GeminiReading();
  if (answer.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    const events = new EventReader();
    await pieces(answer, BODY_BYTES_MAX, (piece) => {
      for (const { data } of events.read(piece)) reading.take(parse(data));
      return reading.goesOn;
    });
  } else {
    let text = "";
    const whole = await pieces(answer, BODY_BYTES_MAX, (piece) => {
      text += piece;
      return true;
    });
    if (!whole) return failed("malformed", "unknown");
    const parsed: unknown = parse(text);
    // Streamed without server-sent events, the chunks come as one list.
    for (const chunk of Array.isArray(parsed) ? parsed : [parsed]) reading.take(chunk);
  }
  return reading.answer();
}

/** `retry_after_ms` as the header says, or RetryInfo of the error (google.rpc). */
async function refusalOf(answer: Response, has_other_key: boolean): Promise<VendorAnswer> {
  let text = "";
  await pieces(answer, ERROR_BYTES_MAX, (piece) => {
    text += piece;
    return true;
  });
  const { status } = answer;
  if (status === 429) return failed("limited", "nothing", has_other_key ? 0 : waitOf(answer, text));
  if (status >= 500) return failed("unavailable", "nothing", waitOf(answer, text));
  const is_key_refused = status === 401 || status === 403 || text.includes("API_KEY_INVALID");
  return failed("unavailable", "nothing", is_key_refused && has_other_key ? 0 : null);
}

function waitOf(answer: Response, text: string): number {
  const header = answer.headers.get("Retry-After") ?? "";
  const seconds =
    /^\d{1,6}$/.exec(header)?.[0] ?? /"retryDelay":\s*"(\d{1,6}(?:\.\d{1,9})?)s"/.exec(text)?.[1];
  return seconds === undefined ? 0 : Math.ceil(Number(seconds) * 1000);
}

/** Hands the body over as it comes, while `each` wants more; whether all of it was within the bound. */
async function pieces(
  answer: Response,
  bytes_max: number,
  each: (piece: string) => boolean,
): Promise<boolean> {
  const decoder = new TextDecoder();
  const reader = answer.body?.getReader();
  let bytes = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    if (bytes <= bytes_max && each(decoder.decode(value, { stream: true }))) continue;
    await reader.cancel();
    return bytes <= bytes_max;
  }
  return true;
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
