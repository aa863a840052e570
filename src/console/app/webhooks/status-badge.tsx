// The status of an endpoint, and of a delivery, as badges.
import type { Delivery, Webhook } from "../../../schema/webhook.ts";
import { sayName } from "../format/words.ts";
import { Badge } from "../parts/text.tsx";

const ENDPOINT = { active: "good", paused: "neutral", disabled: "bad", gone: "bad" } as const;
const DELIVERY = { pending: "accent", waiting: "neutral", delivered: "good", dead: "bad" } as const;

export const WebhookBadge = ({ status }: Pick<Webhook, "status">) => (
  <Badge tone={ENDPOINT[status]}>{sayName(status)}</Badge>
);

export const DeliveryBadge = ({ status }: Pick<Delivery, "status">) => (
  <Badge tone={DELIVERY[status]}>{status === "dead" ? "Given up" : sayName(status)}</Badge>
);
