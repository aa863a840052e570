// Reading GenerateContentResponse, whole or in chunks: the text of the first candidate, how it ended, what it cost.
// Whatever is not what was asked for (a call of a function, a cut-off text, a filter that struck) is no answer.
import * as v from "valibot";
import { ANSWER_CHARACTERS_MAX, type Billed, failed, type VendorAnswer } from "./vendor.ts";

const tokens = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0);

const Chunk = v.object({
  candidates: v.optional(
    v.array(
      v.object({
        content: v.optional(
          v.object({
            parts: v.optional(
              v.array(v.looseObject({ text: v.optional(v.string()), thought: v.optional(v.boolean()) })),
            ),
          }),
        ),
        finishReason: v.optional(v.string()),
        index: v.optional(v.number()),
      }),
    ),
    [],
  ),
  promptFeedback: v.optional(v.object({ blockReason: v.optional(v.string()) })),
  usageMetadata: v.optional(
    v.object({ promptTokenCount: tokens, candidatesTokenCount: tokens, thoughtsTokenCount: tokens }),
  ),
});

/** How a text ends that a filter of the vendor's has stopped. */
const BLOCKED: ReadonlySet<string> = new Set([
  "SAFETY",
  "RECITATION",
  "LANGUAGE",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "IMAGE_SAFETY",
]);
/** What a part may hold. */
const PART_FIELDS: ReadonlySet<string> = new Set(["text", "thought", "thoughtSignature"]);

export class GeminiReading {
  #text = "";
  #finish: string | null = null;
  #is_blocked = false;
  #is_malformed = false;
  #billed: Billed = "unknown";

  /** Whether more of it could still make an answer. */
  get goesOn(): boolean {
    return !this.#is_blocked && !this.#is_malformed;
  }

  take(chunk: unknown): void {
    const parsed = v.safeParse(Chunk, chunk);
    if (!parsed.success) {
      this.#is_malformed = true;
      return;
    }
    const { candidates, promptFeedback, usageMetadata } = parsed.output;
    if (usageMetadata) {
      const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount } = usageMetadata;
      this.#billed = {
        input_tokens: promptTokenCount,
        output_tokens: candidatesTokenCount + thoughtsTokenCount,
      };
    }
    if (promptFeedback?.blockReason !== undefined) this.#is_blocked = true;
    const candidate = candidates.find(({ index = 0 }) => index === 0);
    for (const part of candidate?.content?.parts ?? []) {
      if (Object.keys(part).some((name) => !PART_FIELDS.has(name))) this.#is_malformed = true;
      else if (part.thought !== true) this.#text += part.text ?? "";
    }
    this.#finish = candidate?.finishReason ?? this.#finish;
    if (this.#finish !== null && BLOCKED.has(this.#finish)) this.#is_blocked = true;
    if (this.#text.length > ANSWER_CHARACTERS_MAX) this.#is_malformed = true;
  }

  answer(): VendorAnswer {
    if (this.#is_blocked) return failed("blocked", this.#billed);
    if (this.#is_malformed || this.#finish !== "STOP") return failed("malformed", this.#billed);
    return { ok: true, text: this.#text, billed: this.#billed };
  }
}
