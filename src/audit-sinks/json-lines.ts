// Audit events as JSON Lines objects in R2: one object a delivery, named by its first and last index, never rewritten
// with other content. At least once: a repeated put writes the same bytes under the same name.
import { OBJECT_EVENTS_MAX, objectKey, type Sink } from "./sink.ts";

export const jsonLines = (bucket: R2Bucket, wait_ms: number): Sink => ({
  name: "json_lines",
  acknowledges: true,
  leaves: false,
  events_max: OBJECT_EVENTS_MAX,
  wait_ms,
  async deliver(delivery) {
    const body = delivery.entries.map((entry) => `${entry}\n`).join("");
    const httpMetadata = { contentType: "application/x-ndjson" };
    await bucket.put(objectKey(delivery, "events", "jsonl"), body, { httpMetadata });
  },
});
