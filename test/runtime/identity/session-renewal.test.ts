// Renewal rotates the token: the parent lives ten seconds more, and its use after that ends the family.
// What the session was bound to and when it must end stay as they were.
import { expect, it, vi } from "vitest";
import { Sealing } from "../../../durable-objects/principal/sealing.ts";
import { clock } from "../harness/clock.ts";
import { Halt } from "../harness/halt.ts";
import { evict, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { atOnce, principalOf, tally } from "./attempts.ts";
import { hurry, widenBuckets } from "./settings.ts";
import { eventsOf } from "./trail.ts";

await hurry();
await widenBuckets();
await admin("main");

const read = async (person: Person, token: string): Promise<number> =>
  (await person.send("/v1/session", { token })).status;
const renew = async (person: Person) => (await person.client.renewSession()).body;

it("the parent lives ten seconds more, to the millisecond, for answers lost on the way", async () => {
  const bob = await signUp();
  const child = (await renew(bob)).session_token!;
  clock.advance(9.999);
  expect(await read(bob, bob.token)).toBe(200);
  expect(await read(bob, child)).toBe(200);
  clock.advance(0.001);
  expect(await read(bob, bob.token)).toBe(401);
});

it("a parent used after its ten seconds ends the whole family, with a critical event", async () => {
  const bob = await signUp();
  const child = await renew(bob);
  const other = await bob.otherSession();
  clock.advance(10);
  expect(await read(bob, child.session_token!)).toBe(200);
  expect(await read(bob, bob.token)).toBe(401);
  expect(await read(bob, child.session_token!)).toBe(401);
  expect(await read(bob, other.token)).toBe(200);
  const reused = (await eventsOf("main")).filter(
    ({ event_type, user_id }) => event_type === "session.token_reused" && user_id === bob.id,
  );
  expect(reused).toMatchObject([{ user_id: bob.id, severity: "critical", targets: [bob.session_id] }]);
});

it("reuse is noticed after eviction and housekeeping, hours later and generations on", async () => {
  const bob = await signUp();
  let token = bob.token;
  for (let generation = 0; generation < 4; generation += 1) {
    token = (await bob.client.with({ session_token: token }).renewSession()).body.session_token!;
    clock.advance(1_500);
    await ringAlarm(principalOf(bob));
  }
  await evict(principalOf(bob));
  expect(await read(bob, token)).toBe(200);
  expect(await read(bob, bob.token)).toBe(401);
  expect(await read(bob, token)).toBe(401);
});

it("whoever renews all day leaves no more than a thousand tokens behind, the latest", async () => {
  const bob = await signUp();
  const { session_token } = await renew(bob);
  clock.advance(60);
  const columns =
    "secret_hash, created_at_ms, authenticated_at_ms, last_used_at_ms, absolute_deadline_ms, state_version, state, description, risk_score, risk_reasons";
  await rowsOf(
    principalOf(bob),
    `INSERT INTO session (id, family, replaced_at_ms, ${columns})
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
       SELECT 'ses_' || i, family, replaced_at_ms + i, ${columns} FROM n, session WHERE id = ?`,
    bob.session_id,
  );
  await evict(principalOf(bob));
  const child = await bob.client.with({ session_token: session_token! }).renewSession();
  const left = await rowsOf<{ count: number; oldest: string }>(
    principalOf(bob),
    `SELECT count(*) AS count, (SELECT id FROM session ORDER BY replaced_at_ms IS NULL, replaced_at_ms LIMIT 1) AS oldest
     FROM session WHERE replaced_at_ms IS NOT NULL`,
  );
  expect(left).toEqual([{ count: 1_000, oldest: "ses_202" }]);
  expect(await read(bob, child.body.session_token!)).toBe(200);
  expect(await read(bob, bob.token), "opens nothing, and ends nothing any more").toBe(401);
  expect(await read(bob, child.body.session_token!)).toBe(200);
});

it("renewal inherits the absolute deadline and the time of authentication", async () => {
  const bob = await signUp();
  const before = (await bob.client.currentSession()).body.session;
  clock.advance(601);
  const { session, session_token } = await renew(bob);
  expect(session.expires_at).toBe(before.expires_at);
  expect(session.id).not.toBe(before.id);
  const child = bob.client.with({ session_token: session_token! });
  expect((await child.currentSession()).body.session.authenticated_at).toBe(before.authenticated_at);
  await expect(child.beginMfa()).rejects.toMatchObject({ reason: "step_up_required" });
});

it("no chain of renewals outlives the absolute deadline", async () => {
  const bob = await signUp();
  let token = bob.token;
  for (let hours = 0; hours < 48; hours += 1) {
    token = (await bob.client.with({ session_token: token }).renewSession()).body.session_token!;
    clock.advance(1_799);
  }
  expect(await read(bob, token)).toBe(200);
  clock.advance(47.999);
  expect(await read(bob, token)).toBe(200);
  clock.advance(0.001);
  expect(await read(bob, token)).toBe(401);
});

it("of parallel renewals of one token, one gives a child", async () => {
  const bob = await signUp();
  const answers = await atOnce(20, () => bob.send("/v1/session/renew", { method: "POST" }));
  expect(tally(answers)).toEqual({ 200: 1, 409: 19 });
  const live = await rowsOf(principalOf(bob), "SELECT id FROM session WHERE replaced_at_ms IS NULL");
  expect(live).toHaveLength(1);
});

it("signing out with the child ends the parent, and the other way round", async () => {
  for (const which of ["parent", "child"]) {
    const bob = await signUp();
    const child = (await renew(bob)).session_token!;
    const token = which === "parent" ? bob.token : child;
    expect((await bob.send("/v1/auth/logout", { method: "POST", token })).status).toBe(204);
    expect([await read(bob, bob.token), await read(bob, child)]).toEqual([401, 401]);
  }
});

it("only the child is listed", async () => {
  const bob = await signUp();
  const { session, session_token } = await renew(bob);
  const { sessions } = (await bob.client.with({ session_token: session_token! }).listSessions()).body;
  expect(sessions.map(({ id, current }) => [id, current])).toEqual([[session.id, true]]);
});

/** Renews, and has the session used from `cf` while the new one is being sealed. */
async function renewedWhileUsed(person: Person, cf: Record<string, unknown>): Promise<Response> {
  const halt = new Halt();
  const { sealState } = Sealing.prototype;
  vi.spyOn(Sealing.prototype, "sealState").mockImplementationOnce(async function (this: Sealing, ...state) {
    await halt.here();
    return sealState.apply(this, state);
  });
  const renewing = person.send("/v1/session/renew", { method: "POST" });
  await halt.reached();
  await person.send("/v1/session", { cf });
  halt.end();
  const answer = await renewing;
  vi.restoreAllMocks();
  return answer;
}

const portugal = { country: "PT", botManagement: { ja4: "a" } };

it("what comes under suspicion while it is renewed is not renewed", async () => {
  const bob = await signUp({ cf: portugal });
  clock.advance(60);
  const answer = await renewedWhileUsed(bob, { country: "ES", botManagement: { ja4: "b" } });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("WWW-Authenticate")).toContain("insufficient_user_authentication");
  expect(await read(bob, bob.token)).toBe(401);
});

it("a risk that is raised while the session is renewed is not left behind", async () => {
  const bob = await signUp({ cf: portugal });
  clock.advance(60);
  expect((await renewedWhileUsed(bob, { ...portugal, country: "ES" })).status).toBe(409);
  const child = (await renew(bob)).session_token!;
  const { session } = (await bob.client.with({ session_token: child }).currentSession()).body;
  expect(session.risk).toEqual({ score: 25, reasons: ["new_country"] });
});
