// Model Armor against a server that insists on the documented request and answers in the documented shapes: clean is only
// what every filter has looked at.
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Composite } from "../../../src/defence/composite.ts";
import type { RemoteValidator } from "../../../src/defence/validator.ts";
import { findingsOf, modelArmor } from "../../../src/defence/validators/model-armor.ts";
import { parseServiceAccount } from "../../../src/protocol/jwt-assertion.ts";

const TEMPLATE = "projects/taskward/locations/europe-west4/templates/strict";
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const filter = (name: string, matchState: string, more: object = {}) => ({
  [`${name}FilterResult`]: { executionState: "EXECUTION_SUCCESS", matchState, ...more },
});
const NO = "NO_MATCH_FOUND";
const YES = "MATCH_FOUND";
const clean = {
  filterMatchState: NO,
  invocationResult: "SUCCESS",
  filterResults: {
    csam: filter("csamFilter", NO),
    malicious_uris: filter("maliciousUri", NO),
    rai: filter("rai", NO, {
      raiFilterTypeResults: { dangerous: { filterType: "DANGEROUS", matchState: NO } },
    }),
    pi_and_jailbreak: filter("piAndJailbreak", NO),
    sdp: { sdpFilterResult: { inspectResult: { executionState: "EXECUTION_SUCCESS", matchState: NO } } },
  },
};
const injected = {
  ...clean,
  filterMatchState: YES,
  filterResults: {
    ...clean.filterResults,
    pi_and_jailbreak: filter("piAndJailbreak", YES, { confidenceLevel: "MEDIUM_AND_ABOVE" }),
  },
};

let server: Server;
let armour: RemoteValidator;
let status = 200;
let answer: unknown;
let tokens = 0;
const asked: { path: string; authorization: string; body: unknown }[] = [];

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (request.url === "/token") {
      tokens += 1;
      response.end(JSON.stringify({ access_token: `token-${tokens}`, expires_in: 3_600 }));
      return;
    }
    asked.push({
      path: `${request.method} ${request.url}`,
      authorization: request.headers.authorization ?? "",
      body: JSON.parse(body),
    });
    const text = typeof answer === "string" ? answer : JSON.stringify({ sanitizationResult: answer });
    response.writeHead(status, { "Content-Type": "application/json" }).end(text);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account = parseServiceAccount(
    JSON.stringify({
      client_email: "screen@taskward.example",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      token_uri: `${endpoint}/token`,
    }),
  )!;
  const reach = { send: (url: string, init: RequestInit) => fetch(url, init), now: () => 1_700_000_000_000 };
  armour = modelArmor({ account, template: TEMPLATE, endpoint }, reach);
});
afterAll(() => server.close());
beforeEach(() => {
  [status, answer] = [200, clean];
  asked.length = 0;
});

const inspect = (text = "hello") => armour.inspect(text, AbortSignal.timeout(5_000));

describe("over the wire", () => {
  test("it asks as the documentation says, with one access token for many questions", async () => {
    expect(await inspect("first")).toEqual([]);
    expect(await inspect("second")).toEqual([]);
    expect(asked.map(({ path }) => path)).toEqual(Array(2).fill(`POST /v1/${TEMPLATE}:sanitizeUserPrompt`));
    expect(asked.map(({ body }) => body)).toEqual([
      { userPromptData: { text: "first" } },
      { userPromptData: { text: "second" } },
    ]);
    expect(new Set(asked.map(({ authorization }) => authorization)).size).toBe(1);
    expect(asked[0]!.authorization).toMatch(/^Bearer token-\d+$/);
  });

  test("a refused token is asked for anew", async () => {
    status = 401;
    await expect(inspect()).rejects.toThrow("401");
    status = 200;
    const before = tokens;
    await inspect();
    expect(tokens).toBe(before + 1);
  });

  test.each([429, 500, 302])("status %d is no answer", async (code) => {
    status = code;
    await expect(inspect()).rejects.toThrow(String(code));
  });

  test.each(["", "{}", "null", "not JSON", "[]", `{"sanitizationResult":"${"x".repeat(70_000)}"}`])(
    "an answer that is none is refused (%#)",
    async (text) => {
      answer = text;
      await expect(inspect()).rejects.toThrow();
    },
  );

  test("within the composite, its silence refuses or is recorded", async () => {
    status = 503;
    const composite = new Composite([
      { name: "model_armor", validator: armour, timeout_ms: 2_000, on_failure: "refuse" },
    ]);
    expect(await composite.screenRemotely("hello", "free_text", [])).toMatchObject({
      verdict: "refuse",
      findings: [{ class: "unchecked", what: ["model_armor"] }],
    });
  });
});

describe("an answer", () => {
  const read = (result: unknown) => findingsOf({ sanitizationResult: result });
  const withFilter = (name: string, value: unknown, more: object = {}) => ({
    ...clean,
    ...more,
    filterResults: { ...clean.filterResults, [name]: value },
  });

  test("that is whole and matches nothing is clean", () => {
    expect(read(clean)).toEqual([]);
  });

  test("names prompt injection, with the score of its confidence", () => {
    expect(read(injected)).toEqual([
      { class: "prompt", score: 0.9, what: ["model_armor_pi_and_jailbreak"], at: 0 },
    ]);
  });

  test.each([
    ["partial", { ...clean, invocationResult: "PARTIAL" }],
    ["failed", { ...clean, invocationResult: "FAILURE" }],
    ["of an unknown outcome", { ...clean, invocationResult: undefined }],
    ["of an unspecified state", { ...clean, filterMatchState: "FILTER_MATCH_STATE_UNSPECIFIED" }],
    ["without filters", { ...clean, filterResults: {} }],
    [
      "of a filter that was skipped",
      withFilter("pi_and_jailbreak", filter("piAndJailbreak", NO, { executionState: "EXECUTION_SKIPPED" })),
    ],
    ["of a filter in an unknown state", withFilter("rai", filter("rai", "FILTER_MATCH_STATE_UNSPECIFIED"))],
  ])("that is %s is never clean", (_, result) => {
    expect(() => read(result)).toThrow();
  });

  test("that is partial and matches still tells of the match", () => {
    expect(read({ ...injected, invocationResult: "PARTIAL" })).toHaveLength(1);
  });

  test("that matches in a place of its own is a finding of content", () => {
    const rai = filter("rai", NO, {
      raiFilterTypeResults: { dangerous: { matchState: YES, confidenceLevel: "HIGH" } },
    });
    expect(read(withFilter("rai", rai))).toMatchObject([{ class: "content", score: 0.99 }]);
    expect(read({ ...clean, filterMatchState: YES })).toMatchObject([{ class: "content" }]);
  });

  test.each([
    ["HIGH", 0.99],
    ["MEDIUM_AND_ABOVE", 0.9],
    ["LOW_AND_ABOVE", 0.6],
    [undefined, 0.99],
    ["NEW_WORD", 0.99],
  ])("of confidence %s scores %d", (confidenceLevel, score) => {
    const match = filter("piAndJailbreak", YES, { confidenceLevel });
    expect(read(withFilter("pi_and_jailbreak", match))).toEqual([
      { class: "prompt", score, what: ["model_armor_pi_and_jailbreak"], at: 0 },
    ]);
  });

  test("that says it matches and not where is a sure finding of content", () => {
    expect(read({ filterMatchState: YES })).toEqual([
      { class: "content", score: 0.99, what: ["model_armor"], at: 0 },
    ]);
  });

  test("that nests its filters is read to the sixth level, and is not clean beyond", () => {
    const nested = (depth: number, matchState: string): object =>
      depth === 0
        ? { matchState }
        : { executionState: "EXECUTION_SUCCESS", inner: nested(depth - 1, matchState) };
    expect(read(withFilter("deep", nested(6, YES)))).toMatchObject([{ what: ["model_armor_deep"] }]);
    expect(read({ ...clean, filterResults: { deep: nested(6, NO) } })).toEqual([]);
    expect(() => read({ ...clean, filterResults: { deep: nested(7, NO) } })).toThrow("did not look");
  });

  test.each([null, [], "text", 7, undefined])("that is %j has no result", (result) => {
    expect(() => read(result)).toThrow("has no result");
  });

  test.each([null, [], "text", ["MATCH_FOUND"]])("whose filters are %j is never clean", (filterResults) => {
    expect(() => read({ ...clean, filterResults })).toThrow("did not look");
  });
});

test("an answer of 65,536 characters is read, a longer one is not", async () => {
  const whole = JSON.stringify({ sanitizationResult: clean });
  answer = whole.padEnd(65_536);
  expect(await inspect()).toEqual([]);
  answer = whole.padEnd(65_537);
  await expect(inspect()).rejects.toThrow("too much");
});

test("whoever is asked to go elsewhere does not, and the access token stays where nothing refused it", async () => {
  const before = tokens;
  status = 500;
  await expect(inspect()).rejects.toThrow("500");
  status = 200;
  await inspect();
  expect(tokens).toBe(before);
});
