// The verifier that nobody here wrote: Go's packages for transparency logs, as Debian ships them, behind verifier.go.
// Where Go or the packages are missing the tests that need them skip, and say so.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Debian's golang-golang-x-mod-dev puts them. */
const GOPATH = "/usr/share/gocode";

const hasGo =
  existsSync(join(GOPATH, "src/golang.org/x/mod/sumdb/tlog")) &&
  spawnSync("go", ["version"], { stdio: "ignore" }).status === 0;

/** Why the tests skip; empty where they run. */
export const independentNote = hasGo
  ? ""
  : " (skipped: Go or golang.org/x/mod is missing; see scripts/install-debian.sh)";

let program: string | null = null;

function built(): string {
  if (program) return program;
  const folder = mkdtempSync(join(tmpdir(), "taskward-verifier-"));
  program = join(folder, "verifier");
  const source = join(import.meta.dirname, "verifier.go");
  const env = { ...process.env, GOPATH, GO111MODULE: "off", GOCACHE: join(tmpdir(), "taskward-go-cache") };
  execFileSync("go", ["build", "-o", program, source], { env, stdio: "pipe" });
  return program;
}

/** What it says of a copy of a log, and of proofs in a file: `ok <size>`, or what is wrong. */
export function verifyIndependently(folder: string, proofs_file?: string): string {
  const args = proofs_file === undefined ? [folder] : [folder, proofs_file];
  const { status, stdout, stderr } = spawnSync(built(), args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : `not ok: ${stderr.trim()}`;
}
