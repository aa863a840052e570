// Admission by session or API token: its MAC is checked here, all else by the principal's own object. The whole body has
// come before: whoever sends slowly is admitted as what they are in the end, not as what they were when they began.
import type { Operation } from "../api/operation.ts";
import { configure, type Env } from "../config.ts";
import { fromText, type PolicyText, toText } from "../schema/messages/admission.ts";
import type { Actor, RequestContext } from "../schema/messages/request.ts";
import { ok } from "../schema/result.ts";
import { authenticate } from "./authenticate.ts";
import { readWhole } from "./body.ts";
import type { Passage } from "./call.ts";

export async function admitSession(
  request: Request,
  env: Env,
  operation: Operation,
  policy: PolicyText,
  context: RequestContext,
  target: string,
): Promise<Passage> {
  const authenticated = await authenticate(request, configure(env).key_ring);
  if (!authenticated.ok) return { rate_limit: null, decision: authenticated };
  const read = await readWhole(request, operation);
  if (!read.ok) return { rate_limit: null, decision: read };
  const { kind, workspace, principal_id, id, secret, transport } = authenticated.value;
  const claim = toText({ id, secret, context, target });
  const principal = env.PRINCIPAL.getByName(`${workspace}/${principal_id}`);
  const admitted = kind === "session" ? principal.admit(claim, policy) : principal.admitToken(claim, policy);
  const { rate_limit, decision, current = null, allowed_by } = fromText(await admitted);
  if (!decision.ok) return { rate_limit, decision };
  const actor = decision.value as Actor & never;
  return { rate_limit, decision: ok({ actor, transport, current, allowed_by }), ...read.value };
}
