// Admission of a signed request: its form is checked here, its signature and nonce by the worker's own object.
import type { Operation } from "../api/operation.ts";
import { configure, type Env } from "../config.ts";
import { encodeBase64Url } from "../protocol/base64url.ts";
import { fromText, type PolicyText, toText } from "../schema/messages/admission.ts";
import type { Actor, RequestContext } from "../schema/messages/request.ts";
import { ok, refuse } from "../schema/result.ts";
import { hasCredential } from "./authenticate.ts";
import { BODY_BYTES_MAX } from "./body.ts";
import type { Passage } from "./call.ts";
import { readSignedRequest } from "./signed-request.ts";

export async function admitSigned(
  request: Request,
  env: Env,
  { body_bytes_max = BODY_BYTES_MAX }: Operation,
  policy: PolicyText,
  context: RequestContext,
  target: string,
): Promise<Passage> {
  if (hasCredential(request)) return { rate_limit: null, decision: refuse("ambiguous_credentials") };
  const read = await readSignedRequest(request, configure(env), body_bytes_max, Date.now());
  if (!read.ok) return { rate_limit: null, decision: read };
  const { key, signature, body } = read.value;
  const { base, created, nonce, alg = null } = signature;
  const value = encodeBase64Url(signature.signature);
  const claim = { key_id: key.id, base, signature: value, nonce, created, alg, context, target };
  const principal = env.PRINCIPAL.getByName(`${key.workspace}/${key.principal_id}`);
  const { rate_limit, decision, allowed_by } = fromText(await principal.admitSigned(toText(claim), policy));
  if (!decision.ok) return { rate_limit, decision };
  const actor = decision.value as Actor & never;
  return { rate_limit, decision: ok({ actor, transport: "bearer", current: null, allowed_by }), body };
}
