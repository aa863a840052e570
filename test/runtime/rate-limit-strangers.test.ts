// Token buckets of callers without a name: by address, where an IPv6 /64 is one, and by nothing that a client can say.
import { beforeAll, expect, it } from "vitest";
import { clock } from "./harness/clock.ts";
import { open } from "./harness/envelope.ts";
import { allOf, crash } from "./harness/objects.ts";
import { admin, signUp } from "./harness/people.ts";
import { newAddress, send } from "./harness/worker.ts";
import { LIMITS, stateOf, takeAll } from "./rate-limit/taking.ts";

beforeAll(async () => {
  await admin("main");
});

const nonce = (address: string | null, headers: Record<string, string> = {}) =>
  send("/v1/auth/nonce", { method: "POST", address, headers }).then(open);
const login = (address: string | null, headers: Record<string, string> = {}) =>
  send("/v1/auth/login", { method: "POST", address, headers, json: {} }).then(open);

it("callers without a name: have the same limits, by address", async () => {
  const [one, other] = [newAddress(), newAddress()];
  const { passed, refusal } = await takeAll(() => login(one), LIMITS.login.burst);
  expect(passed).toBe(LIMITS.login.burst);
  const wait_seconds = Number(refusal.headers.get("retry-after"));
  expect(wait_seconds).toBe(12);
  expect((await login(other)).status).toBe(422);
  expect(stateOf(await nonce(one)).remaining).toBe(LIMITS.api.burst - 1);
  clock.advance(wait_seconds - 1);
  expect((await login(one)).status).toBe(429);
  clock.advance(1);
  expect((await login(one)).status).toBe(422);
});

it("callers without a name: of one IPv6 /64 are one, in whatever spelling; the next /64 is another", async () => {
  const spellings = ["2001:db8:aa:1::1", "2001:DB8:AA:1:0:0:0:2", "2001:0db8:00aa:0001:ffff:ffff:ffff:ffff"];
  for (let count = 0; count < LIMITS.login.burst; count += 1) await login(spellings[count % 3]!);
  for (const address of spellings) expect((await login(address)).status).toBe(429);
  expect((await login("2001:db8:aa:2::1")).status).toBe(422);
});

it("callers without a name: of one IPv4 address are one, also where it comes as an IPv6 address", async () => {
  await takeAll(() => login("192.0.2.251"), LIMITS.login.burst);
  for (const address of ["::ffff:192.0.2.251", "::FFFF:c000:02fb"]) {
    expect((await login(address)).status, address).toBe(429);
  }
  expect((await login("192.0.2.252")).status).toBe(422);
});

it("callers without a name: cannot be somebody else by a header that anybody can send", async () => {
  const address = newAddress();
  await takeAll(() => login(address), LIMITS.login.burst);
  for (const name of [
    "X-Forwarded-For",
    "True-Client-IP",
    "X-Real-IP",
    "Forwarded",
    "CF-Pseudo-IPv4",
    "Via",
  ]) {
    expect((await login(address, { [name]: "203.0.113.77" })).status, name).toBe(429);
  }
  const { passed } = await takeAll(
    () => login("203.0.113.77", { "X-Forwarded-For": newAddress() }),
    LIMITS.login.burst,
  );
  expect(passed, "nor empty somebody else's bucket").toBe(LIMITS.login.burst);
});

it("callers without a name: without any address share one bucket: they do not pass unlimited", async () => {
  expect((await takeAll(() => login(null), LIMITS.login.burst)).passed).toBeLessThanOrEqual(
    LIMITS.login.burst,
  );
});

it("callers without a name: gain nothing by parallel requests, nor by what a name or a workspace they try", async () => {
  const address = newAddress();
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      send("/v1/auth/login", { address, json: { username: `u${index}`, workspace: `w${index}` } }),
    ),
  );
  expect(answers.filter(({ status }) => status !== 429)).toHaveLength(LIMITS.login.burst);
});

it("callers without a name: keep their buckets when their shard is evicted or crashes", async () => {
  const address = newAddress();
  await takeAll(() => login(address), LIMITS.login.burst);
  for (const stub of await allOf("STRANGERS")) await crash(stub);
  expect((await login(address)).status).toBe(429);
});

it("people who sign in share none of their address's bucket", async () => {
  const eve = await signUp();
  await takeAll(() => login(eve.address), LIMITS.login.burst);
  const stepUp = await open(await eve.send("/v1/session/step-up", { method: "POST", json: {} }));
  expect(stepUp.status).toBe(422);
  expect(stateOf(stepUp).remaining).toBe(LIMITS.login.burst - 1);
});
