// The client of Workers AI against its published shapes: what is asked, both forms of an answer, and every failure.
import { expect, test } from "vitest";
import { ANSWER_CHARACTERS_MAX, type Prompt } from "../../../../src/assist/vendors/vendor.ts";
import { workersAi } from "../../../../src/assist/vendors/workers-ai.ts";

const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const PROMPT: Prompt = {
  instructions: "Plan.",
  data: "DATA",
  schema: { type: "object" },
  output_tokens_max: 777,
};
const USAGE = { prompt_tokens: 400, completion_tokens: 150, total_tokens: 550 };
const BILLED = { input_tokens: 400, output_tokens: 150 };

const ask = (run: () => Promise<unknown>, signal = new AbortController().signal) =>
  workersAi(MODEL, { run }).ask(PROMPT, 0, signal);

test("a call asks for the structure, within a bound, and offers no tools", async () => {
  const asked: unknown[] = [];
  const runner = {
    async run(...told: unknown[]) {
      asked.push(...told);
      return { response: { a: 1 }, usage: USAGE };
    },
  };
  await workersAi(MODEL, runner).ask(PROMPT, 0, new AbortController().signal);
  expect(asked).toEqual([
    MODEL,
    {
      messages: [
        { role: "system", content: "Plan." },
        { role: "user", content: "DATA" },
      ],
      max_tokens: 777,
      temperature: 0.2,
      response_format: { type: "json_schema", json_schema: { type: "object" } },
    },
  ]);
});

test.each([
  ["the structure itself", { a: 1 }],
  ["its text", '{"a":1}'],
])("an answer is %s", async (_, response) => {
  expect(await ask(async () => ({ response, usage: USAGE }))).toEqual({
    ok: true,
    text: '{"a":1}',
    billed: BILLED,
  });
});

test("where nothing is said of tokens, as much counts as there can be", async () => {
  expect(await ask(async () => ({ response: "{}" }))).toMatchObject({ ok: true, billed: "unknown" });
});

test.each([
  ["no answer", undefined],
  ["no response", { usage: USAGE }],
  ["a number", { response: 1 }],
  ["tokens below nothing", { response: "{}", usage: { prompt_tokens: -1, completion_tokens: 0 } }],
])("%s is malformed, and may have been billed", async (_, output) => {
  expect(await ask(async () => output)).toEqual({
    ok: false,
    failure: "malformed",
    billed: "unknown",
    retry_after_ms: null,
  });
});

test("what is too long is malformed, and billed as it says; what just fits is not", async () => {
  const answer = (length: number) => async () => ({ response: "x".repeat(length), usage: USAGE });
  expect(await ask(answer(ANSWER_CHARACTERS_MAX))).toMatchObject({ ok: true });
  const long = await ask(answer(ANSWER_CHARACTERS_MAX + 1));
  expect(long).toMatchObject({ ok: false, failure: "malformed", billed: BILLED });
});

test.each([
  ["3040: Capacity temporarily exceeded, please try again.", "limited"],
  ["3036: you have used up your daily free allocation", "limited"],
  ["13040: something else", "unavailable"],
  ["InferenceUpstreamError: 1031", "unavailable"],
])("the platform's %j is %s, worth another try, and tells nobody more", async (message, failure) => {
  expect(await ask(() => Promise.reject(new Error(message)))).toEqual({
    ok: false,
    failure,
    billed: "unknown",
    retry_after_ms: 0,
  });
});

test("a model that is silent is left when patience ends", async () => {
  const patience = new AbortController();
  const asked = ask(() => new Promise(() => {}), patience.signal);
  patience.abort();
  expect(await asked).toEqual({ ok: false, failure: "timed_out", billed: "unknown", retry_after_ms: null });
});

test("whoever has no patience left asks nothing", async () => {
  let is_asked = false;
  const run = () => {
    is_asked = true;
    return new Promise(() => {});
  };
  const answer = await ask(run, AbortSignal.abort());
  expect(answer).toEqual({ ok: false, failure: "timed_out", billed: "nothing", retry_after_ms: null });
  expect(is_asked).toBe(false);
});
