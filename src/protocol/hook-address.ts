// The last part of an inbound webhook's address: whose workspace, which integration, and a MAC over that, so that a
// made-up one is refused without asking any object. It is no secret: what lets a delivery in is its signature.
//   twi_1.<ring key id>.<workspace>.<integration>.<HMAC-SHA-256 of everything before this dot>
// Refuses, always with the same null: more than 256 characters, another version, parts that are missing, extra or
// malformed, unknown ring keys, and a MAC that does not hold. Each has exactly one spelling.

import { decodeBase64Url, encodeBase64Url, utf8 } from "./base64url.ts";
import type { KeyRing } from "./key-ring.ts";
import { sign, verify } from "./mac.ts";

export interface HookAddress {
  readonly workspace: string;
  readonly integration_id: string;
}

export interface HookAddressRead extends HookAddress {
  /** Under which key of the ring it was made. */
  readonly key_id: string;
}

const VERSION = "twi_1";
const PURPOSE = "hook-address";
const CHARACTERS_MAX = 256;
const WORKSPACE = /^[a-z0-9-]{2,32}$/;
const INTEGRATION_ID = /^int_[0-9a-z]{26}$/;

/** Makes the address under the ring's newest key; throws for what `readHookAddress` would refuse. */
export async function makeHookAddress(ring: KeyRing, address: HookAddress): Promise<string> {
  if (!wellFormed(address)) throw new RangeError("malformed hook address");
  const { key_id } = ring.newest;
  const named = [VERSION, key_id, address.workspace, address.integration_id].join(".");
  const mac = await sign(await ring.deriveMac(key_id, PURPOSE), utf8(named));
  return `${named}.${encodeBase64Url(mac)}`;
}

/** Answers whose integration, if the MAC holds under a key of the ring, and null for any other text. */
export async function readHookAddress(ring: KeyRing, text: string): Promise<HookAddressRead | null> {
  if (text.length > CHARACTERS_MAX) return null;
  const parts = text.split(".");
  if (parts.length !== 5 || parts[0] !== VERSION) return null;
  const [, key_id, workspace, integration_id, mac_text] = parts as [string, string, string, string, string];
  const mac = decodeBase64Url(mac_text);
  const address = { workspace, integration_id };
  if (!mac || !ring.has(key_id) || !wellFormed(address)) return null;
  const named = text.slice(0, text.lastIndexOf("."));
  return (await verify(await ring.deriveMac(key_id, PURPOSE), mac, utf8(named)))
    ? { ...address, key_id }
    : null;
}

const wellFormed = ({ workspace, integration_id }: HookAddress): boolean =>
  WORKSPACE.test(workspace) && INTEGRATION_ID.test(integration_id);
