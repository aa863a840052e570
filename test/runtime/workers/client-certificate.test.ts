// Mutual TLS: a certificate that Cloudflare has verified, and that is on record here, stands for its worker as a signature
// does. And sessions that a worker's key has opened: they may less, and end with the key.
import { beforeAll, describe, expect, it } from "vitest";
import { randomSecret } from "../../../src/protocol/random.ts";
import { generateSigningKeys } from "../../../src/protocol/signature-algorithm.ts";
import { factsOf } from "../harness/certificates.ts";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { createdObjects, evict, rowsOf } from "../harness/objects.ts";
import { admin, Person } from "../harness/people.ts";
import { newAddress, type Sending, send } from "../harness/worker.ts";
import { Agent, newWorkerName, publicJwkOf } from "../harness/workers.ts";
import { principalOf } from "../identity/attempts.ts";
import { liftCoarseLimit, widenBuckets } from "../identity/settings.ts";
import { audited, ruleCounts } from "../identity/trail.ts";

let ada: Person;
let gwen: Person;
let shared: Certified;
beforeAll(async () => {
  liftCoarseLimit();
  await widenBuckets();
  ada = await admin("main");
  gwen = await admin("other");
  shared = await newCertified();
});

interface Certified {
  readonly agent: Agent;
  readonly row_id: string;
  readonly fingerprint: string;
}

async function newCertified(by: Person = ada): Promise<Certified> {
  const { publicKey, privateKey: key } = await generateSigningKeys("ed25519");
  const body = { name: newWorkerName(), public_jwk: await publicJwkOf(publicKey as CryptoKey) };
  const { worker, key_id, certificate } = (await by.client.registerWorker({ body })).body;
  const agent = new Agent({ ...worker, workspace: by.workspace }, { key_id, algorithm: "ed25519", key });
  const { keys } = (await agent.client.listKeys({ params: { worker_id: agent.id } })).body;
  return { agent, row_id: keys[0]!.id, fingerprint: factsOf(certificate).fingerprint };
}

/** As Cloudflare describes the connection of whoever presents it. */
function presented({ agent, fingerprint }: Certified, change: Record<string, string> = {}): Sending {
  const subject = `CN=${agent.username},OU=WORKER,O=${agent.workspace}`;
  const tlsClientAuth = {
    ...{ certPresented: "1", certVerified: "SUCCESS", certRevoked: "0" },
    ...{ certFingerprintSHA256: fingerprint, certSubjectDNRFC2253: subject, certSubjectDN: subject },
    ...change,
  };
  return { cf: { tlsClientAuth }, address: newAddress() };
}

const whoAmI = async (sending: Sending) => open(await send("/v1/whoami", sending));
const cfOf = (sending: Sending) => sending as Sending & { cf: Record<string, unknown> };

describe("a certificate that was presented and verified", () => {
  it("stands for its worker, without a signature", async () => {
    const { status, body } = await whoAmI(presented(shared));
    expect(status).toBe(200);
    expect(body).toMatchObject({ principal: { id: shared.agent.id, workspace: "main", roles: ["WORKER"] } });
    const { keys } = (await shared.agent.client.listKeys({ params: { worker_id: shared.agent.id } })).body;
    expect(keys[0]!.last_used_at).toBe(new Date(clock.now_ms()).toISOString());
  });

  it("is the same in upper-case hex, and with spaces in its name", async () => {
    const certFingerprintSHA256 = shared.fingerprint.toUpperCase();
    const named = `CN=${shared.agent.username}, OU=WORKER, O=main`;
    const names = { certSubjectDNRFC2253: "", certSubjectDN: named };
    expect((await whoAmI(presented(shared, { certFingerprintSHA256, ...names }))).status).toBe(200);
  });

  it("may what its worker may, and nothing that is for people", async () => {
    expect((await send("/v1/users", presented(shared))).status).toBe(403);
    const minted = await send("/v1/tokens", {
      ...presented(shared),
      json: { name: "Mine", permissions: [] },
    });
    expect(minted.status).toBe(403);
    const other = await newCertified();
    const json = { key_id: other.row_id };
    expect((await send(`/v1/workers/${other.agent.id}/renew`, { ...presented(shared), json })).status).toBe(
      404,
    );
  });

  it("lets its worker renew it, which makes another that counts beside it", async () => {
    const mine = await newCertified();
    const renew = { ...presented(mine), json: {} };
    const renewed = await open(await send(`/v1/workers/${mine.agent.id}/renew`, renew));
    expect(renewed.status).toBe(201);
    const next = {
      ...mine,
      fingerprint: factsOf((renewed.body as { certificate: string }).certificate).fingerprint,
    };
    expect((await whoAmI(presented(next))).status).toBe(200);
    expect((await whoAmI(presented(mine))).status).toBe(200);
  });

  it("that has expired is refused, though Cloudflare calls it good and no alarm has rung since", async () => {
    const mine = await newCertified();
    clock.advance(90 * 86_400 - 1);
    expect((await whoAmI(presented(mine))).status).toBe(200);
    clock.advance(1);
    expect((await whoAmI(presented(mine))).status).toBe(401);
    await ada.signIn(); // whose own session is over, too
    shared = await newCertified();
  });

  it.each<[string, Record<string, string>]>([
    ["not presented", { certPresented: "0" }],
    ["not verified", { certVerified: "FAILED:unable to verify the first certificate" }],
    ["self-signed", { certVerified: "FAILED:self signed certificate" }],
    ["expired at Cloudflare", { certVerified: "FAILED:certificate has expired" }],
    ["revoked at Cloudflare", { certRevoked: "1" }],
    ["without a fingerprint", { certFingerprintSHA256: "" }],
    ["of a name twice", { certSubjectDNRFC2253: "CN=a,CN=b,O=main" }],
    ["of an escaped name", { certSubjectDNRFC2253: "CN=worker\\,O=main" }],
    ["of no workspace", { certSubjectDNRFC2253: "CN=worker-1" }],
  ])("%s, it is none", async (_, change) => {
    expect(await whoAmI(presented(shared, change))).toMatchObject({
      status: 401,
      reason: "authentication_required",
    });
  });

  it("of an authority that signs for clients of others leads nowhere: it is not on record", async () => {
    const before = await createdObjects();
    const fingerprint = "0123456789abcdef".repeat(4);
    const made = { ...shared, fingerprint };
    expect(await whoAmI(presented(made))).toMatchObject({ status: 401, reason: "certificate_refused" });
    const nobody = presented(made, { certSubjectDNRFC2253: "CN=nobody-here,OU=WORKER,O=nowhere" });
    expect(await whoAmI(nobody)).toMatchObject({ status: 401, reason: "certificate_refused" });
    expect(await createdObjects()).toEqual(before);
    const refused = await audited("main", { type: "access.refused", user_id: shared.agent.id });
    expect(ruleCounts(refused)).toMatchObject({ unknown_certificate: 1 });
  });

  it("of another worker, or of another workspace, is not this one's", async () => {
    await gwen.signIn();
    const [other, foreign] = [await newCertified(), await newCertified(gwen)];
    for (const { fingerprint } of [other, foreign]) {
      expect((await whoAmI(presented({ ...shared, fingerprint }))).status).toBe(401);
    }
    expect((await whoAmI(presented(foreign))).body).toMatchObject({ principal: { workspace: "other" } });
  });

  it("that was revoked, with its key or its worker, is refused at once", async () => {
    await ada.signIn();
    const [one, two] = [await newCertified(), await newCertified()];
    for (const each of [one, two]) expect((await whoAmI(presented(each))).status).toBe(200);
    await ada.client.revokeKey({ params: { worker_id: one.agent.id, key_id: one.row_id } });
    await ada.client.revokeWorker({ params: { worker_id: two.agent.id } });
    for (const each of [one, two]) {
      expect((await whoAmI(presented(each))).reason).toBe("certificate_refused");
    }
    await evict(principalOf(one.agent));
    expect((await whoAmI(presented(one))).reason).toBe("certificate_refused");
  });

  it("counts by what Cloudflare says alone: no header is believed", async () => {
    const { cf } = presented(shared) as { cf: { tlsClientAuth: Record<string, string> } };
    const { tlsClientAuth: auth } = cf;
    const headers = {
      "MF-CF-Blob": JSON.stringify(cf),
      "CF-Client-Cert-SHA256": auth.certFingerprintSHA256!,
      "Cf-Cert-Verified": "true",
      "Cf-Cert-Presented": "true",
      "Client-Cert": ":AAAA:",
      "X-SSL-Client-Verify": "SUCCESS",
    };
    expect(await whoAmI({ headers, address: newAddress() })).toMatchObject({
      status: 401,
      reason: "authentication_required",
    });
  });

  it.each(["Origin", "Sec-Fetch-Site"])(
    "does not count where a browser sends it by itself (%s)",
    async (name) => {
      const headers = { [name]: name === "Origin" ? "https://elsewhere.example" : "cross-site" };
      expect((await whoAmI({ ...presented(shared), headers })).reason).toBe("authentication_required");
    },
  );

  it("beside a signature or a token adds nothing: those decide", async () => {
    const other = await newCertified();
    const signed = await other.agent.signed("/v1/whoami", { method: "GET" });
    const both = await whoAmI({ ...signed, cf: cfOf(presented(shared)).cf });
    expect(both.body).toMatchObject({ principal: { id: other.agent.id } });
    const spoilt = { ...signed, cf: cfOf(presented(other)).cf };
    expect((await whoAmI(spoilt)).status, "the signature was used").toBe(401);
    const token = `tws_1.k1.main.${ada.id}.ses_x.${randomSecret()}.${randomSecret()}`;
    expect((await whoAmI({ ...presented(shared), token })).status).toBe(401);
  });
});

/** The session as a client would use it: from where it was opened. */
async function openSession(agent: Agent, cf?: Record<string, unknown>): Promise<Person> {
  const sending = await agent.signed("/v1/auth/agent-session", { method: "POST" });
  const opened = await open(await send("/v1/auth/agent-session", { ...sending, ...(cf && { cf }) }));
  expect(opened.status, opened.text).toBe(201);
  const { session_token, session } = opened.body as { session_token: string; session: { id: string } };
  const person = new Person({
    workspace: agent.workspace,
    address: agent.address,
    user_agent: agent.user_agent,
  });
  person.token = session_token;
  person.session_id = session.id;
  person.id = agent.id;
  return person;
}

const statusOf = async (as: Person, path = "/v1/whoami", sending: Sending = {}) =>
  (await as.send(path, sending)).status;

describe("a session that a worker's key has opened", () => {
  it("stands for the worker, and is signed out like any other", async () => {
    const { agent } = await newCertified();
    const session = await openSession(agent);
    expect((await session.client.whoAmI()).body.principal).toMatchObject({ id: agent.id, roles: ["WORKER"] });
    expect(await statusOf(session, "/v1/auth/logout", { method: "POST" })).toBe(204);
    expect(await statusOf(session)).toBe(401);
    const [event] = await audited("main", { type: "session.opened_by_key", user_id: agent.id });
    expect(event!.targets).toContain(session.session_id);
  });

  it("opens by a signature or a certificate, and by no session, no token and no person", async () => {
    await ada.signIn();
    const mine = await newCertified();
    const by_certificate = { ...presented(mine), method: "POST" };
    expect((await send("/v1/auth/agent-session", by_certificate)).status).toBe(201);
    const session = await openSession(mine.agent);
    expect(await statusOf(session, "/v1/auth/agent-session", { method: "POST" })).toBe(403);
    expect(await statusOf(ada, "/v1/auth/agent-session", { method: "POST" })).toBe(403);
    const body = { name: "Program", permissions: ["project:list" as const] };
    const { token } = (await (await ada.recent()).client.createToken({ body })).body;
    expect(await statusOf(ada, "/v1/auth/agent-session", { method: "POST", token })).toBe(403);
  });

  it("steps up to nothing, and changes neither keys nor its owner", async () => {
    const { agent, row_id } = await newCertified();
    const session = await openSession(agent);
    const { password, nonce, timestamp } = ada.proof() as {
      password: string;
      nonce: string;
      timestamp: number;
    };
    const stepped = await session.send("/v1/session/step-up", { json: { password, nonce, timestamp } });
    expect(stepped.status).toBe(403);
    const path = `/v1/workers/${agent.id}`;
    const attempts: [string, Sending][] = [
      [`${path}/renew`, { json: {} }],
      [`${path}/keys`, { json: { public_jwk: { kty: "OKP" } } }],
      [`${path}/keys/${row_id}`, { method: "DELETE" }],
      ["/v1/session/renew", { method: "POST" }],
      ["/v1/session", {}],
      ["/v1/tokens", {}],
    ];
    for (const [target, sending] of attempts)
      expect(await statusOf(session, target, sending), target).toBe(403);
    expect(await statusOf(session, `${path}/keys`)).toBe(200);
  });

  it("ends with the key that opened it, and with no other", async () => {
    const { agent, row_id } = await newCertified();
    const session = await openSession(agent);
    const { publicKey, privateKey: key } = await generateSigningKeys("ed25519");
    const params = { worker_id: agent.id };
    const added = await agent.client.addKey({
      params,
      body: { public_jwk: await publicJwkOf(publicKey as CryptoKey) },
    });
    const { id, key_id } = added.body.key;
    const next = new Agent(
      { id: agent.id, name: agent.username, workspace: "main" },
      { key_id, algorithm: "ed25519", key },
    );
    const later = await openSession(next);
    await ada.client.revokeKey({ params: { ...params, key_id: row_id } });
    expect([await statusOf(session), await statusOf(later)]).toEqual([401, 200]);
    await ada.client.revokeKey({ params: { ...params, key_id: id } });
    expect(await statusOf(later)).toBe(401);
    expect(await rowsOf(principalOf(agent), "SELECT id FROM session")).toEqual([]);
  });

  it("lives no longer than the certificate", async () => {
    const { agent } = await newCertified();
    clock.advance(90 * 86_400 - 600);
    const session = await openSession(agent);
    expect(await statusOf(session)).toBe(200);
    clock.advance(600);
    expect(await statusOf(session)).toBe(401);
    await ada.signIn();
  });

  it("is bound to the certificate that was there when it was opened", async () => {
    const mine = await newCertified();
    const { cf } = cfOf(presented(mine));
    const session = await openSession(mine.agent, cf);
    expect(await statusOf(session, "/v1/whoami", { cf })).toBe(200);
    expect(await statusOf(session)).toBe(401);
    expect(await statusOf(session, "/v1/whoami", { cf }), "it has ended").toBe(401);
  });

  it("is one of three: of more, the oldest gives way", async () => {
    const { agent } = await newCertified();
    const sessions: Person[] = [];
    for (let count = 0; count < 4; count += 1) {
      sessions.push(await openSession(agent));
      clock.advance(1);
    }
    const statuses = await Promise.all(sessions.map((session) => statusOf(session)));
    expect(statuses).toEqual([401, 200, 200, 200]);
  });
});
