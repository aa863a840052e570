// A delivery as it is kept until it has had its effect: who sent it, its headers and its raw body, in one sealed box.
//   length of the heading (4 bytes, big endian) · heading (JSON) · body
import { utf8 } from "../../src/protocol/base64url.ts";
import type { KeyRing } from "../../src/protocol/key-ring.ts";
import { open, seal } from "../../src/protocol/sealed-box.ts";

export interface Heading {
  readonly headers: Readonly<Record<string, string>>;
  /** When it was signed, or came. */
  readonly at_ms: number;
  /** Through how many webhooks what it does has come, this one included. */
  readonly hops: number;
  readonly address: string;
  readonly place: string;
  readonly request_id: string;
}

export interface KeptDelivery {
  readonly heading: Heading;
  readonly body: Uint8Array;
}

/** `owner`: `<workspace>/<integration>`. */
export function sealDelivery(
  ring: KeyRing,
  owner: string,
  id: string,
  { heading, body }: KeptDelivery,
): Promise<Uint8Array> {
  const json = utf8(JSON.stringify(heading));
  const whole = new Uint8Array(4 + json.length + body.length);
  new DataView(whole.buffer).setUint32(0, json.length);
  whole.set(json, 4);
  whole.set(body, 4 + json.length);
  return seal(ring, whole, options(owner, id));
}

/** Null for a box that is not of this row, or whose key has left the ring. */
export async function openDelivery(
  ring: KeyRing,
  owner: string,
  id: string,
  box: Uint8Array,
): Promise<KeptDelivery | null> {
  const whole = await open(ring, box, options(owner, id));
  if (!whole) return null;
  const body_at = 4 + new DataView(whole.buffer, whole.byteOffset).getUint32(0);
  const heading = JSON.parse(new TextDecoder().decode(whole.subarray(4, body_at))) as Heading;
  return { heading, body: whole.subarray(body_at) };
}

const options = (owner: string, id: string) => ({
  purpose: "inbound-delivery",
  associated_data: `${owner}/${id}`,
});
