// An attempt to sign in is counted once, with the debit of its admission where its short body is at hand, else by a call of
// its own; and not at all where admission refuses.
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { expect, it } from "vitest";
import type { StrangersRpc } from "../../../src/schema/messages/strangers.ts";
import worker from "../../../src/worker.ts";
import { allOf, rowsOf, tablesOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { env, newAddress, requestTo } from "../harness/worker.ts";
import { fresh, lengthOf } from "./attempts.ts";
import { hurry } from "./settings.ts";

await hurry();
await admin("main");

const LONG_PASSWORD = "wrong ".repeat(20);

interface Trial {
  /** What is called on the shard, in order. */
  readonly calls: string[];
  readonly status: number;
}

/** A sign-in, and what it asks of its shard; `version` 1: a shard of the version that counts by a call alone. */
async function signIn(
  { workspace, username, password: right, address }: Person,
  { password = right, has_length = true, is_padded = false, version = 2, from = address } = {},
): Promise<Trial> {
  const calls: string[] = [];
  const shardNamed = (name: string) =>
    new Proxy(env.STRANGERS.getByName(name) as StrangersRpc, {
      get: (stub, method: keyof StrangersRpc | "then") => {
        if (method === "then") return undefined;
        return (...given: never[]) => {
          calls.push(method);
          const taken = version === 1 && method === "admit" ? given.slice(0, 2) : given;
          return (stub[method] as (...all: unknown[]) => unknown)(...taken);
        };
      },
    });
  const json = { workspace, username, password, ...fresh() };
  const body = JSON.stringify(json) + " ".repeat(is_padded ? 5_000 : 0);
  const length = is_padded ? `${body.length}` : lengthOf(json);
  const headers = { "Content-Type": "application/json", ...(has_length && { "Content-Length": length }) };
  const context = createExecutionContext();
  const request = requestTo("/v1/auth/login", { method: "POST", address: from, body, headers });
  const seen = { ...env, STRANGERS: { getByName: shardNamed } };
  const { status } = await worker.fetch(request, seen as never, context);
  await waitOnExecutionContext(context);
  return { calls, status };
}

async function failuresOf({ workspace, id }: Person): Promise<number> {
  let failures = 0;
  for (const shard of await allOf("STRANGERS")) {
    if (!(await tablesOf(shard)).includes("attempt")) continue;
    const sql = "SELECT failures FROM attempt WHERE name = ?";
    for (const row of await rowsOf<{ failures: number }>(shard, sql, `${workspace}/${id}`))
      failures += row.failures;
  }
  return failures;
}

it("one that holds costs one call to its shard before it is tried, and one that forgives it", async () => {
  const bob = await signUp();
  expect(await signIn(bob)).toEqual({ status: 200, calls: ["admit", "attemptSucceeded"] });
  expect(await failuresOf(bob)).toBe(0);
});

it.each([
  ["whose body is short", {}, ["admit", "attemptFailed"]],
  ["whose body is long", { is_padded: true }, ["admit", "beginAttempt", "attemptFailed"]],
  ["whose body has no length", { has_length: false }, ["admit", "beginAttempt", "attemptFailed"]],
  ["at a shard of the version before", { version: 1 }, ["admit", "beginAttempt", "attemptFailed"]],
])("one that fails, %s, is counted once", async (_, how, calls) => {
  const bob = await signUp();
  expect(await signIn(bob, { ...how, password: LONG_PASSWORD })).toMatchObject({ status: 401, calls });
  expect(await failuresOf(bob)).toBe(1);
});

it("five lock the source out in whatever shape they come, and the sixth is not tried", async () => {
  const bob = await signUp();
  for (const how of [{}, { is_padded: true }, { has_length: false }, { version: 1 }, {}]) {
    expect((await signIn(bob, { ...how, password: LONG_PASSWORD })).status).toBe(401);
  }
  for (const how of [{}, { has_length: false }]) {
    const { status, calls } = await signIn(bob, how);
    expect([status, calls.at(-1)]).toEqual([429, how.has_length === false ? "beginAttempt" : "admit"]);
  }
});

it("one that its source's bucket refuses, or whose body is not valid, counts nothing", async () => {
  const bob = await signUp();
  const from = newAddress();
  for (let count = 0; count < 10; count += 1) {
    expect((await signIn(bob, { from, password: "" })).status).toBe(422);
  }
  expect(await signIn(bob, { from, password: LONG_PASSWORD })).toMatchObject({
    status: 429,
    calls: ["admit"],
  });
  expect(await failuresOf(bob)).toBe(0);
});
