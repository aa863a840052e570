// What a call to a model comes to, at the price of its day.
import { describe, expect, test } from "vitest";
import { costOf, DEFAULT_MODELS, MODELS } from "../../../src/domain/ai-price.ts";

const NOW_MS = Date.UTC(2026, 10, 22);

describe("prices of models", () => {
  test.each([
    ["gemini-3.1-flash-lite", 250_000, 1_500_000],
    ["gemini-3.5-flash", 1_500_000, 9_000_000],
    ["@cf/meta/llama-3.3-70b-instruct-fp8-fast", 293_000, 2_253_000],
  ])("%s: a million tokens in, and a million out", (model, input, output) => {
    expect(costOf(model, { input_tokens: 1_000_000, output_tokens: 0 }, NOW_MS)).toBe(input);
    expect(costOf(model, { input_tokens: 0, output_tokens: 1_000_000 }, NOW_MS)).toBe(output);
  });

  test("what a call comes to is the sum of both, rounded up", () => {
    const tokens = { input_tokens: 1_001, output_tokens: 10 };
    expect(costOf("gemini-3.1-flash-lite", tokens, NOW_MS)).toBe(266); // 250.25 + 15
    expect(costOf("gemini-3.1-flash-lite", { input_tokens: 0, output_tokens: 0 }, NOW_MS)).toBe(0);
  });

  test("before a model's first price its oldest one holds", () => {
    const tokens = { input_tokens: 1_000_000, output_tokens: 0 };
    expect(costOf("gemini-3.1-flash-lite", tokens, 0)).toBe(250_000);
  });

  test.each(["gemini-0", "constructor", ""])("%j has no price, and cannot be asked", (model) => {
    expect(() => costOf(model, { input_tokens: 1, output_tokens: 1 }, NOW_MS)).toThrow("no price");
  });

  test("every model has its prices with dates, the latest first; who offers it by default does", () => {
    for (const { prices } of Object.values(MODELS)) {
      const dates = prices.map(({ since }) => Date.parse(since));
      expect(dates.every(Number.isFinite)).toBe(true);
      expect(dates).toEqual(dates.toSorted((a, b) => b - a));
    }
    for (const [provider, model] of Object.entries(DEFAULT_MODELS))
      expect(MODELS[model]!.provider).toBe(provider);
  });
});
