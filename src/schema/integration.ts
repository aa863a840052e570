// Integrations on the wire: what may send events in, how it signs them, and what they do.
import * as v from "valibot";
import { context } from "./context.ts";
import { HookHeaderName } from "./hook-header.ts";
import { HookMapping } from "./hook-mapping.ts";
import { InboundDeliveryId, IntegrationId, ProjectId, UserId } from "./identifier.ts";
import { line, Timestamp } from "./text.ts";

export const INTEGRATION_KINDS = ["standard_webhooks", "github", "hmac"] as const;
export const IntegrationKind = v.picklist(INTEGRATION_KINDS);
export type IntegrationKind = v.InferOutput<typeof IntegrationKind>;

/** An owner is a person: integrations write, or read alone and then do nothing. */
export const IntegrationRole = v.picklist(["editor", "viewer"]);
export type IntegrationRole = v.InferOutput<typeof IntegrationRole>;

export const IntegrationStatus = v.picklist(["active", "suspended"]);
export type IntegrationStatus = v.InferOutput<typeof IntegrationStatus>;

/** How a delivery of the kind `hmac` is signed; see protocol/inbound-signature. */
export const HmacSettings = v.strictObject({
  signature_header: HookHeaderName,
  prefix: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9_=,:-]{0,32}$/u, "expected a prefix such as sha256=")),
    "",
  ),
  encoding: v.optional(v.picklist(["hex", "base64"]), "hex"),
  delivery_header: v.optional(v.nullable(HookHeaderName), null),
  timestamp_header: v.optional(v.nullable(HookHeaderName), null),
});
export type HmacSettings = v.InferOutput<typeof HmacSettings>;

/** Given by the other side; `whsec_` and base64 for Standard Webhooks, any text for the others. */
export const GivenSecret = v.pipe(
  v.string(),
  v.minLength(16, "expected at least 16 characters"),
  v.maxLength(256, "expected at most 256 characters"),
  v.check((text) => /^[\x21-\x7e]+$/u.test(text), "expected visible ASCII characters"),
  context("secret"),
);

export const IntegrationFields = {
  name: line(80),
  kind: IntegrationKind,
  role: IntegrationRole,
  mapping: HookMapping,
  hmac: v.nullable(HmacSettings),
};

const version = v.pipe(v.number(), v.integer(), v.minValue(1));

export const Integration = v.object({
  id: IntegrationId,
  project_id: ProjectId,
  ...IntegrationFields,
  status: IntegrationStatus,
  /** When the present secrets were made, newest first, and until when they hold; never what they are. */
  secrets: v.array(v.object({ created_at: Timestamp, expires_at: v.nullable(Timestamp) })),
  created_by: UserId,
  created_at: Timestamp,
  updated_at: Timestamp,
  version,
});
export type Integration = v.InferOutput<typeof Integration>;

/** `stopped`: it came through too many webhooks already. `pending`: it will have its effect in a moment. */
export const DELIVERY_STATUSES = ["applied", "ignored", "failed", "pending", "stopped"] as const;
export const DeliveryStatus = v.picklist(DELIVERY_STATUSES);
export type DeliveryStatus = v.InferOutput<typeof DeliveryStatus>;

export const InboundDelivery = v.object({ id: InboundDeliveryId, status: DeliveryStatus });
export type InboundDelivery = v.InferOutput<typeof InboundDelivery>;

/** A delivery that could not have its effect, kept sealed until it has, or for 30 days. */
export const HookFailure = v.object({
  id: InboundDeliveryId,
  received_at: Timestamp,
  expires_at: Timestamp,
  attempts: v.number(),
  /** The reason or rule of the refusal. */
  reason: v.string(),
  detail: v.nullable(v.string()),
  /** Into the mapping; null where the mapping is not at fault. */
  pointer: v.nullable(v.string()),
  /** The body as it came, cut at 2,000 characters. */
  excerpt: v.string(),
});
export type HookFailure = v.InferOutput<typeof HookFailure>;
