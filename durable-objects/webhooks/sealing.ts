// The secrets of webhook endpoints: made where an endpoint is decided about, opened where it delivers, and sealed
// everywhere in between. Boxes open only for the endpoint and the secret that they were made for.
import { decodeBase64Url, encodeBase64Url } from "../../src/protocol/base64url.ts";
import type { KeyRing } from "../../src/protocol/key-ring.ts";
import { randomBytes, randomId } from "../../src/protocol/random.ts";
import { open, openJson, seal, sealJson } from "../../src/protocol/sealed-box.ts";
import {
  importWebhookSecret,
  type WebhookKeys,
  webhookPublicKeyText,
  webhookSecretText,
} from "../../src/protocol/standard-webhook.ts";

const SECRET_BYTES = 32;

interface SecretPair {
  /** Shared with the receiver; base64url. */
  readonly shared: string;
  /** Ed25519, PKCS #8; base64url. */
  readonly private_key: string;
}

export interface NewSecret {
  readonly id: string;
  readonly box: Uint8Array;
  /** `whpk_…` */
  readonly public_key: string;
  /** `whsec_…`, to be shown once. */
  readonly text: string;
}

/** `owner`: `<workspace>/<webhook id>`. */
const optionsOf = (owner: string, secret_id: string) => ({
  purpose: "webhook-secret",
  associated_data: `${owner}/${secret_id}`,
});

export async function newSecret(ring: KeyRing, owner: string): Promise<NewSecret> {
  const id = randomId("sec_");
  const shared = randomBytes(SECRET_BYTES);
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const [private_key, public_key] = await Promise.all([
    crypto.subtle.exportKey("pkcs8", pair.privateKey),
    crypto.subtle.exportKey("raw", pair.publicKey),
  ]);
  const secret: SecretPair = {
    shared: encodeBase64Url(shared),
    private_key: encodeBase64Url(new Uint8Array(private_key as ArrayBuffer)),
  };
  return {
    id,
    box: await sealJson(ring, secret, optionsOf(owner, id)),
    public_key: webhookPublicKeyText(new Uint8Array(public_key as ArrayBuffer)),
    text: webhookSecretText(shared),
  };
}

/** The keys in a box, or null where it does not open. */
export async function openSecret(
  ring: KeyRing,
  owner: string,
  secret_id: string,
  box: Uint8Array,
): Promise<WebhookKeys | null> {
  const secret = await openJson<SecretPair>(ring, box, optionsOf(owner, secret_id));
  if (!secret) return null;
  const pkcs8 = decodeBase64Url(secret.private_key)!;
  const [hmac, ed25519] = await Promise.all([
    importWebhookSecret(decodeBase64Url(secret.shared)!),
    crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]),
  ]);
  return { hmac, ed25519 };
}

/** The same under the ring's newest key; null where the box does not open. */
export async function resealSecret(
  ring: KeyRing,
  owner: string,
  secret_id: string,
  box: Uint8Array,
): Promise<Uint8Array | null> {
  const options = optionsOf(owner, secret_id);
  const secret = await open(ring, box, options);
  return secret && seal(ring, secret, options);
}
