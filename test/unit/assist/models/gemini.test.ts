// The client of Gemini against its published shapes: whole and streamed, errors, filters, broken answers, keys.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type GeminiSettings, gemini } from "../../../../src/assist/vendors/gemini.ts";
import type { Prompt } from "../../../../src/assist/vendors/vendor.ts";
import { type GeminiStandIn, startGemini } from "./gemini-stand-in.ts";

const KEY = "AIza-not-a-key-of-anybody-000000000000";
const PROMPT: Prompt = {
  instructions: "Plan.",
  data: "DATA",
  schema: { type: "object" },
  output_tokens_max: 777,
};
const BILLED = { input_tokens: 400, output_tokens: 150 };

let stand_in: GeminiStandIn;
beforeAll(async () => {
  stand_in = await startGemini(() => ({ text: '{"a":1}' }));
});
afterAll(() => stand_in.close());
beforeEach(() => {
  stand_in.told.length = 0;
  stand_in.say = () => ({ text: '{"a":1}' });
});

const ask = (
  settings: Partial<GeminiSettings> = {},
  { attempt = 0, signal = new AbortController().signal } = {},
) =>
  gemini(
    {
      model: "gemini-3.1-flash-lite",
      base_url: stand_in.base_url.slice(0, -1),
      keys: async () => [KEY],
      gateway_token: null,
      streaming: false,
      ...settings,
    },
    fetch,
  ).ask(PROMPT, attempt, signal);

test("a call carries its key in a header alone, the strictest filters, a bound, and no tools", async () => {
  expect(await ask({ gateway_token: "gate" })).toEqual({ ok: true, text: '{"a":1}', billed: BILLED });
  const [told] = stand_in.told;
  expect(told).toMatchObject({
    method: "POST",
    url: "/v1beta/models/gemini-3.1-flash-lite:generateContent",
    headers: { "x-goog-api-key": KEY, "cf-aig-authorization": "Bearer gate" },
    body: {
      systemInstruction: { parts: [{ text: "Plan." }] },
      contents: [{ role: "user", parts: [{ text: "DATA" }] }],
      generationConfig: {
        maxOutputTokens: 777,
        candidateCount: 1,
        responseMimeType: "application/json",
        responseJsonSchema: { type: "object" },
      },
    },
  });
  const { safetySettings } = told!.body;
  expect(safetySettings.map(({ category }) => category).sort()).toEqual([
    "HARM_CATEGORY_DANGEROUS_CONTENT",
    "HARM_CATEGORY_HARASSMENT",
    "HARM_CATEGORY_HATE_SPEECH",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
  ]);
  expect(new Set(safetySettings.map(({ threshold }) => threshold))).toEqual(new Set(["BLOCK_LOW_AND_ABOVE"]));
  expect(Object.keys(told!.body)).not.toContain("tools");
  expect(JSON.stringify([told!.url, told!.body])).not.toContain(KEY);
});

test("a streamed answer is the same as a whole one, as events and as a list", async () => {
  const text = JSON.stringify({ tasks: ["größer", "🚀".repeat(20)] });
  stand_in.say = () => ({ text });
  expect(await ask({ streaming: true })).toEqual({ ok: true, text, billed: BILLED });
  expect(stand_in.told[0]!.url).toBe("/v1beta/models/gemini-3.1-flash-lite:streamGenerateContent?alt=sse");
  const list = await gemini(
    {
      model: "m",
      base_url: stand_in.base_url.slice(0, -1),
      keys: async () => [KEY],
      gateway_token: null,
      streaming: true,
    },
    (url, init) => fetch(url.replace("?alt=sse", ""), init),
  ).ask(PROMPT, 0, new AbortController().signal);
  expect(list).toEqual({ ok: true, text, billed: BILLED });
});

test("thoughts are no part of the answer", async () => {
  stand_in.say = () => ({ text: "{}", parts: [{ text: "I think", thought: true, thoughtSignature: "x" }] });
  expect(await ask()).toMatchObject({ ok: true, text: "{}" });
});

describe.each([false, true])("streaming %s", (streaming) => {
  const usage = { promptTokenCount: 12 };
  test.each([
    [
      "a prompt that a filter stops",
      { response: { promptFeedback: { blockReason: "SAFETY" }, usageMetadata: usage } },
      "blocked",
    ],
    ["an answer that a filter stops", { text: '{"a"', finish: "SAFETY" }, "blocked"],
    ["personal data found by the vendor", { text: "{", finish: "SPII" }, "blocked"],
    ["recitation", { text: "{}", finish: "RECITATION" }, "blocked"],
    ["an answer cut off by the bound", { text: '{"a":', finish: "MAX_TOKENS" }, "malformed"],
    ["an answer without an end", { text: '{"a":1}', finish: null }, "malformed"],
    ["a reason that nobody knows", { text: '{"a":1}', finish: "OTHER" }, "malformed"],
    ["no candidate", { response: { usageMetadata: usage } }, "malformed"],
    [
      "a call of a function",
      { text: "{}", parts: [{ functionCall: { name: "apply", args: {} } }] },
      "malformed",
    ],
    ["code to be run", { text: "{}", parts: [{ executableCode: { code: "x" } }] }, "malformed"],
    ["something else", { response: { candidates: "none" } }, "malformed"],
  ] as const)("%s is no answer", async (_, reply, failure) => {
    stand_in.say = () => reply;
    expect(await ask({ streaming })).toMatchObject({ ok: false, failure, retry_after_ms: null });
  });

  test("what is no JSON is no answer, which is not to say that nobody answered", async () => {
    for (const raw of ["<html>busy</html>", streaming ? 'data: {"a\r\n\r\n' : '[{"candidates":[']) {
      stand_in.say = () => ({ raw });
      expect(await ask({ streaming }), raw).toMatchObject({ ok: false, failure: "malformed" });
    }
  });

  test("a connection that breaks may be tried again, and is counted as if it had cost the most", async () => {
    stand_in.say = () => ({ cut: streaming ? 'data: {"candidates":[]}\r\n\r\ndata: {' : '{"candidates"' });
    expect(await ask({ streaming })).toEqual({
      ok: false,
      failure: "unavailable",
      billed: "unknown",
      retry_after_ms: 0,
    });
  });

  test("an answer without end is not read to its end", async () => {
    stand_in.say = () => ({ text: "x".repeat(3_000_000) });
    expect(await ask({ streaming })).toMatchObject({ ok: false, failure: "malformed" });
  });
});

test("whoever does not answer in time is given up", async () => {
  stand_in.say = () => ({ never: true });
  const stop = new AbortController();
  const asked = ask({}, { signal: stop.signal });
  await expect.poll(() => stand_in.told.length).toBe(1);
  stop.abort();
  expect(await asked).toMatchObject({ failure: "timed_out", billed: "unknown", retry_after_ms: null });
});

test.each([
  [{ status: 429, headers: { "Retry-After": "2" } }, "limited", 2_000],
  [
    {
      status: 429,
      error: {
        code: 429,
        details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.5s" }],
      },
    },
    "limited",
    34_500,
  ],
  [{ status: 503 }, "unavailable", 0],
  [{ status: 500, headers: { "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" } }, "unavailable", 0],
  [{ status: 400 }, "unavailable", null],
  [{ status: 404 }, "unavailable", null],
  [{ status: 307, headers: { Location: "http://127.0.0.1:1/" } }, "unavailable", null],
  [{ status: 403 }, "unavailable", null],
] as const)("%j costs nothing and is told apart", async (reply, failure, retry_after_ms) => {
  stand_in.say = () => reply;
  expect(await ask()).toEqual({ ok: false, failure, billed: "nothing", retry_after_ms });
  expect(stand_in.told.length).toBe(1);
});

test("a refused key gives way to the next, and a new one serves the next call", async () => {
  const held = ["old-key-0000", "new-key-0000"];
  const keys = async () => held;
  const error = { code: 400, status: "INVALID_ARGUMENT", details: [{ reason: "API_KEY_INVALID" }] };
  stand_in.say = ({ headers }) =>
    headers["x-goog-api-key"] === "old-key-0000" ? { status: 400, error } : { text: "{}" };
  expect(await ask({ keys })).toMatchObject({ ok: false, retry_after_ms: 0 });
  expect(await ask({ keys }, { attempt: 1 })).toMatchObject({ ok: true });
  held.shift();
  expect(await ask({ keys })).toMatchObject({ ok: true });
  held.length = 0;
  expect(await ask({ keys })).toEqual({
    ok: false,
    failure: "unavailable",
    billed: "nothing",
    retry_after_ms: null,
  });
});
