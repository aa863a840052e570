// The last checkpoint of each workspace's audit log that this client saw, kept beside its credentials. Before a command
// on the audit the log must show that it has grown from it: a log that was replaced, cut or forked is refused, loudly.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { type Client, ProblemError } from "../../api/client.ts";
import { decodeBase64, encodeBase64 } from "../../protocol/base64.ts";
import { type Checkpoint, parseCheckpoint } from "../../protocol/checkpoint.ts";
import { equalBytes } from "../../protocol/constant-time.ts";
import { verifyConsistency } from "../../protocol/merkle-tree.ts";
import { readNote } from "../../protocol/signed-note.ts";
import { parsed, replaceJson } from "./credentials.ts";

/** What is shown is not the log that was seen before; the message says how, and where that is kept. */
export class ForkedLog extends Error {}

const Pins = v.record(v.string(), v.string());

type Log = Pick<Client, "readCheckpoint" | "proveConsistency">;

/** `name` says whose log of which service; the pins are in a file beside that of the credentials. */
export async function checkPinnedLog(log: Log, name: string, credentials_file: string): Promise<void> {
  const file = join(dirname(credentials_file), "seen-checkpoints.json");
  const pin = readPins(file)[name];
  const seen = pin === undefined ? null : readCheckpoint(pin);
  if (pin !== undefined && !seen) throw unreadable(file);
  const note = await currentNote(log);
  const current = note === null ? null : readCheckpoint(note);
  if (note !== null && !current) {
    throw new ForkedLog("What the service shows as the audit log's checkpoint is none.");
  }
  if (seen) {
    const fault = current ? await growthFault(log, seen, current) : "it shows no checkpoint any more";
    if (fault) {
      throw new ForkedLog(
        `The audit log of ${name} is not the one that was seen before: ${fault}.\n  Seen: ${seen.size} entries, root ${encodeBase64(seen.root)}, kept in ${file}.\n  Do not trust what it says; tell whoever runs the service, and compare with others.`,
      );
    }
  }
  if (note === null || !current || current.size === seen?.size) return;
  // Another command may have seen another log meanwhile.
  replaceJson(file, { ...readPins(file), [name]: note });
}

/** Why the log as it is now cannot have grown from what was seen; null where it is proved to have. */
export async function growthFault(
  log: Pick<Client, "proveConsistency">,
  seen: Checkpoint,
  current: Checkpoint,
): Promise<string | null> {
  if (current.origin !== seen.origin) return `it calls itself ${current.origin}, and was ${seen.origin}`;
  if (current.size < seen.size) return `it has ${current.size} entries, and had ${seen.size}`;
  if (current.size === seen.size) {
    return equalBytes(current.root, seen.root) ? null : `its ${seen.size} entries are others`;
  }
  const query = { from: String(seen.size), to: String(current.size) };
  const { proof } = (await log.proveConsistency({ query })).body;
  const hashes = proof.hashes.map((text) => decodeBase64(text) ?? new Uint8Array());
  const has_grown = verifyConsistency(seen.size, current.size, hashes, seen.root, current.root);
  return has_grown ? null : `what it has now, ${current.size} entries, has not grown from it`;
}

/** Null where there is none yet. */
async function currentNote(log: Log): Promise<string | null> {
  try {
    return new TextDecoder().decode((await log.readCheckpoint()).body);
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return null;
    throw error;
  }
}

const readCheckpoint = (note: string): Checkpoint | null => parseCheckpoint(readNote(note)?.text ?? "");

function readPins(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const read = v.safeParse(Pins, parsed(readFileSync(file, "utf8")));
  if (!read.success) throw unreadable(file);
  return read.output;
}

const unreadable = (file: string): ForkedLog =>
  new ForkedLog(
    `${file} cannot be read: it holds what was seen of audit logs. Look into it before you delete it.`,
  );
