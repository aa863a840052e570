// A file that is replaced as a whole.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * A new file in the place of the old: whoever could read that one, and has it open, reads nothing of the new; and whatever
 * cuts this off leaves the one or the other whole. Where that fails, nothing of the new is left. `mode`: who may read it, less what the umask takes away.
 */
export function replaceFile(file: string, text: string, mode: number): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.new`;
  rmSync(fresh, { force: true });
  try {
    writeFileSync(fresh, text, { mode, flag: "wx" });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
