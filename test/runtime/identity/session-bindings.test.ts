// A session is bound to where it began: address, user agent and client certificate. Use from elsewhere ends it
// at once, for everybody. The TLS fingerprint is only watched.
import { expect, it } from "vitest";
import { evict, rowsOf } from "../harness/objects.ts";
import { admin, type NewPerson, type Person, signUp } from "../harness/people.ts";
import type { Sending } from "../harness/worker.ts";
import { atOnce, principalOf, tally } from "./attempts.ts";
import { hurry } from "./settings.ts";
import { audited } from "./trail.ts";

await hurry();
await admin("main");

const certified = (fingerprint: string, verified = "SUCCESS") => ({
  tlsClientAuth: {
    ...{ certPresented: "1", certVerified: verified, certRevoked: "0" },
    certFingerprintSHA256: fingerprint.padEnd(64, "0"),
  },
});
const read = async (person: Person, sending: Sending = {}): Promise<number> =>
  (await person.send("/v1/session", sending)).status;

const violations: Record<string, [NewPerson, Sending]> = {
  "another IPv4 address": [{ address: "203.0.113.10" }, { address: "203.0.113.11" }],
  "another IPv6 /64": [{ address: "2001:db8:1:1::1" }, { address: "2001:db8:1:2::1" }],
  "no address": [{ address: "203.0.113.10" }, { address: null }],
  "another user agent": [{ user_agent: "browser/1" }, { headers: { "User-Agent": "browser/2" } }],
  "no user agent": [{ user_agent: "browser/1" }, { headers: { "User-Agent": "" } }],
  "another certificate": [{ cf: certified("aa11") }, { cf: certified("bb22") }],
  "no certificate": [{ cf: certified("aa11") }, { cf: { city: "Bern" } }],
  "an unverified certificate": [{ cf: certified("aa11") }, { cf: certified("aa11", "FAILED:expired") }],
  "a certificate where there was none": [{ cf: { city: "Bern" } }, { cf: certified("aa11") }],
};

it.each(Object.entries(violations))(
  "use with %s ends the session for everybody",
  async (_, [at, elsewhere]) => {
    const bob = await signUp(at);
    expect(await read(bob)).toBe(200);
    expect(await read(bob, elsewhere)).toBe(401);
    expect(await read(bob)).toBe(401);
    expect(await rowsOf(principalOf(bob), "SELECT id FROM session")).toEqual([]);
  },
);

it("the same holds for the first use after eviction", async () => {
  const bob = await signUp({ address: "203.0.113.20" });
  await evict(principalOf(bob));
  expect(await read(bob, { address: "203.0.113.21" })).toBe(401);
  expect(await read(bob)).toBe(401);
});

it("an IPv6 host may move within its /64, however it is written", async () => {
  const bob = await signUp({ address: "2001:db8:5:5::1" });
  for (const address of ["2001:db8:5:5::2", "2001:DB8:5:5:ffff:0:0:1", "2001:0db8:0005:0005::1"]) {
    expect(await read(bob, { address })).toBe(200);
  }
});

it("a violation ends renewed relatives too, and is audited as a security event", async () => {
  const bob = await signUp({ address: "203.0.113.30" });
  const { session_token, session } = (await bob.client.renewSession()).body;
  const other = await bob.otherSession();
  expect(await read(bob, { token: session_token!, address: "203.0.113.31" })).toBe(401);
  expect(await read(bob)).toBe(401);
  expect(await read(bob, { token: session_token! })).toBe(401);
  expect(await read(bob, { token: other.token }), "another session is not the thief's").toBe(200);
  const [event] = await audited("main", { type: "session.binding_violated", user_id: bob.id });
  expect(event).toMatchObject({ decision: "deny", severity: "error", targets: [session.id] });
  expect(event!.details).toEqual({ factors: ["address"] });
});

it("a thief among 100 parallel requests of the owner ends the session, and nothing succeeds afterwards", async () => {
  const bob = await signUp({ address: "203.0.113.40" });
  const answers = await atOnce(60, (index) => read(bob, index === 30 ? { address: "203.0.113.41" } : {}));
  expect(answers[30]).toBe(401);
  expect(await read(bob)).toBe(401);
  expect(tally(answers.map((status) => new Response(null, { status })))[401]).toBeGreaterThan(0);
});

it("a changed TLS fingerprint is noted and the session lives", async () => {
  const cf = (ja4: string) => ({ botManagement: { ja4 } });
  const bob = await signUp({ cf: cf("t13d1516h2_aaaa") });
  expect(await read(bob, { cf: cf("t13d1516h2_bbbb") })).toBe(200);
  expect(await read(bob)).toBe(200);
  const [event] = await audited("main", { type: "session.binding_violated", user_id: bob.id });
  expect(event).toMatchObject({
    rule: "observe",
    decision: "allow",
    details: { factors: ["tls_fingerprint"] },
  });
});

it("forwarding headers of the client change nothing", async () => {
  const bob = await signUp();
  const headers = {
    "X-Forwarded-For": "198.51.100.9",
    "True-Client-IP": "198.51.100.9",
    Forwarded: "for=198.51.100.9",
  };
  expect(await read(bob, { headers })).toBe(200);
});
