// Whom planning may ask: rules where nothing is set, a model where its key, its binding and its price are there. A key
// is never told, and one that changes serves the next call.
import { describe, expect, test } from "vitest";
import { ConfigurationError, configure } from "../../src/config.ts";
import { bound } from "./bindings.ts";

const key = Buffer.alloc(32, 1).toString("base64url");
const complete = {
  ...bound,
  KEY_RING: JSON.stringify([{ key_id: "k1", key }]),
  BOOTSTRAP_KEY: key,
};
const modelOf = (more: Record<string, unknown>) => configure({ ...complete, ...more }).ai.model;
const namedIn = (more: Record<string, unknown>): string => {
  try {
    modelOf(more);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
  }
  throw new Error("not refused");
};
const keysOf = async (more: Record<string, unknown>) => {
  const model = modelOf(more);
  if (model?.provider !== "gemini") throw new Error("not Gemini");
  return model.keys();
};
const GEMINI_API_KEY = "AIzaSy-nobody-0000";

describe("who is asked", () => {
  test("nobody, unless a key is there or a provider is named", () => {
    expect(modelOf({})).toBeNull();
    expect(modelOf({ GEMINI_API_KEY: "" })).toBeNull();
    expect(modelOf({ GEMINI_API_KEY, AI_PROVIDER: "offline" })).toBeNull();
    expect(modelOf({ GEMINI_API_KEY })).toMatchObject({
      provider: "gemini",
      model: "gemini-3.1-flash-lite",
      base_url: "https://generativelanguage.googleapis.com",
      gateway_token: null,
      streaming: false,
    });
    expect(modelOf({ AI_PROVIDER: "workers_ai", AI: {} })).toMatchObject({ provider: "workers_ai" });
  });

  test("a gateway stands where Gemini's own address would", () => {
    const GEMINI_BASE_URL = "https://gateway.ai.cloudflare.com/v1/account/gate/google-ai-studio/";
    expect(modelOf({ GEMINI_API_KEY, GEMINI_BASE_URL, AI_GATEWAY_TOKEN: "gate-token" })).toMatchObject({
      base_url: GEMINI_BASE_URL.slice(0, -1),
      gateway_token: "gate-token",
    });
  });
});

test.each([
  ["AI_PROVIDER", { AI_PROVIDER: "oracle" }],
  ["GEMINI_API_KEY", { AI_PROVIDER: "gemini" }],
  ["GEMINI_API_KEY", { GEMINI_API_KEY: "two words" }],
  ["GEMINI_API_KEY", { GEMINI_API_KEY: " , " }],
  ["GEMINI_API_KEY", { GEMINI_API_KEY: "good-key-0000\r\nx-other: header" }],
  ["AI_MODEL", { GEMINI_API_KEY, AI_MODEL: "gemini-of-unknown-price" }],
  ["AI_MODEL", { GEMINI_API_KEY, AI_MODEL: "@cf/meta/llama-3.3-70b-instruct-fp8-fast" }],
  ["AI_MODEL", { GEMINI_API_KEY, AI_MODEL: "constructor" }],
  ["AI", { AI_PROVIDER: "workers_ai" }],
  ["GEMINI_BASE_URL", { GEMINI_API_KEY, GEMINI_BASE_URL: "http://gemini.example/" }],
  ["GEMINI_BASE_URL", { GEMINI_API_KEY, GEMINI_BASE_URL: "https://gemini.example/?key=x" }],
  ["AI_BUDGET_MICRODOLLARS_PER_DAY", { AI_BUDGET_MICRODOLLARS_PER_DAY: "-1" }],
  ["AI_TIMEOUT_SECONDS", { AI_TIMEOUT_SECONDS: "61" }],
])("what does not fit is refused as %s, without its content: %j", (name, more) => {
  const message = namedIn(more);
  expect(message).toMatch(new RegExp(`: ${name}\\.`));
  expect(message).not.toMatch(/good-key|two words|other|nobody/);
});

describe("keys", () => {
  test("may be several, the one to use first", async () => {
    expect(await keysOf({ GEMINI_API_KEY: "new-key-0000,\n old-key-0000" })).toEqual([
      "new-key-0000",
      "old-key-0000",
    ]);
  });

  test("of a store are read at each call, and what is no key is none", async () => {
    let held: unknown = "first-key-0000";
    // As bindings are: a method that knows its own object.
    const store = new (class {
      readonly #held = () => held;
      async get() {
        return this.#held();
      }
    })();
    const model = modelOf({ GEMINI_API_KEY: store });
    if (model?.provider !== "gemini") throw new Error("not Gemini");
    expect(await model.keys()).toEqual(["first-key-0000"]);
    held = "second-key-0000";
    expect(await model.keys()).toEqual(["second-key-0000"]);
    for (held of ["", "x\ny", "no key", null, 7]) expect(await model.keys()).toEqual([]);
  });
});
