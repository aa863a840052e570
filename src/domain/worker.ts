// Whether a worker is there: what was decided about it, and how long nothing was heard of it.
import type { DecidedStatus, WorkerStatus } from "../schema/worker.ts";

/** A worker says every minute that it is there; five silent minutes make it stale. */
export const SILENT_MS = 300_000;

/** `seen_ms`: when it was last heard of, or registered. */
export function statusOf(decided: DecidedStatus, seen_ms: number, now_ms: number): WorkerStatus {
  return decided === "active" && now_ms - seen_ms >= SILENT_MS ? "stale" : decided;
}
