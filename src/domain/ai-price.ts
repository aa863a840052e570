// What models cost: a dated table of list prices in micro-dollars per million tokens, and what a call comes to. Output
// includes what a model thinks. A model that is not in the table cannot be asked: nobody could say what it costs.
// Sources: ai.google.dev/gemini-api/docs/pricing and developers.cloudflare.com/workers-ai/platform/pricing, as of the
// dates. A price that rises gets a new row with its date before that date comes.

interface Price {
  /** ISO 8601 date from which on it holds. */
  readonly since: string;
  readonly input: number;
  readonly output: number;
}

export interface PricedModel {
  readonly provider: "gemini" | "workers_ai";
  /** The latest first. */
  readonly prices: readonly [Price, ...Price[]];
}

export const MODELS: Readonly<Record<string, PricedModel>> = {
  "gemini-3.1-flash-lite": {
    provider: "gemini",
    prices: [{ since: "2026-05-07", input: 250_000, output: 1_500_000 }],
  },
  "gemini-3.5-flash": {
    provider: "gemini",
    prices: [{ since: "2026-06-01", input: 1_500_000, output: 9_000_000 }],
  },
  "@cf/meta/llama-3.3-70b-instruct-fp8-fast": {
    provider: "workers_ai",
    prices: [{ since: "2025-02-20", input: 293_000, output: 2_253_000 }],
  },
};

export const DEFAULT_MODELS = {
  gemini: "gemini-3.1-flash-lite",
  workers_ai: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
} as const;

export interface Tokens {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/** Micro-dollars, rounded up; throws for a model that has no price. */
export function costOf(model: string, { input_tokens, output_tokens }: Tokens, now_ms: number): number {
  const priced = Object.hasOwn(MODELS, model) ? MODELS[model]! : null;
  if (!priced) throw new Error("no price is known for this model");
  const price = priced.prices.find(({ since }) => Date.parse(since) <= now_ms) ?? priced.prices.at(-1)!;
  return Math.ceil((input_tokens * price.input + output_tokens * price.output) / 1_000_000);
}
