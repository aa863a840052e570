// The machine under a server, spoilt from outside and without a word to the product: a wall clock that jumps (a library
// preloaded into workerd), and a disk that takes no byte more (a limit on the size of its files). Both need Linux; the
// first a C compiler, the second `prlimit`. What is missing is left out, and said.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("clock.c", import.meta.url));
const WORKERD = fileURLToPath(new URL("../../node_modules/workerd/bin/workerd", import.meta.url));

export interface Machine {
  /** For the server's environment. */
  readonly env: Record<string, string>;
  /** What it cannot do here, and why. */
  readonly lacks: readonly string[];
  readonly canJump: boolean;
  readonly canRefuse: boolean;
  /** What its clock shows. */
  now_ms(): number;
  /** The latest that it has shown: when it goes back, objects stand still there. */
  latest_ms(): number;
  jump(by_ms: number): void;
  /** Whether the disk refuses each write of the server with this group of processes. */
  refuseWrites(group: number, refused: boolean): void;
  remove(): void;
}

export function makeMachine(): Machine {
  const folder = mkdtempSync(join(tmpdir(), "taskward-machine-"));
  const [library, offset, program] = ["clock.so", "offset", "workerd"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(offset, new BigInt64Array([0n]));
  const compiled = spawnSync("cc", ["-shared", "-fPIC", "-O2", "-o", library, SOURCE]);
  const canJump = process.platform === "linux" && compiled.status === 0;
  const canRefuse = process.platform === "linux" && spawnSync("prlimit", ["--version"]).status === 0;
  // A file that may not grow is then an error to workerd, and not its end.
  const preload = canJump ? `LD_PRELOAD='${library}' CHAOS_CLOCK='${offset}' ` : "";
  writeFileSync(program, `#!/bin/sh\ntrap '' XFSZ\n${preload}exec '${WORKERD}' "$@"\n`);
  chmodSync(program, 0o700);
  const file = openSync(offset, "r+");
  let offset_ms = 0;
  let latest_ms = 0;
  const now_ms = () => Date.now() + offset_ms;
  const latest = () => {
    latest_ms = Math.max(latest_ms, now_ms());
    return latest_ms;
  };
  return {
    env: process.platform === "linux" ? { MINIFLARE_WORKERD_PATH: program } : {},
    lacks: [
      ...(canJump ? [] : ["no clock jumps: they need Linux and cc"]),
      ...(canRefuse ? [] : ["no storage refusals: they need Linux and prlimit"]),
    ],
    canJump,
    canRefuse,
    now_ms,
    latest_ms: latest,
    jump(by_ms) {
      latest();
      offset_ms += by_ms;
      writeSync(file, new BigInt64Array([BigInt(offset_ms)]), 0, 8, 0);
    },
    refuseWrites(group, refused) {
      const limit = refused ? "--fsize=0:unlimited" : "--fsize=unlimited:unlimited";
      for (const pid of runtimesOf(group)) spawnSync("prlimit", ["--pid", String(pid), limit]);
    },
    remove() {
      closeSync(file);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The processes of a group that are workerd. */
function runtimesOf(group: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const after = stat.lastIndexOf(")");
        const name = stat.slice(stat.indexOf("(") + 1, after);
        return name.startsWith("workerd") && Number(stat.slice(after + 2).split(" ")[2]) === group;
      } catch {
        return false; // It has ended since.
      }
    });
}
