// What the table holds does not open a session: state altered or moved ends it, and a token needs its own secret.
import { expect, it } from "vitest";
import { Sealing } from "../../../durable-objects/principal/sealing.ts";
import { configure } from "../../../src/config.ts";
import { encodeBase64Url } from "../../../src/protocol/base64url.ts";
import { parseKeyRing } from "../../../src/protocol/key-ring.ts";
import { randomBytes } from "../../../src/protocol/random.ts";
import { mintSessionToken, verifySessionToken } from "../../../src/protocol/session-token.ts";
import { evict, inside, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { principalOf } from "./attempts.ts";
import { hurry, widenBuckets } from "./settings.ts";
import { audited } from "./trail.ts";

await hurry();
await widenBuckets();
await admin("main");
const ring = configure(env).key_ring;

interface StoredState extends Record<string, SqlStorageValue> {
  id: string;
  state_version: number;
  state: ArrayBuffer;
  last_used_at_ms: number;
}

const read = async (person: Person, token = person.token): Promise<number> =>
  (await person.send("/v1/session", { token })).status;

/** Changes the stored row behind the product's back, and makes it look again. */
async function alter(person: Person, work: (sql: SqlStorage) => void): Promise<void> {
  await inside(principalOf(person), (_, { storage }) => work(storage.sql));
  await evict(principalOf(person));
}

it("sealed state with any one bit altered ends the session", async () => {
  const bob = await signUp();
  const [{ state }] = (await rowsOf<{ state: ArrayBuffer }>(
    principalOf(bob),
    "SELECT state FROM session",
  )) as [{ state: ArrayBuffer }];
  const bits = state.byteLength * 8;
  for (const bit of [0, 13, 40, Math.floor(bits / 2), bits - 129, bits - 1]) {
    await bob.signIn();
    await alter(bob, (sql) => {
      const row = sql
        .exec<{ state: ArrayBuffer }>("SELECT state FROM session WHERE id = ?", bob.session_id)
        .one();
      const altered = new Uint8Array(row.state.slice(0));
      const byte = Math.floor(bit / 8);
      altered[byte] = altered[byte]! ^ (1 << (bit % 8));
      sql.exec("UPDATE session SET state = ? WHERE id = ?", altered, bob.session_id);
    });
    expect(await read(bob), `bit ${bit}`).toBe(401);
    expect(await rowsOf(principalOf(bob), "SELECT 1 FROM session WHERE id = ?", bob.session_id)).toEqual([]);
  }
  const unreadable = await audited("main", { type: "session.state_unreadable", user_id: bob.id, count: 6 });
  expect(unreadable.every(({ severity, decision }) => severity === "critical" && decision === "deny")).toBe(
    true,
  );
});

it("state moved from another session's row ends the session", async () => {
  const bob = await signUp();
  const other = await bob.otherSession();
  await alter(bob, (sql) =>
    sql.exec(
      "UPDATE session SET state = (SELECT state FROM session WHERE id = ?) WHERE id = ?",
      other.session_id,
      bob.session_id,
    ),
  );
  expect(await read(bob)).toBe(401);
  expect(await read(bob, other.token)).toBe(200);
});

it("a whole row renamed to another session's id opens for neither token", async () => {
  const bob = await signUp();
  const other = await bob.otherSession();
  await alter(bob, (sql) => {
    sql.exec("DELETE FROM session WHERE id = ?", bob.session_id);
    sql.exec("UPDATE session SET id = ? WHERE id = ?", bob.session_id, other.session_id);
  });
  expect(await read(bob)).toBe(401);
  expect(await read(bob, other.token)).toBe(401);
});

it("the state opens with the session's own secret alone: key ring and table do not suffice", async () => {
  const bob = await signUp();
  const { secret } = (await verifySessionToken(ring, bob.token))!;
  const [stored] = await rowsOf<StoredState>(
    principalOf(bob),
    "SELECT id, state_version, state, last_used_at_ms FROM session",
  );
  const row = { ...stored!, state: new Uint8Array(stored!.state) };
  const sealing = new Sealing(ring, () => `main/${bob.id}`);
  expect((await sealing.openState(row, secret))?.bindings).toMatchObject({ address: bob.address });
  expect(await sealing.openState(row, randomBytes(32))).toBeNull();
  const another = parseKeyRing(JSON.stringify([{ key_id: "k1", key: encodeBase64Url(randomBytes(32)) }]));
  expect(await new Sealing(another, () => `main/${bob.id}`).openState(row, secret)).toBeNull();
});

it("another state version is not opened as this one", async () => {
  const bob = await signUp();
  await alter(bob, (sql) => sql.exec("UPDATE session SET state_version = state_version + 1"));
  expect(await read(bob)).toBe(401);
});

it("a row moved to another principal opens nothing there", async () => {
  const [bob, eve] = [await signUp(), await signUp()];
  const [row] = await rowsOf(principalOf(bob), "SELECT * FROM session");
  await alter(eve, (sql) => {
    const names = Object.keys(row!);
    const marks = names.map(() => "?").join(", ");
    sql.exec(`INSERT INTO session (${names.join(", ")}) VALUES (${marks})`, ...Object.values(row!));
  });
  const claims = (await verifySessionToken(ring, bob.token))!;
  const moved = await mintSessionToken(ring, { ...claims, principal_id: eve.id });
  expect(await read({ ...eve, send: bob.send.bind(bob) } as Person, moved)).toBe(401);
});

it("a token with another secret, rightly signed, is refused and ends nothing", async () => {
  const bob = await signUp();
  const claims = (await verifySessionToken(ring, bob.token))!;
  const secret = claims.secret.slice();
  secret[31] = secret[31]! ^ 1;
  for (const wrong of [secret, randomBytes(32)]) {
    const token = await mintSessionToken(ring, { ...claims, secret: wrong as Uint8Array<ArrayBuffer> });
    expect(await read(bob, token), "before it was ever opened").toBe(401);
    expect(await read(bob)).toBe(200);
    expect(await read(bob, token), "while the right one is in memory").toBe(401);
    await evict(principalOf(bob));
  }
  expect(await read(bob)).toBe(200);
});

it("a token with any one character altered is refused at the edge", async () => {
  const bob = await signUp();
  const parts = bob.token.split(".");
  for (let part = 0; part < parts.length; part += 1) {
    const text = parts[part]!;
    const at = Math.floor(text.length / 2);
    const other = text[at] === "a" ? "b" : "a";
    const altered = parts.with(part, text.slice(0, at) + other + text.slice(at + 1)).join(".");
    expect(await read(bob, altered), `part ${part}`).toBe(401);
  }
  expect(await read(bob)).toBe(200);
});

it("a token of a session that never was names no object into being", async () => {
  const claims = {
    workspace: "main",
    principal_id: `usr_${"0".repeat(26)}`,
    session_id: `ses_${"0".repeat(26)}`,
    secret: randomBytes(32) as Uint8Array<ArrayBuffer>,
  };
  const bob = await signUp();
  expect(await read(bob, await mintSessionToken(ring, claims))).toBe(401);
  const stub = principalOf({ workspace: "main", id: claims.principal_id });
  expect(await rowsOf(stub, "SELECT name FROM sqlite_master WHERE name = 'object'")).toEqual([]);
});
