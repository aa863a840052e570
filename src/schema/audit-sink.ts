// How a destination of audit events is doing.
import * as v from "valibot";
import { Timestamp } from "./text.ts";

export const SinkStatus = v.object({
  name: v.string(),
  acknowledges: v.pipe(v.boolean(), v.description("Whether it confirms what it takes; else: best effort")),
  status: v.picklist(["healthy", "failing"]),
  next_index: v.pipe(v.number(), v.description("Every event below has been delivered")),
  waiting_events: v.number(),
  failures: v.pipe(v.number(), v.description("Since the last delivery that did not fail")),
  delivered_at: v.nullable(Timestamp),
  next_attempt_at: v.nullable(Timestamp),
  last_error: v.nullable(v.string()),
});
export type SinkStatus = v.InferOutput<typeof SinkStatus>;
