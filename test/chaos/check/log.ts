// The log, checked without the product's own verifier beside it: hashes of RFC 6962, written here once more, tell whether
// every checkpoint that anybody was shown is a beginning of the log as it is at the end.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../../src/cli/verify-audit.ts", import.meta.url));

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

/** RFC 6962, 2.1. */
function root(leaves: readonly Buffer[], first = 0, end = leaves.length): Buffer {
  if (end === first) return sha256();
  if (end - first === 1) return leaves[first]!;
  let split = 1;
  while (2 * split < end - first) split *= 2;
  return sha256(NODE, root(leaves, first, first + split), root(leaves, first + split, end));
}

/** Checkpoints that the log, of these entries in their order, cannot have grown from. */
export function forks(entries: readonly Uint8Array[], checkpoints: Iterable<string>): string[] {
  const leaves = entries.map((entry) => sha256(LEAF, entry));
  const wrong: string[] = [];
  for (const note of checkpoints) {
    const [, size, hash] = note.split("\n") as [string, string, string];
    if (Number(size) > leaves.length)
      wrong.push(`a checkpoint of ${size} entries, where the log has ${leaves.length}`);
    else if (root(leaves, 0, Number(size)).toString("base64") !== hash) {
      wrong.push(`the checkpoint of ${size} entries is of another log`);
    }
  }
  return wrong;
}

/** What `npm run verify-audit` says of the service; null where it is content. Keeps the entries in the folder. */
export function verifier(origin: string, token: string, folder: string): Promise<string | null> {
  const env = { ...process.env, TASKWARD_TOKEN: token };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM, "--origin", origin, "--save", folder],
      { env },
      (error, stdout, stderr) => {
        resolve(error ? stdout + stderr : null);
      },
    );
  });
}

export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "taskward-chaos-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
