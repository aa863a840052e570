// Keys of workers: several side by side, each with a certificate, added, renewed and revoked one by one.
import * as v from "valibot";
import { CertificatePem, CertificationRequest } from "../../schema/certificate.ts";
import { KeyId, WorkerId } from "../../schema/identifier.ts";
import { PublicJwk, SigningKey } from "../../schema/signing-key.ts";
import { operation } from "../operation.ts";

const params = v.strictObject({ worker_id: WorkerId });
const keyParams = v.strictObject({ worker_id: WorkerId, key_id: KeyId });
export const certificate = CertificatePem;
/** A public key, as it is or in a request that proves its private half. */
export const keyFields = { public_jwk: v.optional(PublicJwk), csr: v.optional(CertificationRequest) };
export const hasOneKey = (body: { readonly public_jwk?: unknown; readonly csr?: unknown }): boolean =>
  (body.public_jwk === undefined) !== (body.csr === undefined);
export const ONE_KEY = "expected either public_jwk or csr";
export const EXAMPLE_KEY = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };

/** What a signature names its key by, in its parameter `keyid`. */
export const KeyName = v.pipe(v.string(), v.title("Key id of signatures"));
const KeyWithName = v.object({ ...SigningKey.entries, key_id: KeyName });

export const workerKeyOperations = {
  listKeys: operation({
    method: "GET",
    path: "/v1/workers/{worker_id}/keys",
    tag: "workers",
    summary: "Keys of a worker, with their last use; a worker may list its own",
    caller: "session",
    api_tokens: true,
    rate: { class: "api" },
    params,
    reply: {
      status: 200,
      schema: v.object({ keys: v.array(KeyWithName), count: v.number(), next_cursor: v.null() }),
    },
    problems: ["not_found"],
    event: "worker.read",
    calls_max: 2,
  }),
  addKey: operation({
    method: "POST",
    path: "/v1/workers/{worker_id}/keys",
    tag: "workers",
    summary: "Add a key, certified, beside the present ones; a worker may add its own",
    description: "To rotate without downtime: add the new key, sign with it, then revoke the old one.",
    caller: "session",
    api_tokens: true,
    key_sessions: false,
    recent_authentication: true,
    rate: { class: "worker" },
    params,
    body: v.pipe(
      v.strictObject(keyFields),
      v.check((body) => hasOneKey(body), ONE_KEY),
    ),
    reply: { status: 201, schema: v.object({ key: KeyWithName, certificate }) },
    problems: ["not_found", "conflict", "quota_exceeded"],
    idempotency_key: "replayed",
    event: "worker.key_added",
    calls_max: 3,
    example: { public_jwk: EXAMPLE_KEY },
  }),
  renewCertificate: operation({
    method: "POST",
    path: "/v1/workers/{worker_id}/renew",
    tag: "workers",
    summary: "Get the next certificate of a key before its present one expires; a worker may renew its own",
    description:
      "Without `key_id`: of the key that signed the request. Earlier certificates hold until they expire. A key whose certificate has expired is refused everywhere, here too: add another.",
    caller: "session",
    api_tokens: true,
    key_sessions: false,
    rate: { class: "worker" },
    params,
    body: v.strictObject({ key_id: v.optional(KeyId) }),
    reply: { status: 201, schema: v.object({ key: KeyWithName, certificate }) },
    problems: ["not_found", "conflict", "quota_exceeded"],
    idempotency_key: "replayed",
    event: "worker.certificate_renewed",
    calls_max: 3,
    example: { key_id: "key_00000000000000000000000000" },
  }),
  revokeKey: operation({
    method: "DELETE",
    path: "/v1/workers/{worker_id}/keys/{key_id}",
    tag: "workers",
    summary: "Revoke one key: the next request with it fails; a worker may revoke its own",
    caller: "session",
    api_tokens: true,
    key_sessions: false,
    rate: { class: "api" },
    params: keyParams,
    reply: { status: 204 },
    problems: ["not_found"],
    event: "worker.key_revoked",
    calls_max: 3,
  }),
  revokeKeys: operation({
    method: "DELETE",
    path: "/v1/workers/{worker_id}/keys",
    tag: "workers",
    summary: "Revoke every key of a worker; it can be given new ones",
    caller: "session",
    api_tokens: true,
    permission: "worker:manage",
    rate: { class: "api" },
    params,
    reply: { status: 200, schema: v.object({ revoked: v.number() }) },
    problems: ["not_found"],
    event: "worker.key_revoked",
    calls_max: 3,
  }),
};
