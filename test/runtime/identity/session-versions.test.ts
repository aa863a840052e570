// Sealed state of an earlier version is brought forward when it is opened: the session goes on, stays bound, and is
// watched from then on as any other.
import { expect, it } from "vitest";
import { type SessionState, STATE_VERSION } from "../../../durable-objects/principal/session-state.ts";
import { configure } from "../../../src/config.ts";
import { openJson, sealJson } from "../../../src/protocol/sealed-box.ts";
import { verifySessionToken } from "../../../src/protocol/session-token.ts";
import { clock } from "../harness/clock.ts";
import { evict, inside, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { principalOf } from "./attempts.ts";
import { hurry } from "./settings.ts";

await hurry();
await admin("main");
const ring = configure(env).key_ring;
const lisbon = {
  city: "Lisbon",
  country: "PT",
  latitude: "38.72",
  longitude: "-9.14",
  botManagement: { ja4: "a" },
};
const sydney = { ...lisbon, city: "Sydney", country: "AU", latitude: "-33.87", longitude: "151.21" };

/** How the state of that version is sealed, and where. */
async function boxOptions(person: Person, version: number) {
  const { secret: salt } = (await verifySessionToken(ring, person.token))!;
  const associated_data = `main/${person.id}/${person.session_id}/${version}`;
  return { purpose: "session-state", associated_data, salt };
}

async function storedVersion(person: Person): Promise<number> {
  const sql = "SELECT state_version FROM session WHERE id = ?";
  return (await rowsOf<{ state_version: number }>(principalOf(person), sql, person.session_id))[0]!
    .state_version;
}

/** Puts the session back to how an earlier release stored it: the first bindings alone, the second not what is known. */
async function takeBack(person: Person, version = 1, sealed_as = version): Promise<void> {
  const sql = "SELECT state FROM session WHERE id = ?";
  const [row] = await rowsOf<{ state: ArrayBuffer }>(principalOf(person), sql, person.session_id);
  const present = await boxOptions(person, STATE_VERSION);
  const { bindings, risk } = (await openJson<SessionState>(ring, new Uint8Array(row!.state), present))!;
  const { known, ...risk_before } = risk;
  const before = version === 1 ? { bindings } : { bindings, risk: risk_before };
  const state = await sealJson(ring, before, await boxOptions(person, sealed_as));
  await inside(principalOf(person), (_, { storage }) =>
    storage.sql.exec(
      "UPDATE session SET state_version = ?, state = ? WHERE id = ?",
      version,
      state,
      person.session_id,
    ),
  );
  await evict(principalOf(person));
}

const read = async (person: Person, more: object = {}) => (await person.send("/v1/session", more)).status;

it("a session of version 1 goes on, without a risk that it never had, and is stored anew as of this one", async () => {
  const bob = await signUp({ cf: lisbon });
  await takeBack(bob);
  expect(await storedVersion(bob)).toBe(1);
  clock.advance(60);
  const { session } = (await bob.client.currentSession()).body;
  expect(session.risk).toEqual({ score: 0, reasons: [] });
  await evict(principalOf(bob));
  expect(await read(bob)).toBe(200);
  expect(await storedVersion(bob)).toBe(STATE_VERSION);
});

it("and is watched from then on: it cannot travel faster than an airliner, evicted or not", async () => {
  const bob = await signUp({ cf: lisbon });
  await takeBack(bob);
  clock.advance(60);
  expect(await read(bob)).toBe(200);
  await evict(principalOf(bob));
  clock.advance(600);
  expect(await read(bob, { cf: sydney })).toBe(401);
  expect(await read(bob)).toBe(401);
});

it("one of version 2 keeps what raised its risk, and knows from where it was used last", async () => {
  const bob = await signUp({ cf: lisbon });
  clock.advance(60);
  const spain = { ...lisbon, country: "ES" };
  expect(await read(bob, { cf: spain })).toBe(200);
  await takeBack(bob, 2);
  expect(await read(bob, { cf: spain })).toBe(200);
  const { session } = (await bob.client.currentSession()).body;
  expect(session.risk).toEqual({ score: 25, reasons: ["new_country"] });
  expect(await read(bob, { cf: { ...spain, botManagement: { ja4: "b" } } })).toBe(401);
});

it("its bindings hold as before", async () => {
  const bob = await signUp();
  await takeBack(bob);
  expect(await read(bob, { address: "198.51.100.77" })).toBe(401);
  expect(await read(bob)).toBe(401);
});

it("nobody passes a state off as one of another version, nor brings one of a version to come", async () => {
  for (const [version, sealed_as] of [
    [1, 2],
    [2, 1],
    [2, 3],
    [3, 2],
    [STATE_VERSION + 1, STATE_VERSION + 1],
    [0, 0],
  ] as const) {
    const bob = await signUp();
    await takeBack(bob, version, sealed_as);
    expect(await read(bob), `${version}, sealed as ${sealed_as}`).toBe(401);
  }
});
