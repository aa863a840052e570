// Audit events as JSON Lines objects in R2: one object a chunk, named by its first and last index, never rewritten
// with other content. At least once: a repeated put writes the same bytes under the same name.

/** `audit/<workspace>/events/<first>-<last>.jsonl`, indexes padded so that names sort by time. */
export function chunkKey(workspace: string, first: number, last: number): string {
  const padded = (index: number) => String(index).padStart(12, "0");
  return `audit/${workspace}/events/${padded(first)}-${padded(last)}.jsonl`;
}

/** Writes consecutive entries from `first` on, at least one, as one object. Throws when R2 does. */
export async function putChunk(
  bucket: R2Bucket,
  workspace: string,
  first: number,
  entries: readonly string[],
): Promise<void> {
  const key = chunkKey(workspace, first, first + entries.length - 1);
  const body = entries.map((entry) => `${entry}\n`).join("");
  await bucket.put(key, body, { httpMetadata: { contentType: "application/x-ndjson" } });
}
