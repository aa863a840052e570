// A project's feed: every change has a number, one higher than that of the change before it.
import * as v from "valibot";
import { ActorId, EventId, TaskId } from "./identifier.ts";
import { Timestamp } from "./text.ts";

const number = v.pipe(v.number(), v.integer(), v.minValue(1));
/** A place in the feed: the number of a change, or 0 before the first. */
export const FeedPosition = v.pipe(v.number(), v.integer(), v.minValue(0));

export const Change = v.object({
  number,
  at: Timestamp,
  /** The type of the audit event that committed with it. */
  type: v.string(),
  /** Null for what the service did by itself. */
  actor: v.nullable(ActorId),
  task_id: v.nullable(TaskId),
  /** Changes of one request share it. */
  event_id: EventId,
  /** Through how many inbound webhooks it came, one after the other; 0 for what people and programs do themselves. */
  hops: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** What changed: the details of its event, and what is shown of the task or project afterwards. */
  data: v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null(), v.array(v.string())])),
});
export type Change = v.InferOutput<typeof Change>;
