// What a destination of audit events is: it takes consecutive entries, and may be given the same ones again.
// Whatever it needs of the runtime is handed to it. Adding a destination is one file beside this one.

/** Consecutive entries of one log, as JSON texts. */
export interface Delivery {
  readonly workspace: string;
  /** Index of the first. */
  readonly first: number;
  readonly entries: readonly string[];
}

export interface Sink {
  readonly name: string;
  /** Whether the destination confirms what it has taken; to others delivery is best effort. */
  readonly acknowledges: boolean;
  /** Whether it takes events out of Taskward's own storage: only then may it get addresses in clear. */
  readonly leaves: boolean;
  /** Entries in one delivery at most. */
  readonly events_max: number;
  /** How long the first entry waits for company. */
  readonly wait_ms: number;
  /** Throws where the destination did not take them; all of them then come again. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<void>;
}

/** Rotation of objects in R2: by events and by time. */
export const OBJECT_EVENTS_MAX = 1_000;

/** `audit/<workspace>/<folder>/<first>-<last>.<extension>`, indexes padded so that names sort by time. */
export function objectKey(
  { workspace, first, entries }: Delivery,
  folder: string,
  extension: string,
): string {
  const padded = (index: number) => String(index).padStart(12, "0");
  return `audit/${workspace}/${folder}/${padded(first)}-${padded(first + entries.length - 1)}.${extension}`;
}
