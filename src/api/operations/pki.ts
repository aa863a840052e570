// Certificates of workers for whoever checks them: the workspace's authorities, and what they have revoked.
import * as v from "valibot";
import { Authority, KeyIdentifier } from "../../schema/certificate.ts";
import { operation } from "../operation.ts";

export const pkiOperations = {
  readAuthorities: operation({
    method: "GET",
    path: "/v1/pki/ca",
    tag: "workers",
    summary: "Certificates of the authorities that sign for workers, newest first",
    description:
      "X.509 in PEM. Authorities that gave way to another stay in it until all that they issued has expired.",
    caller: "session",
    api_tokens: true,
    rate: { class: "api" },
    reply: { status: 200, media_type: "application/pem-certificate-chain" },
    event: "pki.read",
    calls_max: 2,
  }),
  readRevocationList: operation({
    method: "GET",
    path: "/v1/pki/crl",
    tag: "workers",
    summary: "The revocation list of an authority (RFC 5280), in DER",
    description:
      "Without `authority`: of the present one. It holds for a day, and a revocation makes the next.",
    caller: "session",
    api_tokens: true,
    rate: { class: "api" },
    query: v.strictObject({ authority: v.optional(KeyIdentifier) }),
    reply: { status: 200, media_type: "application/pkix-crl" },
    problems: ["not_found"],
    event: "pki.read",
    calls_max: 2,
  }),
  rotateAuthority: operation({
    method: "POST",
    path: "/v1/pki/rotate",
    tag: "workers",
    summary: "Have a new authority sign from now on; what the present one issued goes on holding",
    caller: "session",
    permission: "system:admin",
    recent_authentication: true,
    rate: { class: "worker" },
    reply: { status: 201, schema: v.object({ authority: Authority }) },
    problems: ["quota_exceeded"],
    event: "pki.authority_rotated",
    calls_max: 2,
  }),
};
