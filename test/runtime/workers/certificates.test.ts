// Certificates of workers: issued with a registration and with each key, renewed, refused once expired, and, once
// revoked, refused at the next request and named in the list. What a request asks for beside its key counts for nothing.
import { beforeAll, describe, expect, it } from "vitest";
import { CERTIFICATE_MS } from "../../../src/domain/certificate.ts";
import { refusalOf } from "../../../src/protocol/certificate-check.ts";
import { generateSigningKeys, SIGNATURE_ALGORITHMS } from "../../../src/protocol/signature-algorithm.ts";
import { authoritiesOf, derOf, factsOf, listOf, newRequest } from "../harness/certificates.ts";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { crash, evict, objectOf, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import {
  Agent,
  newAgent,
  newPublicJwk,
  newWorkerName,
  publicJwkOf,
  registerWorker,
} from "../harness/workers.ts";
import { principalOf } from "../identity/attempts.ts";
import { liftCoarseLimit, widenBuckets } from "../identity/settings.ts";
import { audited, ruleCounts } from "../identity/trail.ts";

let ada: Person;
let gwen: Person;
beforeAll(async () => {
  liftCoarseLimit();
  await widenBuckets();
  ada = await admin("main");
  gwen = await admin("other");
});

const workspace = () => objectOf("WORKSPACE", "main");
const register = async (body: object, as = ada) =>
  open(await as.send("/v1/workers", { json: { name: newWorkerName(), ...body } }));
const days = (count: number) => clock.advance(count * 86_400);
/** Sessions do not last as long as certificates. */
const later = async (count: number) => {
  days(count);
  await ada.signIn();
};

interface Registered {
  readonly worker: { readonly id: string; readonly name: string };
  readonly key_id: string;
  readonly certificate: string;
}

const judge = async (pem: string, id: string, by: Person = ada) =>
  refusalOf(derOf(pem), await authoritiesOf(by), {
    uri: `urn:taskward:${by.workspace}:${id}`,
    now_ms: clock.now_ms(),
  });

async function newCertified(): Promise<{ agent: Agent; certificate: string; row_id: string }> {
  const { csr, key } = await newRequest();
  const { worker, key_id, certificate } = (await register({ csr })).body as Registered;
  const agent = new Agent({ ...worker, workspace: "main" }, { key_id, algorithm: "ed25519", key });
  const { keys } = (await agent.client.listKeys({ params: { worker_id: agent.id } })).body;
  return { agent, certificate, row_id: keys[0]!.id };
}

describe("a registration", () => {
  it.each(SIGNATURE_ALGORITHMS)(
    "by a request for %s gives a key that signs, and its certificate",
    async (algorithm) => {
      const { csr, key } = await newRequest(algorithm);
      const { worker, key_id, certificate } = (await register({ csr })).body as Registered;
      expect(await judge(certificate, worker.id)).toBeNull();
      const { not_after_ms } = factsOf(certificate);
      expect(not_after_ms).toBe(Math.floor(clock.now_ms() / 1000) * 1000 + CERTIFICATE_MS);
      const agent = new Agent({ ...worker, workspace: "main" }, { key_id, algorithm, key });
      expect((await agent.client.whoAmI()).body.principal.id).toBe(worker.id);
      const { keys } = (await agent.client.listKeys({ params: { worker_id: agent.id } })).body;
      expect(keys).toMatchObject([{ algorithm, expires_at: new Date(not_after_ms).toISOString() }]);
    },
  );

  it("by a public key alone gives a certificate too", async () => {
    const { worker, certificate } = (await register({ public_jwk: await newPublicJwk() })).body as Registered;
    expect(await judge(certificate, worker.id)).toBeNull();
  });

  it("whose request another key signed is refused, and takes no name", async () => {
    const other = await generateSigningKeys("ed25519");
    const { csr } = await newRequest("ed25519", other.privateKey as CryptoKey);
    const name = newWorkerName();
    const refused = await register({ name, csr });
    expect(refused).toMatchObject({ status: 422, reason: "invalid_input" });
    expect(refused.body).toMatchObject({ errors: [{ pointer: "/csr" }] });
    expect((await register({ name, public_jwk: await newPublicJwk() })).status).toBe(201);
  });

  it.each([
    ["both", async () => ({ csr: (await newRequest()).csr, public_jwk: await newPublicJwk() })],
    ["neither", async () => ({})],
    ["a certificate for a request", async () => ({ csr: (await newCertified()).certificate })],
  ])("with %s is refused", async (_, body) => {
    expect(await register(await body())).toMatchObject({ status: 422, reason: "invalid_input" });
  });

  it("that is repeated gives the same certificate, and the list of what was issued grows by none", async () => {
    const json = { name: newWorkerName(), csr: (await newRequest()).csr };
    const headers = { "Idempotency-Key": "certified-once" };
    const send = async () => (await ada.send("/v1/workers", { json, headers })).text();
    const first = await send();
    const issued = () => rowsOf(workspace(), "SELECT serial_number FROM certificate");
    const before = (await issued()).length;
    expect(await send()).toBe(first);
    expect(await issued()).toHaveLength(before);
  });

  it("stands in the audit with serial number and fingerprint", async () => {
    const { certificate } = await newCertified();
    const { serial_number, fingerprint } = factsOf(certificate);
    const events = await audited("main", { type: "pki.certificate_issued" });
    expect(events.at(-1)).toMatchObject({ details: { serial_number, fingerprint } });
  });
});

describe("authorities", () => {
  it("are made once, however many ask first, and lie sealed", async () => {
    const hugo = await admin("parallel");
    const read = await Promise.all(Array.from({ length: 5 }, () => hugo.send("/v1/pki/ca")));
    const texts = read.map(async (answer) => new TextDecoder().decode(await answer.arrayBuffer()));
    expect(new Set(await Promise.all(texts)).size).toBe(1);
    const rows = await rowsOf<{ box: ArrayBuffer }>(
      objectOf("WORKSPACE", "parallel"),
      "SELECT box FROM authority",
    );
    expect(rows).toHaveLength(1);
    const clear = new TextDecoder("latin1").decode(rows[0]!.box);
    expect(clear, "no PKCS #8 in it").not.toContain("\x2a\x86\x48\xce\x3d");
  });

  it("of another workspace vouch for nobody here", async () => {
    const { worker, certificate } = (await register({ public_jwk: await newPublicJwk() }, gwen))
      .body as Registered;
    expect(await judge(certificate, worker.id)).toBe("unknown_issuer");
  });

  it("survive eviction and a crash, and sign on", async () => {
    const before = await authoritiesOf(ada);
    await evict(workspace());
    await crash(workspace());
    const { worker, certificate } = (await register({ public_jwk: await newPublicJwk() })).body as Registered;
    expect(await authoritiesOf(ada)).toEqual(before);
    expect(await judge(certificate, worker.id)).toBeNull();
  });

  it("give way to another without a gap: what the older issued holds, and can still be revoked", async () => {
    const { agent, certificate } = await newCertified();
    await ada.recent();
    const { authority } = (await ada.client.rotateAuthority()).body;
    const fresh = await newCertified();
    expect(factsOf(fresh.certificate).issuer_key_identifier).toBe(authority.key_identifier);
    const { issuer_key_identifier: older, serial_number } = factsOf(certificate);
    expect(older).not.toBe(authority.key_identifier);
    expect([await judge(certificate, agent.id), await judge(fresh.certificate, fresh.agent.id)]).toEqual([
      null,
      null,
    ]);
    expect((await agent.send("/v1/whoami")).status).toBe(200);
    await ada.client.revokeWorker({ params: { worker_id: agent.id } });
    expect((await listOf(ada, older)).serial_numbers).toContain(serial_number);
    expect((await listOf(ada)).serial_numbers).not.toContain(serial_number);
    // Once all that it issued has expired, it goes.
    await later(92);
    await ringAlarm(workspace());
    await later(1);
    expect(await authoritiesOf(ada)).toHaveLength(1);
    expect((await ada.send(`/v1/pki/crl?authority=${older}`)).status).toBe(404);
    expect((await listOf(ada)).serial_numbers, "nothing that has expired is listed").toEqual([]);
  });

  it("are rotated by an ADMIN who has just authenticated, and no more than eight times in a row", async () => {
    const user = await signUp();
    expect((await user.send("/v1/pki/rotate", { method: "POST" })).status).toBe(403);
    clock.advance(601);
    expect((await ada.send("/v1/pki/rotate", { method: "POST" })).status).toBe(401);
    await ada.recent();
    let answer = await ada.send("/v1/pki/rotate", { method: "POST" });
    for (let count = 0; answer.status === 201 && count < 9; count += 1) {
      answer = await ada.send("/v1/pki/rotate", { method: "POST" });
    }
    expect(await open(answer)).toMatchObject({ status: 409, reason: "quota_exceeded" });
    expect((await authoritiesOf(ada)).length).toBe(8);
  });
});

describe("a revoked key", () => {
  it("is refused at once, named in the list, and its number rises", async () => {
    const { agent, certificate, row_id } = await newCertified();
    const before = await listOf(ada);
    const worker_id = agent.id;
    await ada.client.revokeKey({ params: { worker_id, key_id: row_id } });
    expect((await agent.send("/v1/whoami")).status).toBe(401);
    const after = await listOf(ada);
    expect(after.serial_numbers).toContain(factsOf(certificate).serial_number);
    expect(after.number).toBeGreaterThan(before.number);
    expect([after.this_update_ms < clock.now_ms(), after.next_update_ms > clock.now_ms()]).toEqual([
      true,
      true,
    ]);
    expect((await listOf(ada)).der, "the same list while nothing changes").toEqual(after.der);
    clock.advance(13 * 3600);
    await ada.signIn();
    const next = await listOf(ada);
    expect(next.number).toBe(after.number + 1);
    expect(next.next_update_ms).toBeGreaterThan(after.next_update_ms);
  });

  it("takes no other with it; revoking all does", async () => {
    const { agent, certificate } = await newCertified();
    const { csr } = await newRequest();
    const params = { worker_id: agent.id };
    const added = (await agent.client.addKey({ params, body: { csr } })).body;
    expect(await judge(added.certificate, agent.id)).toBeNull();
    await agent.client.revokeKey({ params: { ...params, key_id: added.key.id } });
    const serials = [added.certificate, certificate].map((pem) => factsOf(pem).serial_number);
    const listed = async () => {
      const { serial_numbers } = await listOf(ada);
      return serials.map((serial) => serial_numbers.includes(serial));
    };
    expect(await listed()).toEqual([true, false]);
    expect((await agent.send("/v1/whoami")).status).toBe(200);
    await ada.client.revokeKeys({ params });
    expect(await listed()).toEqual([true, true]);
  });

  it("is listed though the workspace was out of reach when it was revoked", async () => {
    const { agent, certificate, row_id } = await newCertified();
    const worker_id = agent.id;
    await crash(workspace());
    await ada.client.revokeKey({ params: { worker_id, key_id: row_id } });
    await shipAll();
    expect((await listOf(ada)).serial_numbers).toContain(factsOf(certificate).serial_number);
  });
});

describe("a certificate", () => {
  it.each(["keys", "renew"])("that is asked for again under one key is issued once (%s)", async (rest) => {
    const { agent, row_id } = await newCertified();
    const json = rest === "renew" ? { key_id: row_id } : { csr: (await newRequest()).csr };
    const headers = { "Idempotency-Key": `once-${rest}` };
    const ask = async () => (await ada.send(`/v1/workers/${agent.id}/${rest}`, { json, headers })).text();
    const first = await ask();
    const issued = () =>
      rowsOf(workspace(), "SELECT serial_number FROM certificate WHERE worker_id = ?", agent.id);
    expect(await issued()).toHaveLength(2);
    expect(await ask()).toBe(first);
    expect(await issued(), "a hundred repeats would be all that it may have").toHaveLength(2);
  });

  it("that has expired takes its key with it, and the audit says so; a renewed one does not", async () => {
    const { agent } = await newCertified();
    const kept = await newCertified();
    await later(80);
    const renewed = (
      await kept.agent.client.renewCertificate({ params: { worker_id: kept.agent.id }, body: {} })
    ).body;
    expect(await judge(renewed.certificate, kept.agent.id)).toBeNull();
    expect(renewed.key.id).toBe(kept.row_id);
    days(10);
    expect((await open(await agent.send("/v1/whoami"))).reason).toBe("signature_refused");
    expect((await kept.agent.send("/v1/whoami")).status).toBe(200);
    const refused = await audited("main", { type: "access.refused", user_id: agent.id });
    expect(ruleCounts(refused)).toMatchObject({ certificate_expired: 1 });
    await ada.signIn();
    const by_manager = { params: { worker_id: agent.id }, body: { key_id: (await keysOf(agent))[0]!.id } };
    const late = await open(await ada.send(`/v1/workers/${agent.id}/renew`, { json: by_manager.body }));
    expect(late, "what has expired is not renewed").toMatchObject({ status: 409, reason: "conflict" });
    await ringAlarm(principalOf(agent));
    expect(await rowsOf(principalOf(agent), "SELECT 1 FROM certificate")).toEqual([]);
    expect((await agent.send("/v1/whoami")).status, "forgotten, it is refused still").toBe(401);
  });

  it("is renewed by its worker and by whoever manages workers, and by nobody else", async () => {
    const { agent, row_id } = await newCertified();
    const [other, user] = [await newAgent(ada), await signUp()];
    const renew = (as: Person, json: object = { key_id: row_id }) =>
      as.send(`/v1/workers/${agent.id}/renew`, { json });
    expect((await renew(agent)).status).toBe(201);
    expect((await renew(agent, {})).status).toBe(201);
    expect((await renew(ada)).status).toBe(201);
    expect((await renew(ada, {})).status, "which key, nobody knows").toBe(422);
    const { key_id } = await registerWorker(ada);
    expect((await renew(ada, { key_id })).status, "a key of another worker").toBe(404);
    await gwen.signIn();
    for (const stranger of [other, user, gwen]) expect((await renew(stranger)).status).toBe(404);
  });

  it("is issued a hundred times to one worker, and no more until one has expired", async () => {
    const { agent, row_id } = await newCertified();
    const renew = () => ada.send(`/v1/workers/${agent.id}/renew`, { json: { key_id: row_id } });
    await rowsOf(
      workspace(),
      `INSERT INTO certificate (serial_number, authority_id, worker_id, key_id, not_after_ms)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
       SELECT 'made-up-' || i, 'none', ?, 'none', ? FROM n`,
      agent.id,
      clock.now_ms() + 1000,
    );
    expect(await open(await renew())).toMatchObject({ status: 409, reason: "quota_exceeded" });
    await later(3);
    await ringAlarm(workspace());
    expect((await renew()).status).toBe(201);
  });

  it("is not what makes a key from before there were any: that holds, and gets one when it is renewed", async () => {
    const { privateKey, publicKey } = await generateSigningKeys("ed25519");
    const { worker, key_id } = (await register({ public_jwk: await publicJwkOf(publicKey as CryptoKey) }))
      .body as Registered;
    const agent = new Agent(
      { ...worker, workspace: "main" },
      { key_id, algorithm: "ed25519", key: privateKey },
    );
    const object = principalOf(agent);
    await rowsOf(object, "DELETE FROM certificate");
    await rowsOf(object, "UPDATE signing_key SET expires_at_ms = NULL");
    await evict(object);
    await later(91);
    expect((await agent.send("/v1/whoami")).status).toBe(200);
    expect((await keysOf(agent))[0]!.expires_at).toBeNull();
    const params = { worker_id: agent.id };
    expect((await agent.client.renewCertificate({ params, body: {} })).body.key.expires_at).not.toBeNull();
  });
});

const keysOf = async (agent: Agent) =>
  (await ada.client.listKeys({ params: { worker_id: agent.id } })).body.keys;

it("one key may stand for two workers, and each is itself: the name of the key says whose", async () => {
  const { publicKey, privateKey } = await generateSigningKeys("ed25519");
  const public_jwk = await publicJwkOf(publicKey as CryptoKey);
  await gwen.signIn();
  const [one, two] = [await register({ public_jwk }), await register({ public_jwk }, gwen)];
  for (const [registered, home] of [
    [one, "main"],
    [two, "other"],
  ] as const) {
    const { worker, key_id, certificate } = registered.body as Registered;
    const agent = new Agent(
      { ...worker, workspace: home },
      { key_id, algorithm: "ed25519", key: privateKey },
    );
    const { principal } = (await agent.client.whoAmI()).body;
    expect(principal).toMatchObject({ id: worker.id, workspace: home });
    expect(factsOf(certificate).uris).toEqual([`urn:taskward:${home}:${worker.id}`]);
  }
});
