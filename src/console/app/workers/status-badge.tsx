// A worker's status as a badge.
import type { Worker } from "../../../schema/worker.ts";
import { sayName } from "../format/words.ts";
import { Badge } from "../parts/text.tsx";

const TONES = { active: "good", stale: "warn", paused: "neutral", revoked: "bad" } as const;

export const WorkerStatusBadge = ({ status }: Pick<Worker, "status">) => (
  <Badge tone={TONES[status]}>{sayName(status)}</Badge>
);
