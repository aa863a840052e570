// Secrets of inbound webhooks: how each kind spells them, which key they stand for, and how they are kept. Sealed for
// one integration and one row: a box opens nowhere else.

import { utf8 } from "./base64url.ts";
import type { SignatureKind } from "./inbound-signature.ts";
import type { KeyRing } from "./key-ring.ts";
import { type RandomBytes, randomBytes, randomSecret } from "./random.ts";
import { open, seal } from "./sealed-box.ts";
import { parseWebhookSecret, webhookSecretText } from "./standard-webhook.ts";

const SECRET_BYTES = 32;

/** A new secret of 32 random bytes, as the other side is given it. */
export function newSecretText(kind: SignatureKind, random: RandomBytes = randomBytes): string {
  return kind === "standard_webhooks" ? webhookSecretText(random(SECRET_BYTES)) : randomSecret(random);
}

/** The HMAC key that a secret stands for; null for a text that is none of its kind. */
export function secretBytes(kind: SignatureKind, text: string): Uint8Array<ArrayBuffer> | null {
  return kind === "standard_webhooks" ? parseWebhookSecret(text) : utf8(text);
}

/** `owner`: `<workspace>/<integration>`; `id`: of the row that keeps it. */
export const sealSecret = (
  ring: KeyRing,
  owner: string,
  id: string,
  bytes: Uint8Array,
): Promise<Uint8Array> => seal(ring, bytes, options(owner, id));

/** Null for a box that is not of this row, or whose key has left the ring. */
export const openSecret = (
  ring: KeyRing,
  owner: string,
  id: string,
  box: Uint8Array,
): Promise<Uint8Array | null> => open(ring, box, options(owner, id));

const options = (owner: string, id: string) => ({
  purpose: "integration-secret",
  associated_data: `${owner}/${id}`,
});
