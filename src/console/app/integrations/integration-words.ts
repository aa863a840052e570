// The console's words for kinds, roles and outcomes of integrations.
import type { DeliveryStatus, IntegrationKind, IntegrationRole } from "../../../schema/integration.ts";

export const KIND_WORDS: Readonly<Record<IntegrationKind, string>> = {
  github: "GitHub",
  standard_webhooks: "Standard Webhooks",
  hmac: "A signature of its own",
};

const ROLE_MEANINGS: Readonly<Record<IntegrationRole, string>> = {
  editor: "Add and change tasks",
  viewer: "Nothing: it is heard, and has no effect",
};

export const ROLE_CHOICES = (["editor", "viewer"] as const).map((value) => ({
  value,
  label: ROLE_MEANINGS[value],
}));

/** What a delivery that was tried again came to. */
export const OUTCOME_WORDS: Readonly<Record<DeliveryStatus, string>> = {
  applied: "It has had its effect now.",
  ignored: "No rule holds for it any more: it is done with.",
  failed: "It failed again.",
  pending: "It is on its way.",
  stopped: "It came through too many webhooks, and was stopped.",
};
