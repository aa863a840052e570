// Debian's openssl as the other side: it makes keys and requests, and judges what we issue. Absent, its tests say so.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl) console.warn("openssl is not installed: what it would say of certificates is skipped.");

/** A folder for one test file; `remove` it at the end. */
export class Openssl {
  readonly folder = mkdtempSync(join(tmpdir(), "taskward-openssl-"));

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.folder, name), content);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  /** What it prints; throws where it fails. */
  run(...args: string[]): string {
    return execFileSync("openssl", args, { cwd: this.folder, encoding: "utf8", stdio: "pipe" });
  }

  /** Whether it succeeds, with all it prints. */
  tries(...args: string[]): { ok: boolean; text: string } {
    const { status, stdout, stderr } = spawnSync("openssl", args, { cwd: this.folder, encoding: "utf8" });
    return { ok: status === 0, text: stdout + stderr };
  }
}
