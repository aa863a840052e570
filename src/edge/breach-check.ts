// Whether a password is known from a breach, by k-anonymity: of its SHA-1 the first five hex digits are asked for
// (the range API of Pwned Passwords), and the answer is searched here. Nobody learns the password or its hash, nor,
// since answers are padded, how many share the prefix. Whatever goes wrong within the time is no verdict.
import { utf8 } from "../protocol/base64url.ts";

export type BreachVerdict = "breached" | "unknown" | "unavailable";

const PREFIX_CHARACTERS = 5;
/** A padded answer has about a thousand lines of forty characters. */
const ANSWER_BYTES_MAX = 512 * 1024;
const TIMEOUT_MS = 1_500;
const LINE = /^([0-9A-F]{35}):([0-9]{1,12})$/;

/** Asks the service at `url` (ending in `/`) for the password's range; never throws. */
export async function checkBreach(
  url: string,
  password: string,
  timeout_ms = TIMEOUT_MS,
): Promise<BreachVerdict> {
  const hash = await sha1Hex(password.normalize("NFC"));
  const suffix = hash.slice(PREFIX_CHARACTERS);
  try {
    const answer = await fetch(url + hash.slice(0, PREFIX_CHARACTERS), {
      headers: { "Add-Padding": "true", "User-Agent": "Taskward" },
      redirect: "manual",
      signal: AbortSignal.timeout(timeout_ms),
    });
    const text = answer.status === 200 ? await readBounded(answer) : null;
    const lines = text
      ?.trim()
      .split(/\r?\n/)
      .map((line) => LINE.exec(line));
    if (!lines?.every((line) => line !== null)) return "unavailable";
    // Padding has the count 0.
    return lines.some(([, known, count]) => known === suffix && Number(count) > 0) ? "breached" : "unknown";
  } catch {
    return "unavailable";
  }
}

async function sha1Hex(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", utf8(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
}

/** The body as text, or null beyond the bound: then the rest is not read. */
async function readBounded(answer: Response): Promise<string | null> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  const reader = answer.body?.getReader();
  if (!reader) return "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    bytes += value.length;
    if (bytes > ANSWER_BYTES_MAX) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}
