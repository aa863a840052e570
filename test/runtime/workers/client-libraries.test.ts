// Clients that nobody here wrote: two libraries of others sign requests, and the service accepts them as they are.
import * as messageSig from "http-message-sig";
import { createSigner, httpbis } from "http-message-signatures";
import { beforeAll, describe, expect, it } from "vitest";
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { sha256 } from "../../../src/protocol/mac.ts";
import {
  generateSigningKeys,
  type SignatureAlgorithm,
  signMessage,
} from "../../../src/protocol/signature-algorithm.ts";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { admin, type Person } from "../harness/people.ts";
import { ORIGIN, send } from "../harness/worker.ts";
import { newWorkerName, publicJwkOf } from "../harness/workers.ts";
import { liftCoarseLimit, widenBuckets } from "../identity/settings.ts";

let ada: Person;
beforeAll(async () => {
  liftCoarseLimit();
  await widenBuckets();
  ada = await admin("main");
});

/** As a client of its own would make them. */
const newNonce = () => encodeBase64(crypto.getRandomValues(new Uint8Array(64)));
const digestOf = (body: string) => `sha-256=:${encodeBase64(sha256(utf8(body)))}:`;
const created = () => new Date(clock.now_ms());
const expires = () => new Date(clock.now_ms() + 60_000);

const KEYS = [
  ["ed25519", 2048],
  ["ecdsa-p256-sha256", 2048],
  ["rsa-pss-sha512", 2048],
  ["rsa-pss-sha512", 4096],
  ["rsa-v1_5-sha256", 2048],
  ["rsa-v1_5-sha256", 4096],
] as const satisfies [SignatureAlgorithm, 2048 | 4096][];

async function newWorker(algorithm: SignatureAlgorithm, modulus_bits: 2048 | 4096) {
  const { privateKey, publicKey } = await generateSigningKeys(algorithm, { modulus_bits, extractable: true });
  const jwk = await publicJwkOf(publicKey);
  const public_jwk = algorithm === "rsa-v1_5-sha256" ? { ...jwk, alg: "RS256" as const } : jwk;
  const { worker, key_id } = (
    await ada.client.registerWorker({ body: { name: newWorkerName(), public_jwk } })
  ).body;
  const pkcs8 = new Uint8Array((await crypto.subtle.exportKey("pkcs8", privateKey)) as ArrayBuffer);
  const pem = `-----BEGIN PRIVATE KEY-----\n${encodeBase64(pkcs8)}\n-----END PRIVATE KEY-----\n`;
  return { worker_id: worker.id, key_id, privateKey, pem };
}

describe.each(KEYS)("%s with %d bits", (algorithm, modulus_bits) => {
  it("http-message-sig signs a read, and a write with its body", async () => {
    const { worker_id, key_id, privateKey } = await newWorker(algorithm, modulus_bits);
    // Its own signer knows two algorithms; for the others it takes whatever signs.
    const signer = ["ed25519", "rsa-pss-sha512"].includes(algorithm)
      ? messageSig.webcrypto.signer(privateKey)
      : { algorithm, sign: (data: Uint8Array) => signMessage(algorithm, privateKey, data) };
    const sign = async (request: Request, components: string[]) => {
      const parameters = {
        created: created().getTime() / 1000,
        expires: expires().getTime() / 1000,
        nonce: newNonce(),
        keyid: key_id,
      };
      const fields = await messageSig.createSignature(request, { components, parameters, signer });
      return messageSig.appendSignature(request.headers, fields);
    };
    const read = new Request(`${ORIGIN}/v1/projects?limit=5`);
    const headers = await sign(read, ["@method", "@authority", "@path", "@query"]);
    expect(
      (await open(await send("/v1/projects?limit=5", { headers: Object.fromEntries(headers) }))).status,
    ).toBe(200);
    const body = JSON.stringify({ public_jwk: await freshJwk() });
    const write = new Request(`${ORIGIN}/v1/workers/${worker_id}/keys`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Content-Digest": digestOf(body) },
    });
    const signed = await sign(write, ["@method", "@target-uri", "content-type", "content-digest"]);
    const answer = await send(write.url, { method: "POST", headers: Object.fromEntries(signed), body });
    expect((await open(answer)).status).toBe(201);
  });

  it("http-message-signatures signs a read, and a write with its body", async () => {
    const { worker_id, key_id, pem } = await newWorker(algorithm, modulus_bits);
    const key = createSigner(pem, algorithm, key_id);
    const params = ["keyid", "alg", "created", "expires", "nonce"];
    const paramValues = () => ({ created: created(), expires: expires(), nonce: newNonce() });
    const fields = ["@method", "@target-uri"];
    const read = { method: "GET", url: `${ORIGIN}/v1/whoami`, headers: {} };
    const signedRead = await httpbis.signMessage({ key, params, fields, paramValues: paramValues() }, read);
    expect((await open(await send("/v1/whoami", { headers: flat(signedRead.headers) }))).status).toBe(200);
    const body = JSON.stringify({ public_jwk: await freshJwk() });
    const write = {
      method: "POST",
      url: `${ORIGIN}/v1/workers/${worker_id}/keys`,
      headers: { "Content-Type": "application/json", "Content-Digest": digestOf(body) },
    };
    const covered = { key, params, fields: [...fields, "content-digest"], paramValues: paramValues() };
    const signed = await httpbis.signMessage(covered, write);
    const answer = await send(write.url, { method: "POST", headers: flat(signed.headers), body });
    expect((await open(answer)).status).toBe(201);
  });
});

const freshJwk = async () => publicJwkOf((await generateSigningKeys("ed25519")).publicKey);

const flat = (headers: Record<string, string | string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
