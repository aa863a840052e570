// What the log takes from those who send it events, in their order, whether sender or log were taken back in time.
import type { EventBatch, Receipt } from "../../src/schema/messages/outbox.ts";
import { takeOnce } from "../inbox.ts";
import type { ObjectSurface } from "../object-surface.ts";
import type { SealedEvent } from "./personal.ts";
import type { AuditLogStore } from "./store.ts";

/**
 * Takes a batch, in the caller's transaction; each event once by its id: by its number alone, a sender that was taken back
 * would lose what it tells anew. What starts past a gap is refused, and the gap is told: this log was told what it lacks,
 * and was taken back since. Unless R2 has it, it is lost. The sender then starts anew, as another source.
 */
export function takeIn(
  object: ObjectSurface,
  events: AuditLogStore,
  batch: EventBatch,
  sealed: readonly SealedEvent[],
  now_ms: number,
): Receipt {
  if (batch.loose) {
    events.add(sealed);
    return { next_sequence: batch.first_sequence + batch.rows.length };
  }
  const receipt = takeOnce(object.sql, batch, () => {});
  const { source, first_sequence } = batch;
  if (receipt.next_sequence < first_sequence) {
    const details = { source, from_sequence: receipt.next_sequence, to_sequence: first_sequence };
    object.audit({ type: "audit.gap", at_ms: now_ms, by: null, details });
    return receipt;
  }
  events.add(sealed);
  return receipt;
}
