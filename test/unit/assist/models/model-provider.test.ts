// A model as a provider: what is asked twice and what is not, when it is left alone, and what it costs at most.
import { describe, expect, test } from "vitest";
import { ModelProvider } from "../../../../src/assist/model-provider.ts";
import type { Billed, Vendor, VendorAnswer } from "../../../../src/assist/vendors/vendor.ts";
import { costOf } from "../../../../src/domain/ai-price.ts";
import { afterCall, beforeCall, CLOSED } from "../../../../src/domain/circuit-breaker.ts";
import { BREAKDOWN, breakdown, marks, modelOf, reach } from "./requests.ts";

const MODEL = "gemini-3.1-flash-lite";
const BILLED = { input_tokens: 1_000, output_tokens: 2_000 };
const fine: VendorAnswer = { ok: true, text: JSON.stringify(BREAKDOWN), billed: BILLED };
const failed = (retry_after_ms: number | null, billed: Billed = "nothing"): VendorAnswer => ({
  ok: false,
  failure: "unavailable",
  billed,
  retry_after_ms,
});

/** Gives these answers one after the other. Each test's vendor has a breaker of its own, kept by its name. */
let names = 0;
function vendorOf(...answers: VendorAnswer[]): Vendor & { readonly asked: number[] } {
  const asked: number[] = [];
  names += 1;
  const provider = `gemini ${names}` as "gemini";
  return {
    ...{ provider, model: MODEL, asked },
    async ask(_, attempt) {
      asked.push(attempt);
      return answers.shift() ?? failed(null);
    },
  };
}

test("an answer that cannot be searched for keys is neither used nor kept, and is paid for", async () => {
  const secrets = async () => {
    throw new Error("no store of secrets");
  };
  const model = new ModelProvider(vendorOf(fine), breakdown(), marks(), secrets, reach());
  expect(await model.answer(breakdown())).toMatchObject({ ok: false, failure: "unavailable" });
  expect(model.trace).toMatchObject({ answer: null, ...BILLED });
});

describe("one retry", () => {
  test("where the vendor says that it helps, after the time that it asks for", async () => {
    const vendor = vendorOf(failed(2_000), fine);
    const waited_ms: number[] = [];
    const model = modelOf(vendor, breakdown(), { reach: reach(undefined, waited_ms) });
    expect(await model.answer(breakdown())).toMatchObject({ ok: true });
    expect(vendor.asked).toEqual([0, 1]);
    expect(waited_ms).toEqual([2_200]);
  });

  test("and no second one", async () => {
    const vendor = vendorOf(failed(0), failed(0), fine);
    expect(await modelOf(vendor, breakdown()).answer(breakdown())).toMatchObject({ failure: "unavailable" });
    expect(vendor.asked.length).toBe(2);
  });

  test.each([
    ["which cannot help", failed(null)],
    ["which would take too long", failed(3_001)],
  ])("none %s", async (_, answer) => {
    const vendor = vendorOf(answer, fine);
    expect((await modelOf(vendor, breakdown()).answer(breakdown())).ok).toBe(false);
    expect(vendor.asked.length).toBe(1);
  });

  test("none after the deadline of the whole request", async () => {
    const vendor = vendorOf(failed(0), fine);
    const request = { ...breakdown(), signal: AbortSignal.abort() };
    expect((await modelOf(vendor, request).answer(request)).ok).toBe(false);
    expect(vendor.asked.length).toBe(1);
  });
});

describe("the circuit breaker", () => {
  test("opens after five failures, lets one try it after half a minute, and closes when that works", async () => {
    const vendor = vendorOf(...Array.from({ length: 5 }, () => failed(null)));
    const clock = { now_ms: 0 };
    const ask = () => modelOf(vendor, breakdown(), { reach: reach(clock) });
    for (let call = 0; call < 5; call += 1) await ask().answer(breakdown());
    const refused = ask();
    expect(await refused.answer(breakdown())).toEqual({ ok: false, failure: "unavailable", usage: null });
    expect(refused.trace).toMatchObject({ attempts: 0, prompt: null, spent_microdollars: 0 });
    expect(refused.trace.guards).toContain("breaker: open");
    expect(vendor.asked.length).toBe(5);
    clock.now_ms += 30_000;
    await Promise.all([ask().answer(breakdown()), ask().answer(breakdown())]);
    expect(vendor.asked.length).toBe(6);
  });

  test("is for vendors that cannot be reached, not for answers that are no good", () => {
    let breaker = CLOSED;
    for (let call = 0; call < 4; call += 1) breaker = afterCall(breaker, false, 0);
    expect(beforeCall(breaker, 0).pass).toBe(true);
    breaker = afterCall(breaker, false, 0);
    expect(beforeCall(breaker, 29_999).pass).toBe(false);
    const trial = beforeCall(breaker, 30_000);
    expect(trial.pass).toBe(true);
    expect(beforeCall(trial.breaker, 30_000).pass).toBe(false);
    expect(afterCall(trial.breaker, true, 30_000)).toEqual(CLOSED);
    expect(beforeCall(afterCall(trial.breaker, false, 31_000), 60_999).pass).toBe(false);
  });
});

describe("what it costs", () => {
  const now_ms = reach().now();

  test("is the list price of what the vendor counted", async () => {
    const model = modelOf(vendorOf(fine), breakdown());
    await model.answer(breakdown());
    expect(model.trace.spent_microdollars).toBe(250 + 3_000);
    expect(costOf(MODEL, BILLED, now_ms)).toBe(3_250);
    expect(() => costOf("toString", BILLED, now_ms)).toThrow();
  });

  test.each([
    ["an answer that says what it likes", { ...fine, billed: { input_tokens: 1e300, output_tokens: 1e300 } }],
    ["two attempts that ended nobody knows how", failed(0, "unknown")],
  ])("is never more than was reserved: %s", async (_, answer) => {
    const model = modelOf(vendorOf(answer, answer), breakdown());
    await model.answer(breakdown());
    expect(model.trace.spent_microdollars).toBeGreaterThan(10_000);
    expect(model.trace.spent_microdollars).toBeLessThanOrEqual(model.bound_microdollars);
  });

  test("is nothing where nothing was sent, or an error came back", async () => {
    const model = modelOf(vendorOf(failed(0), failed(0)), breakdown());
    await model.answer(breakdown());
    expect(model.trace).toMatchObject({ attempts: 2, spent_microdollars: 0, input_tokens: 0 });
  });
});
