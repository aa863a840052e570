// Workers as tests need them: registered by somebody who may, with keys that tests hold.

import { createClient } from "../../../src/api/client.ts";
import { createSigner, type Signer, type SignerSettings } from "../../../src/api/sign-request.ts";
import { generateSigningKeys, type SignatureAlgorithm } from "../../../src/protocol/signature-algorithm.ts";
import type { PublicJwk } from "../../../src/schema/signing-key.ts";
import { clock } from "./clock.ts";
import { Person } from "./people.ts";
import { deliver, ORIGIN, requestTo, type Sending, send } from "./worker.ts";

let names = 0;

/** A name that no other test of this file uses. */
export function newWorkerName(): string {
  names += 1;
  return `worker-${names}`;
}

/** The public half of a new key pair, as a registration takes it. */
export async function newPublicJwk(algorithm: SignatureAlgorithm = "ed25519"): Promise<PublicJwk> {
  const { publicKey } = await generateSigningKeys(algorithm);
  return publicJwkOf(publicKey);
}

/** The members that make the key; workerd also names absent ones. */
export async function publicJwkOf(key: CryptoKey): Promise<PublicJwk> {
  const { kty, crv, n, e, x, y } = (await crypto.subtle.exportKey("jwk", key)) as JsonWebKey;
  const members = Object.entries({ kty, crv, n, e, x, y }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as PublicJwk;
}

/** Registers a worker whose private key nobody keeps. */
export async function registerWorker(by: Person): Promise<{ worker_id: string; key_id: string }> {
  const body = { name: newWorkerName(), public_jwk: await newPublicJwk() };
  const worker_id = (await (await by.recent()).client.registerWorker({ body })).body.worker.id;
  const { keys } = (await by.client.listKeys({ params: { worker_id } })).body;
  return { worker_id, key_id: keys[0]!.id };
}

/** A worker that signs whatever it sends; otherwise used like a person, but for signing in. */
export class Agent extends Person {
  readonly key_id: string;
  readonly signer: Signer;

  constructor(worker: { id: string; name: string; workspace: string }, signed: SignerSettings) {
    super({ workspace: worker.workspace, username: worker.name });
    this.id = worker.id;
    this.key_id = signed.key_id;
    this.signer = createSigner({ now_ms: () => clock.now_ms(), ...signed });
  }

  override get client() {
    return createClient({
      origin: ORIGIN,
      signer: this.signer,
      headers: { "CF-Connecting-IP": this.address, "User-Agent": this.user_agent },
      fetch: (url, { method, headers, body }) =>
        deliver(
          requestTo(url, {
            method,
            headers: Object.fromEntries(headers),
            address: null,
            ...(body !== undefined && { body }),
          }),
        ),
    });
  }

  /** Who signs each request never authenticates anew. */
  override async recent(): Promise<this> {
    return this;
  }

  override async send(path: string, sending: Sending = {}): Promise<Response> {
    return send(path, await this.signed(path, sending));
  }

  /** What it sends, with its signature: for tests that alter it on the way. */
  async signed(path: string, sending: Sending = {}): Promise<Sending & { headers: Record<string, string> }> {
    const body =
      sending.json === undefined ? (sending.body as string | undefined) : JSON.stringify(sending.json);
    const method = sending.method ?? (body === undefined ? "GET" : "POST");
    const headers = new Headers({ "User-Agent": this.user_agent, ...sending.headers });
    if (sending.json !== undefined) headers.set("Content-Type", "application/json");
    const url = new URL(path, ORIGIN).href;
    await this.signer({ method, url, headers, ...(body !== undefined && { body }) });
    const { json: _json, ...rest } = sending;
    return {
      ...rest,
      method,
      token: null,
      address: this.address,
      headers: Object.fromEntries(headers),
      ...(body !== undefined && { body }),
    };
  }
}

/** Registers a worker that keeps its private key. */
export async function newAgent(
  by: Person,
  {
    algorithm = "ed25519",
    modulus_bits = 2048,
  }: { algorithm?: SignatureAlgorithm; modulus_bits?: 2048 | 4096 } = {},
): Promise<Agent> {
  const { privateKey: key, publicKey } = await generateSigningKeys(algorithm, { modulus_bits });
  const name = newWorkerName();
  const alg = algorithm === "rsa-v1_5-sha256" ? { alg: "RS256" as const } : {};
  const public_jwk = { ...(await publicJwkOf(publicKey)), ...alg };
  const { client } = await by.recent();
  const { worker, key_id } = (await client.registerWorker({ body: { name, public_jwk } })).body;
  return new Agent({ id: worker.id, name, workspace: by.workspace }, { key_id, algorithm, key });
}
