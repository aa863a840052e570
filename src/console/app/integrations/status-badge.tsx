// Whether what an integration sends is let in, as a badge.
import type { Integration } from "../../../schema/integration.ts";
import { Badge } from "../parts/text.tsx";

export const IntegrationBadge = ({ status }: Pick<Integration, "status">) =>
  status === "active" ? <Badge tone="good">Active</Badge> : <Badge tone="bad">Suspended</Badge>;
