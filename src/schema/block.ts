// An address that is turned away for a while, as operators see it.
import * as v from "valibot";
import { BlockId } from "./identifier.ts";
import { Timestamp } from "./text.ts";

export const AddressBlock = v.object({
  id: BlockId,
  /** IPv4, or any address of the IPv6 /64 that is blocked. */
  address: v.string(),
  /** How often it has been blocked lately, this time included. */
  times: v.number(),
  blocked_at: Timestamp,
  until: Timestamp,
});
export type AddressBlock = v.InferOutput<typeof AddressBlock>;
