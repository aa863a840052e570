// Codes of a second factor: each step once, one step either side of now, six ASCII digits.
import { expect, it } from "vitest";
import { totpAt } from "../../../src/protocol/one-time-code.ts";
import { clock, STEP_MS } from "../harness/clock.ts";
import { evict } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { newAddress } from "../harness/worker.ts";
import { fresh, principalOf, tryToSignIn } from "./attempts.ts";
import { hurry } from "./settings.ts";

await hurry();
await admin("main");

const STEPS = [-3, -2, -1, 0, 1, 2, 3, 4, 5];

/** A person whose earlier codes lie far behind, and of whose codes about now no two happen to be the same. */
async function enrolled(): Promise<Person> {
  const person = await signUp({ mfa: true });
  clock.advance(300);
  const codes = () => new Set(STEPS.map((steps) => codeAt(person, steps)));
  while (codes().size < STEPS.length) clock.advance(STEP_MS / 1000);
  return person;
}

const codeAt = ({ totp_secret }: Person, steps: number): string =>
  totpAt(totp_secret!, clock.now_ms() + steps * STEP_MS);

const statusWith = async (person: Person, mfa_code: unknown): Promise<number> =>
  (await tryToSignIn(person, { mfa_code })).status;

it("of three sign-ins with one code, one succeeds", async () => {
  const bob = await enrolled();
  const code = codeAt(bob, 0);
  const statuses = [await statusWith(bob, code), await statusWith(bob, code), await statusWith(bob, code)];
  expect(statuses).toEqual([200, 401, 401]);
});

it("a used code is refused after eviction too", async () => {
  const bob = await enrolled();
  const code = codeAt(bob, 0);
  expect(await statusWith(bob, code)).toBe(200);
  await evict(principalOf(bob));
  expect(await statusWith(bob, code)).toBe(401);
});

it.each([
  [-2, 401],
  [-1, 200],
  [0, 200],
  [1, 200],
  [2, 401],
])("the code of a step %i away is answered %i", async (steps, status) => {
  const bob = await enrolled();
  expect(await statusWith(bob, codeAt(bob, steps))).toBe(status);
});

it("a code holds to the last millisecond of the step after its own", async () => {
  const bob = await enrolled();
  const code = codeAt(bob, 0);
  clock.advance(59.999);
  expect(await statusWith(bob, code)).toBe(200);
  clock.advance(0.001);
  const next = codeAt(bob, 0);
  clock.advance(60);
  expect(await statusWith(bob, next)).toBe(401);
});

it("an earlier step is refused after a later one", async () => {
  const bob = await enrolled();
  const [before, present, after] = [codeAt(bob, -1), codeAt(bob, 0), codeAt(bob, 1)];
  expect(await statusWith(bob, after)).toBe(200);
  expect(await statusWith(bob, present)).toBe(401);
  expect(await statusWith(bob, before)).toBe(401);
});

it("a failed sign-in does not spend its code", async () => {
  const bob = await enrolled();
  const mfa_code = codeAt(bob, 0);
  expect((await tryToSignIn(bob, { mfa_code, password: "wrong" })).status).toBe(401);
  expect(await statusWith(bob, mfa_code)).toBe(200);
});

it("a code counts once over all operations that take one", async () => {
  const bob = await enrolled();
  const [mfa_code, { password }] = [codeAt(bob, 0), bob];
  expect((await bob.send("/v1/session/step-up", { json: { password, mfa_code, ...fresh() } })).status).toBe(
    200,
  );
  expect(await statusWith(bob, mfa_code)).toBe(401);
  const json = { password, mfa_code, new_password: "a battery for a horse", ...fresh() };
  expect((await bob.send("/v1/auth/password", { method: "PUT", json })).status).toBe(401);
});

it("the code of another person is refused", async () => {
  const [bob, carl] = [await enrolled(), await enrolled()];
  while (bob.factor!.knows(codeAt(carl, 0))) clock.advance(STEP_MS / 1000);
  expect(await statusWith(bob, codeAt(carl, 0))).toBe(401);
});

it("nothing but six ASCII digits is a code", async () => {
  const bob = await enrolled();
  const code = codeAt(bob, 0);
  const wide = [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join("");
  const statusOf = async (mfa_code: unknown) =>
    (await tryToSignIn(bob, { mfa_code }, { address: newAddress() })).status;
  for (const wrong of [`${code} `, ` ${code}`, `0${code}`, code.slice(1), wide]) {
    expect(await statusOf(wrong), JSON.stringify(wrong)).toBe(401);
  }
  for (const wrong of ["", Number(code), null, [code]]) {
    expect(await statusOf(wrong), JSON.stringify(wrong)).toBe(422);
  }
  expect(await statusOf(code)).toBe(200);
});
