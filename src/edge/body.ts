// Reading a body: JSON alone, bounded while it arrives, strict UTF-8.
import { structureComplaint } from "../defence/json-limits.ts";
import { ok, type Result, refuse } from "../schema/result.ts";

export const BODY_BYTES_MAX = 65_536;

/**
 * The parsed body. Refuses other media types, encodings, more than `bytes_max`, and what is not JSON. `read`: the
 * body, where it has been read already.
 */
export async function readJson(
  request: Request,
  bytes_max: number,
  read?: Uint8Array,
): Promise<Result<unknown>> {
  const media_type = (request.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (media_type !== "application/json" || request.headers.has("Content-Encoding")) {
    return refuse("unsupported_media_type");
  }
  const bytes = read ?? (await readBytes(request, bytes_max));
  if (!bytes) return refuse("body_too_large", { detail: `at most ${bytes_max} bytes` });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return malformed("the body is not valid UTF-8");
  }
  const complaint = structureComplaint(text);
  if (complaint) return malformed(complaint);
  try {
    return ok(JSON.parse(text));
  } catch {
    return malformed("the body is not valid JSON");
  }
}

const malformed = (detail: string) => refuse("malformed_json", { errors: [{ pointer: "", detail }] });

/** The raw body; null beyond `bytes_max`. */
export async function readBytes(request: Request, bytes_max: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get("Content-Length") ?? 0) > bytes_max) return null;
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    if (size > bytes_max) return null;
    chunks.push(chunk);
  }
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
