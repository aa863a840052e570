// The client's side of signed requests (RFC 9421, RFC 9530): what a worker adds to each request it sends.
import { utf8 } from "../protocol/base64url.ts";
import { contentDigest } from "../protocol/content-digest.ts";
import { type SignatureKey, signHttpMessage } from "../protocol/message-signature.ts";
import { randomSecret } from "../protocol/random.ts";

export interface SignerSettings extends SignatureKey {
  /** As the registration gave it: `twk_1.…`. */
  readonly key_id: string;
  /** Default: the machine's clock. */
  readonly now_ms?: () => number;
}

export interface Unsigned {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body?: string;
}

/** Sets the fields that sign a request, in place. */
export type Signer = (request: Unsigned) => Promise<void>;

/** A signature is sent at once: it need not hold for longer than clocks and networks ask for. */
const LIFE_SECONDS = 60;
/** Where they are there, the service wants them covered. */
const CHANGING = ["if-match", "idempotency-key"];

/** Signs requests with one key; each signature counts once, so a request that is sent again is signed again. */
export function createSigner({ key_id, now_ms = () => Date.now(), ...key }: SignerSettings): Signer {
  return async (request) => {
    const { headers, body } = request;
    const components = ["@method", "@target-uri", ...CHANGING.filter((name) => headers.has(name))];
    if (body !== undefined) {
      headers.set("content-digest", await contentDigest(utf8(body)));
      components.push("content-digest");
    }
    const created = Math.floor(now_ms() / 1000);
    const parameters = { created, expires: created + LIFE_SECONDS, nonce: randomSecret(), keyid: key_id };
    const signed = await signHttpMessage(request, key, { label: "sig", components, ...parameters });
    headers.set("signature-input", signed.signature_input);
    headers.set("signature", signed.signature);
  };
}
