// Between Taskward and whoever runs a model: one prompt, one text. A vendor sends and reads; it judges nothing of what
// the text says, and tells nobody what stood in an error.
import type { ProviderFailure } from "../provider.ts";

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

export interface Prompt {
  /** Rules: of templates alone. */
  readonly instructions: string;
  /** Material: marked as such. */
  readonly data: string;
  /** JSON Schema of the answer. */
  readonly schema: JsonObject;
  readonly output_tokens_max: number;
}

/** `nothing`: not billed; `unknown`: as much as it can be; otherwise as the vendor says. */
export type Billed =
  | "nothing"
  | "unknown"
  | { readonly input_tokens: number; readonly output_tokens: number };

export type VendorAnswer =
  | { readonly ok: true; readonly text: string; readonly billed: Billed }
  | {
      readonly ok: false;
      readonly failure: ProviderFailure;
      readonly billed: Billed;
      /** How long to wait before a second try can help; null where none can. */
      readonly retry_after_ms: number | null;
    };

export interface Vendor {
  readonly provider: "gemini" | "workers_ai";
  readonly model: string;
  /** Never throws. `attempt` counts from 0; a second one may use another key. */
  ask(prompt: Prompt, attempt: number, signal: AbortSignal): Promise<VendorAnswer>;
}

/** A text is cut off beyond this, and is then no answer. */
export const ANSWER_CHARACTERS_MAX = 131_072;

export const failed = (
  failure: ProviderFailure,
  billed: Billed,
  retry_after_ms: number | null = null,
): VendorAnswer => ({ ok: false, failure, billed, retry_after_ms });
