// Fills a fresh product with what the cases need: an ADMIN with a second factor, users with a session and a
// project with a task each, and one project that as many of them edit as may. Goes through the API alone.
import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { TOTP } from "otpauth";
import { bootstrapToken } from "../../scripts/secrets.mjs";
import { QUOTAS } from "../../src/domain/project.ts";
import { CF_BLOB_HEADER } from "./capnp.ts";
import { Connection, requestBytes } from "./http.ts";

export interface Principal {
  readonly username: string;
  readonly password: string;
  readonly address: string;
  readonly id: string;
  readonly session_token: string;
  /** A project of their own, and a task in it. */
  readonly project_id: string;
  readonly task_id: string;
}

export interface SigningKey {
  readonly key_id: string;
  /** The private one. */
  readonly jwk: unknown;
}

/** A worker with a key of each kind that is measured; its RSA key has 2,048 bits. */
export interface SigningWorker {
  readonly address: string;
  readonly ed25519: SigningKey;
  readonly "rsa-pss-sha512": SigningKey;
}

export interface Population {
  readonly principals: readonly Principal[];
  readonly workers: readonly SigningWorker[];
  readonly shared_project_id: string;
  /** Who edits that project: the first of the principals, as many as a project may have. */
  readonly editors: readonly Principal[];
  /** The ADMIN comes from `address(0)`. */
  readonly admin_token: string;
}

const PASSWORD_BYTES = 18; // 24 characters: long enough without a second factor

/** Address n of 198.18.0.0/15, the range for benchmarks (RFC 2544); one network (/24) holds 250 of them. */
export function address(n: number): string {
  const network = Math.floor(n / 250) % 512;
  return `198.${18 + (network >> 8)}.${network & 255}.${1 + (n % 250)}`;
}

/** What Cloudflare, and a client, would send with every request; the bare runtime gets it too. */
export function clientHeaders(from: string, session_token?: string): Record<string, string> {
  return {
    "User-Agent": "taskward-bench/1",
    Accept: "application/json",
    "CF-Connecting-IP": from,
    [CF_BLOB_HEADER]: JSON.stringify({ country: "CH", city: "Zurich", tlsVersion: "TLSv1.3", asn: 64_500 }),
    ...(session_token === undefined ? {} : { Authorization: `Bearer ${session_token}` }),
  };
}

/** The body of one sign-in: its nonce works once, within five minutes. */
export const signInBody = (username: string, password: string) => ({
  username,
  password,
  nonce: randomBytes(32).toString("base64url"),
  timestamp: Date.now() / 1000,
});

/** Registers and signs in everybody. Throws at the first refusal, with its words. */
export async function seed(port: number, bootstrap_key: string, count: number): Promise<Population> {
  const connection = await Connection.open(port);
  const call: Call = async (method, path, headers, body, status) => {
    const reply = await connection.exchange(requestBytes(method, path, headers, body));
    const text = reply.body.toString();
    if (reply.status !== status) throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
    return JSON.parse(text);
  };
  const admin_token = await makeAdmin(call, bootstrap_key);
  const principals: Principal[] = [];
  for (let i = 0; i < count; i++) principals.push(await makePrincipal(call, i));

  const editors = principals.slice(0, QUOTAS.members);
  const [owner, ...others] = editors;
  const headers = clientHeaders(owner!.address, owner!.session_token);
  const { project } = await call("POST", "/v1/projects", headers, { name: "Everybody's" }, 201);
  for (const { id } of others)
    await call("PUT", `/v1/projects/${project.id}/members/${id}`, headers, { role: "editor" }, 200);
  const workers: SigningWorker[] = [];
  for (let i = 0; i < count; i++) workers.push(await makeWorker(call, admin_token, i));
  connection.close();
  return { principals, workers, shared_project_id: project.id, editors, admin_token };
}

/** What replies hold, as far as the seeding uses it; each holds one or two of these. */
interface Made {
  readonly user: { readonly id: string };
  readonly mfa: { readonly secret: string };
  readonly session_token: string;
  readonly project: { readonly id: string };
  readonly task: { readonly id: string };
  readonly worker: { readonly id: string };
  readonly key_id: string;
  readonly key: { readonly key_id: string };
}

const generateKeys = promisify(generateKeyPair);

type Call = (
  method: string,
  path: string,
  headers: Record<string, string>,
  body: unknown,
  status: number,
) => Promise<Made>;

async function makeAdmin(call: Call, bootstrap_key: string): Promise<string> {
  const headers = clientHeaders(address(0));
  const password = randomBytes(PASSWORD_BYTES).toString("base64url");
  const account = { username: "bench-admin", password, enable_mfa: true };
  const bootstrap_token = bootstrapToken(bootstrap_key);
  const { mfa } = await call("POST", "/v1/auth/register", headers, { ...account, bootstrap_token }, 201);
  const mfa_code = new TOTP({ secret: mfa.secret }).generate();
  const sign_in = { ...signInBody("bench-admin", password), mfa_code };
  return (await call("POST", "/v1/auth/login", headers, sign_in, 200)).session_token;
}

async function makeWorker(call: Call, admin_token: string, i: number): Promise<SigningWorker> {
  const headers = clientHeaders(address(0), admin_token);
  const [ed25519, rsa] = await Promise.all([
    generateKeys("ed25519", undefined),
    generateKeys("rsa", { modulusLength: 2048 }),
  ]);
  const { worker, key_id } = await call(
    "POST",
    "/v1/workers",
    headers,
    { name: `bench-worker-${i}`, public_jwk: ed25519.publicKey.export({ format: "jwk" }) },
    201,
  );
  const { key } = await call(
    "POST",
    `/v1/workers/${worker.id}/keys`,
    headers,
    { public_jwk: rsa.publicKey.export({ format: "jwk" }) },
    201,
  );
  return {
    address: address(i + 1),
    ed25519: { key_id, jwk: ed25519.privateKey.export({ format: "jwk" }) },
    "rsa-pss-sha512": { key_id: key.key_id, jwk: rsa.privateKey.export({ format: "jwk" }) },
  };
}

async function makePrincipal(call: Call, i: number): Promise<Principal> {
  const username = `bench-${i}`;
  const password = randomBytes(PASSWORD_BYTES).toString("base64url");
  const from = address(i + 1);
  const { user } = await call(
    "POST",
    "/v1/auth/register",
    clientHeaders(from),
    { username, password, enable_mfa: false },
    201,
  );
  const { session_token } = await call(
    "POST",
    "/v1/auth/login",
    clientHeaders(from),
    signInBody(username, password),
    200,
  );
  const headers = clientHeaders(from, session_token);
  const { project } = await call("POST", "/v1/projects", headers, { name: `Project ${i}` }, 201);
  const { task } = await call("POST", `/v1/projects/${project.id}/tasks`, headers, { title: "First" }, 201);
  return {
    username,
    password,
    address: from,
    id: user.id,
    session_token,
    project_id: project.id,
    task_id: task.id,
  };
}
