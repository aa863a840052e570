// How the log and the destinations of its events are doing.
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

export const LogLag = v.object({
  size: v.pipe(v.number(), v.description("Events that have their place in the order")),
  published_size: v.pipe(v.number(), v.description("Those under the last checkpoint")),
  waiting_events: v.pipe(
    v.number(),
    v.description("Those that are not yet; beyond 50,000 no more are taken"),
  ),
  waiting_seconds: v.pipe(v.number(), v.description("Since the oldest of them happened")),
});
export type LogLag = v.InferOutput<typeof LogLag>;
