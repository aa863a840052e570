// A copy of the project in which something may be broken; it goes when the work on it ends.
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const LEFT_OUT = new Set([".git", ".data", "node_modules", "test-results"]);

export function inCopy<Value>(
  root: string,
  change: (folder: string) => void,
  work: (folder: string) => Value,
): Value {
  const folder = mkdtempSync(join(tmpdir(), "taskward-copy-"));
  try {
    cpSync(root, folder, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    change(folder);
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
