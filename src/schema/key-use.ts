// What a key of the ring is still used for by one person, worker or integration.
import * as v from "valibot";

export const KEY_USE_KINDS = [
  "password",
  "second_factor",
  "backup_code",
  "address",
  "session_state",
  "session_description",
  "ai_record",
  "session_token",
  "api_token",
  "worker_key_id",
  "integration_secret",
  "inbound_delivery",
  "hook_address",
  "mailed_link",
  "mail",
] as const;

export const KeyUse = v.object({
  /** Null: made before this was written down, or in a mail on its way out. */
  key_id: v.nullable(v.string()),
  kind: v.picklist(KEY_USE_KINDS),
  count: v.number(),
});
export type KeyUse = v.InferOutput<typeof KeyUse>;
