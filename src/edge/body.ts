// Reading a body: JSON, and CSV where the operation takes it, bounded while it arrives, strict UTF-8.
import { structureComplaint, TOKENS_MAX } from "../defence/json-limits.ts";
import { parseCsv } from "../protocol/csv.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import { type Clock, deadlineOf, FIRST_BYTE_MS, readBy, realClock } from "./body-pace.ts";

export const BODY_BYTES_MAX = 65_536;
/** What large bodies, such as a project's tasks, have at the least for each of their members. */
const BYTES_PER_TOKEN = 16;
/**
 * The same of a document that may also come as a table: of its ten thousand tasks each has at most 114 members, with 50
 * dependencies, 20 skills, 20 labels and an estimate, and 838 bytes of the eight mebibytes.
 */
const BYTES_PER_DOCUMENT_TOKEN = 7;
/** The same of a table: ten thousand tasks of thirteen columns are 64 a cell of the eight mebibytes that they may take. */
const BYTES_PER_CELL = 64;

type FromRows = (rows: readonly (readonly string[])[]) => Result<unknown>;

interface Reading {
  readonly table?: FromRows | undefined;
  readonly read?: Uint8Array | undefined;
  readonly clock?: Clock;
}

/**
 * The parsed body: JSON, or a table where the operation takes one. Refuses other media types, encodings, more than
 * `bytes_max`, what comes too slowly, what is not UTF-8, and what cannot be parsed. `read`: the body, where it has been read already.
 */
export async function readBody(
  request: Request,
  bytes_max: number,
  { table, read, clock }: Reading = {},
): Promise<Result<unknown>> {
  const media_type = (request.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase();
  const is_table = table !== undefined && media_type === "text/csv";
  if ((media_type !== "application/json" && !is_table) || request.headers.has("Content-Encoding")) {
    return refuse("unsupported_media_type");
  }
  const bytes = read ? ok(read) : await readBytes(request, bytes_max, clock);
  if (!bytes.ok) return bytes;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes.value);
  } catch {
    return malformed("the body is not valid UTF-8");
  }
  if (is_table) return fromTable(text, table, bytes_max);
  return fromJson(text, bytes_max / (table ? BYTES_PER_DOCUMENT_TOKEN : BYTES_PER_TOKEN));
}

function fromJson(text: string, tokens_max: number): Result<unknown> {
  const complaint = structureComplaint(text, Math.max(TOKENS_MAX, tokens_max));
  if (complaint) return malformed(complaint);
  try {
    return ok(JSON.parse(text));
  } catch {
    return malformed("the body is not valid JSON");
  }
}

function fromTable(text: string, table: FromRows, bytes_max: number): Result<unknown> {
  const parsed = parseCsv(text, bytes_max / BYTES_PER_CELL);
  if (parsed.ok) return table(parsed.rows);
  return refuse("malformed_request", { detail: `line ${parsed.line}: ${parsed.complaint}` });
}

const malformed = (detail: string) => refuse("malformed_json", { errors: [{ pointer: "", detail }] });

/** The raw body, where the operation takes one. Refused like that of `readBytes`. */
export async function readWhole(
  request: Request,
  { body, body_bytes_max = BODY_BYTES_MAX }: { readonly body?: unknown; readonly body_bytes_max?: number },
): Promise<Result<{ readonly body?: Uint8Array }>> {
  if (!body) return ok({});
  const bytes = await readBytes(request, body_bytes_max);
  return bytes.ok ? ok({ body: bytes.value }) : bytes;
}

/** The raw body; refused beyond `bytes_max`, and where it comes too slowly. */
export async function readBytes(
  request: Request,
  bytes_max: number,
  clock: Clock = realClock,
): Promise<Result<Uint8Array>> {
  const length = Number(request.headers.get("Content-Length") ?? Number.NaN);
  if (length > bytes_max) return tooLarge(bytes_max);
  if (!request.body) return ok(new Uint8Array());
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let deadline_ms = clock.now() + FIRST_BYTE_MS;
  let first_ms: number | null = null;
  for (;;) {
    const read = await readBy(reader, deadline_ms, clock);
    if (read?.done) return ok(joined(chunks, size));
    size += read?.value.byteLength ?? 0;
    if (!read || size > bytes_max) {
      // Nobody waits for the sender to hear of it.
      reader.cancel().catch(() => {});
      return read ? tooLarge(bytes_max) : refuse("body_too_slow");
    }
    chunks.push(read.value);
    // Its end need not be waited for.
    if (size === length) return ok(joined(chunks, size));
    first_ms ??= clock.now();
    deadline_ms = deadlineOf(size, first_ms);
  }
}

const tooLarge = (bytes_max: number) => refuse("body_too_large", { detail: `at most ${bytes_max} bytes` });

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
