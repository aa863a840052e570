// The Idempotency-Key of a request (draft-ietf-httpapi-idempotency-key-header): 1 to 255 visible ASCII characters, as
// a quoted string or bare. Refused where a POST could not honour it, rather than believed in; ignored on methods that
// may be repeated anyway.
import type { Operation } from "../api/operation.ts";
import { encodeBase64Url } from "../protocol/base64url.ts";
import type { Actor } from "../schema/messages/request.ts";
import { ok, type Result, refuse } from "../schema/result.ts";

const HEADER = "Idempotency-Key";
const BARE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/u;
const QUOTED = /^"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"$/u;

/**
 * The caller with what the request's key stands for; as it came where there is no key. A key counts for its principal
 * and operation alone, and the fingerprint tells whether a repeat asks for the same as the first request.
 */
export async function claimOnce(
  request: Request,
  id: string,
  { method, idempotency_key }: Operation,
  actor: Actor | null,
  inputs: unknown,
): Promise<Result<Actor | null>> {
  if (!idempotency_key && method !== "POST") return ok(actor);
  const header = request.headers.get(HEADER);
  if (header === null || actor === null) return ok(actor);
  if (!idempotency_key) {
    return refuse("malformed_request", { detail: `this operation takes no ${HEADER}` });
  }
  const key = QUOTED.exec(header)?.[1] ?? BARE.exec(header)?.[0];
  if (key === undefined) {
    return refuse("malformed_request", { detail: `${HEADER} is 1 to 255 visible ASCII characters` });
  }
  const idempotency = {
    key: await digest([actor.principal_id, id, key]),
    fingerprint: await digest(inputs),
    bears_secret: idempotency_key === "names_created",
  };
  return ok({ ...actor, idempotency });
}

async function digest(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return encodeBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
