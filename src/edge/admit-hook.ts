// Admission of an inbound webhook: its address names an integration by a MAC, so that a made-up one ends here and
// neither reaches nor creates an object. Its signature is over the raw bytes, which are read once, within bounds, and
// handed to the integration's own object: that verifies them, and answers what has become of them.
import type { Operation } from "../api/operation.ts";
import { configure, type Env } from "../config.ts";
import { type HookAddressRead, readHookAddress } from "../protocol/hook-address.ts";
import type { KeyRing } from "../protocol/key-ring.ts";
import { VerifiedCache } from "../protocol/verified-cache.ts";
import { isHandedOn } from "../schema/hook-header.ts";
import { type PolicyText, toText } from "../schema/messages/admission.ts";
import type { RequestContext } from "../schema/messages/request.ts";
import { ok, type Refusal, type Result, refuse } from "../schema/result.ts";
import { BODY_BYTES_MAX, readBytes } from "./body.ts";
import type { Passage } from "./call.ts";

const ADDRESSES_MAX = 10_000;
/** Names and values together, of what a mapping may look at. */
const HEADER_BYTES_MAX = 16_384;
const HOPS = /^[0-9]{1,3}$/u;

const verified = new WeakMap<KeyRing, VerifiedCache<HookAddressRead>>();

/** `inputs`: whether address and query have the shape that the operation declares. */
export async function admitHook(
  request: Request,
  env: Env,
  { body_bytes_max = BODY_BYTES_MAX }: Operation,
  policy: PolicyText,
  context: RequestContext,
  inputs: Result<{ integration: string }>,
): Promise<Passage> {
  if (!inputs.ok) return refused(inputs.refusal);
  const address = await addressOf(configure(env).key_ring, inputs.value.integration);
  if (!address) return refused(refuse("not_found", { rule: "forged_hook_address" }).refusal);
  const headers = headersOf(request);
  if (!headers.ok) return refused(headers.refusal);
  const body = await readBytes(request, body_bytes_max);
  if (!body.ok) return refused(body.refusal);
  const principal = env.PRINCIPAL.getByName(`${address.workspace}/${address.integration_id}`);
  const delivery = { headers: headers.value, body: body.value, address_key_id: address.key_id };
  const { rate_limit, decision } = await principal.receiveHook(policy, toText(context), delivery);
  if (!decision.ok) return { rate_limit, decision };
  const passed = { actor: null as never, transport: "bearer" as const, current: null };
  return { rate_limit, decision: ok({ ...passed, received: decision.value }) };
}

const refused = (refusal: Refusal): Passage => ({ rate_limit: null, decision: { ok: false, refusal } });

/** By lower-case name. Refuses what is no plain JSON, and a hop count that is none. */
function headersOf({ headers }: Request): Result<Record<string, string>> {
  const media_type = (headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (media_type !== "application/json" || headers.has("Content-Encoding"))
    return refuse("unsupported_media_type");
  const hops = headers.get("Taskward-Hops");
  if (hops !== null && !HOPS.test(hops)) {
    return refuse("malformed_request", { detail: "Taskward-Hops is not a number" });
  }
  const kept = [...headers].filter(([name]) => isHandedOn(name));
  const size = kept.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > HEADER_BYTES_MAX) {
    return refuse("malformed_request", { detail: `at most ${HEADER_BYTES_MAX} bytes of headers` });
  }
  return ok(Object.fromEntries(kept));
}

async function addressOf(ring: KeyRing, text: string): Promise<HookAddressRead | null> {
  let cache = verified.get(ring);
  if (!cache) {
    cache = new VerifiedCache(ADDRESSES_MAX);
    verified.set(ring, cache);
  }
  const known = cache.get(text);
  if (known) return known;
  const read = await readHookAddress(ring, text);
  if (read) cache.set(text, read);
  return read;
}
