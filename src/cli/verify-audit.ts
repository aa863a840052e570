// `npm run verify-audit`: recomputes a whole audit log, from its entries to its signed checkpoint, and names the first
// entry or object that does not fit. With --seen it also holds the log to the checkpoint of the last time.
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { AnswerError, ConnectionError, ProblemError } from "../api/client.ts";
import { utf8 } from "../protocol/base64url.ts";
import { type Checkpoint, parseCheckpoint } from "../protocol/checkpoint.ts";
import { verifyLeftovers } from "../protocol/log-leftovers.ts";
import { type Fault, verifyLog } from "../protocol/log-verification.ts";
import { openNote, parseVerifierKey, type VerifierKey } from "../protocol/signed-note.ts";
import { EnvironmentError } from "./environment.ts";
import { copy, counting, keeping, NoLog, ORIGIN, pathsIn, type Source, save, service } from "./log-source.ts";
import { OriginError } from "./origin.ts";
import { Progress, withProgress } from "./progress.ts";
import { replaceFile } from "./replace-file.ts";
import { failure, line } from "./terminal.ts";

const help = `Recomputes an audit log and compares everything: entries, tiles, root, signature.

  npm run verify-audit                      of the service at ${ORIGIN}
  npm run verify-audit -- --folder DIR      of a copy: the objects below audit/<workspace>/log/

  --origin URL    the service; the variable TASKWARD_TOKEN holds a session or API token of an AUDITOR
  --folder DIR    reads a copy instead
  --save DIR      keeps a copy of what the service answers
  --key KEY       a verifier key that you trust (may be repeated); default: those that the log names itself
  --seen FILE     a checkpoint of an earlier time, which the log must have grown from; then the new one is written there
  --help          this text`;

/** A checkpoint is no secret: as files are by default. */
const READABLE = 0o666;

/** The command line is wrong, or there is nothing to verify. */
class Refusal extends Error {}

try {
  process.exitCode = await main();
} catch (error) {
  const expected = [
    Refusal,
    NoLog,
    OriginError,
    EnvironmentError,
    ConnectionError,
    AnswerError,
    ProblemError,
  ];
  const is_file = error instanceof Error && "code" in error;
  if (is_file || expected.some((kind) => error instanceof kind)) failure((error as Error).message);
  else console.error(error);
  // Whatever it is, 1 would say that the log does not fit.
  process.exitCode = 2;
}

/** Answers the exit code: 0 where all fits, 1 where something does not. */
async function main(): Promise<number> {
  const options = parseOptions();
  if (options.help) {
    console.log(help);
    return 0;
  }
  const { folder } = options;
  const source = await sourceOf(options);
  const keys = (options.key ?? source.keys).map(readKey);
  const seen = options.seen === undefined ? null : await readSeen(options.seen, keys);
  const progress = new Progress("Verifying");
  const read = counting(source.read, progress);
  const verdict = await withProgress(progress, () =>
    verifyLog({ read, keys, check: checkEntry, dropped, ...(seen && { seen }) }),
  );
  if (!verdict.ok) return report(verdict.fault);
  const { checkpoint, note } = verdict;
  const fault = folder === undefined ? null : await verifyLeftovers(source, pathsIn(folder), checkpoint.size);
  if (fault) return report(fault);
  if (options.seen !== undefined) replaceFile(options.seen, note, READABLE);
  const since = seen ? `, grown from ${seen.size} since it was last seen` : "";
  line({ text: `${checkpoint.origin}: ${checkpoint.size} entries, all as they were signed${since}.` });
  if (verdict.dropped > 0) {
    console.log(
      `Entries 0 to ${verdict.dropped - 1} are beyond retention, as the log itself says; their hashes hold.`,
    );
  }
  if (!options.key)
    console.log("The keys are those that the log names itself; pass --key to trust your own.");
  return 0;
}

function report({ index, path, problem }: Fault): number {
  failure(`${index === null ? "" : `entry ${index}, `}${path}: ${problem}`);
  return 1;
}

function parseOptions() {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      options: {
        ...{ origin: text, folder: text, save: text, seen: text },
        key: { type: "string", multiple: true },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n  See: npm run verify-audit -- --help`);
  }
}

async function sourceOf({ folder, origin, save: kept_in }: ReturnType<typeof parseOptions>): Promise<Source> {
  if (folder !== undefined) return copy(folder);
  const source = await service(origin);
  if (kept_in === undefined) return source;
  save(kept_in, "verifier-keys", utf8(source.keys.map((key) => `${key}\n`).join("")));
  return { ...source, read: keeping(source.read, kept_in) };
}

function readKey(text: string): VerifierKey {
  const key = parseVerifierKey(text);
  if (!key) throw new Refusal(`"${text}" is no verifier key`);
  return key;
}

async function readSeen(file: string, keys: readonly VerifierKey[]): Promise<Checkpoint | null> {
  if (!existsSync(file)) return null;
  const opened = await openNote(readFileSync(file, "utf8"), keys);
  const checkpoint = opened && parseCheckpoint(opened.text);
  if (!checkpoint) throw new Refusal(`${file} holds no checkpoint that these keys have signed`);
  return checkpoint;
}

/** What was dropped after its retention is told by an event, before it is done. */
function dropped(entry: Uint8Array): number | null {
  const { event_type, details } = JSON.parse(new TextDecoder().decode(entry)) as {
    event_type?: string;
    details?: { before_index?: number };
  };
  return event_type === "audit.trimmed" ? (details?.before_index ?? null) : null;
}

/** An entry is an event that names its own place. */
function checkEntry(entry: Uint8Array, index: number): string | null {
  try {
    const event = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(entry)) as { index?: unknown };
    return event.index === index ? null : "an event of another place";
  } catch {
    return "not an event";
  }
}
