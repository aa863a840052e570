// Admission of a worker by its client certificate: whether it is one, the worker's own object decides.
import type { Operation } from "../api/operation.ts";
import type { Env } from "../config.ts";
import { fromText, type PolicyText, toText } from "../schema/messages/admission.ts";
import type { Actor, RequestContext } from "../schema/messages/request.ts";
import { ok } from "../schema/result.ts";
import { readWhole } from "./body.ts";
import type { Passage } from "./call.ts";
import type { CertifiedAgent } from "./client-certificate.ts";

export async function admitCertificate(
  { workspace, principal_id, fingerprint }: CertifiedAgent,
  request: Request,
  env: Env,
  operation: Operation,
  policy: PolicyText,
  context: RequestContext,
  target: string,
): Promise<Passage> {
  const read = await readWhole(request, operation);
  if (!read.ok) return { rate_limit: null, decision: read };
  const principal = env.PRINCIPAL.getByName(`${workspace}/${principal_id}`);
  const claim = toText({ fingerprint, context, target });
  const { rate_limit, decision, allowed_by } = fromText(await principal.admitCertificate(claim, policy));
  if (!decision.ok) return { rate_limit, decision };
  const actor = decision.value as Actor & never;
  return {
    rate_limit,
    decision: ok({ actor, transport: "bearer", current: null, allowed_by }),
    ...read.value,
  };
}
