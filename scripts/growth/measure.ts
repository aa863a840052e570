// Runs the long form of test/runtime/growth, a fresh runtime for each thing that grows, and reads what it tells; the
// resident memory of that runtime is looked at from outside, at each size.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { node, root, toolEnvironment } from "../install.mjs";

export interface Measured {
  readonly dimension: string;
  readonly request: string;
  readonly size: number;
  readonly rows: number;
  readonly ms: number;
  readonly storage_bytes: number;
  /** Of the runtime, the tests' own code and all objects. */
  readonly resident_mib: number;
}

export const DIMENSIONS = [
  "tasks of a project",
  "people of a workspace",
  "workers of a workspace",
  "events of an audit log",
  "deliveries of a webhook",
  "events queued at an endpoint",
  "deliveries to an integration",
  "nonces, work and projects of a person",
];

const TOLD = "growth: ";

export async function measure(options: {
  readonly sizes: readonly number[];
  readonly turns: number;
  readonly only: string | null;
}): Promise<{ measured: Measured[]; failed: boolean }> {
  const measured: Measured[] = [];
  let failed = false;
  for (const dimension of DIMENSIONS.filter((each) => (options.only ?? each) === each)) {
    console.error(dimension);
    failed = !(await one(dimension, options, measured)) || failed;
  }
  return { measured, failed: failed || measured.length === 0 };
}

/** Answers whether it ran, and nothing grew. */
async function one(
  dimension: string,
  { sizes, turns }: { readonly sizes: readonly number[]; readonly turns: number },
  measured: Measured[],
): Promise<boolean> {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const child = spawn(
    node,
    [
      vitest,
      "run",
      "--config=vitest.runtime.config.ts",
      "--project=runtime-wide",
      "test/runtime/growth.wide",
    ],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...toolEnvironment(),
        NO_COLOR: "1",
        VITE_GROWTH_SIZES: sizes.join(","),
        VITE_GROWTH_ONLY: dimension,
        VITE_GROWTH_TURNS: String(turns),
      },
    },
  );
  const others: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith(TOLD)) {
      others.push(line);
      continue;
    }
    const resident_mib = residentMiB(child.pid!);
    const told = JSON.parse(line.slice(TOLD.length)) as Omit<Measured, "resident_mib">[];
    measured.push(...told.map((each) => ({ ...each, resident_mib })));
    console.error(`  ${told[0]!.size.toLocaleString("en")}, ${resident_mib.toFixed(0)} MiB`);
  }
  const code = child.exitCode ?? (await new Promise<number>((resolve) => child.once("exit", resolve)));
  if (code !== 0) console.error(others.join("\n"));
  return code === 0;
}

/** Of the workerd processes below this one, the largest. */
function residentMiB(ancestor: number): number {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => statusOf(pid) ?? []);
  const below = new Set([ancestor]);
  for (let found = -1; found !== below.size; ) {
    found = below.size;
    for (const { pid, parent } of processes) if (below.has(parent)) below.add(pid);
  }
  const own = processes.filter(({ pid, name }) => below.has(pid) && name === "workerd");
  return Math.max(0, ...own.map(({ resident_kib }) => resident_kib)) / 1024;
}

function statusOf(pid: string): { pid: number; parent: number; name: string; resident_kib: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(status)?.[1] ?? "0";
    return {
      pid: Number(pid),
      parent: Number(field("PPid")),
      name: field("Name"),
      resident_kib: Number(field("VmRSS")),
    };
  } catch {
    return null; // it has ended meanwhile
  }
}
