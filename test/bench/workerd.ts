// A raw `workerd serve`: started on ports of its own choosing, measured through /proc, stopped by its id.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundle.ts";
import { configText, type ServedWorker } from "./capnp.ts";
import { owned, removeFolder, temporaryFolder } from "./cleanup.ts";

export interface Server {
  /** By the worker's name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly inspector_port: number | null;
  /** CPU time so far of all its threads, user and system. */
  cpuSeconds(): number;
  /** Resident memory (VmRSS). */
  residentMiB(): number;
  /** What it has complained of so far. */
  complaints(): string;
  stop(): Promise<void>;
}

const COMPLAINTS_MAX = 100_000;
/** After a restart the alarm clock may be behind the object that it wakes: the object decides, and all is well. */
const HARMLESS = /^.*warning: NOSENTRY SQLite alarm (handler canceled|overdue, running despite).*$/gm;
const STOP_MS = 3_000;
const START_MS = 20_000;
/** Of /proc/<pid>/stat: sysconf(_SC_CLK_TCK), 100 on every Linux that Node supports. */
const TICKS_PER_SECOND = 100;

/** Starts the workers in one fresh process over the storage folder, and waits until it listens. */
export async function serve(
  workers: readonly ServedWorker[],
  storage_folder: string,
  options: { readonly inspect?: boolean; readonly bucket?: string } = {},
): Promise<Server> {
  const folder = temporaryFolder();
  const file = join(folder, "config.capnp");
  const stand_ins = { bucket: standIn("audit-bucket"), rate_limit: standIn("coarse-rate-limit") };
  const surroundings = { storage: storage_folder, bucket: options.bucket ?? null, stand_ins };
  writeFileSync(file, configText(workers, surroundings), { mode: 0o600 });
  const inspector = options.inspect ? ["--inspector-addr=127.0.0.1:0"] : [];
  const binary = join(root, "node_modules", "workerd", "bin", "workerd");
  const child = owned(
    spawn(binary, ["serve", "--control-fd=3", "--import-path=/", ...inspector, file, "config"], {
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    }),
  );
  let complaints = "";
  child.stderr!.on("data", (chunk) => {
    if (complaints.length < COMPLAINTS_MAX) complaints += chunk;
  });
  const names = [...workers.map(({ name }) => name), ...(options.inspect ? ["inspector"] : [])];
  const ports = await listening(child, names).catch((error: Error) => {
    child.kill("SIGKILL");
    throw new Error(`workerd did not start (${error.message}):\n${complaints}`);
  });
  const pid = child.pid!;
  return {
    ports,
    inspector_port: ports.inspector ?? null,
    cpuSeconds: () => cpuSeconds(pid),
    residentMiB: () => residentMiB(pid),
    complaints: () => complaints.replaceAll(HARMLESS, "").trim(),
    stop: async () => {
      await stop(child);
      removeFolder(folder);
    },
  };
}

/** Reads `{"event":"listen","socket":…,"port":…}` lines until every name has its port. */
function listening(child: ChildProcess, names: readonly string[]): Promise<Record<string, number>> {
  return new Promise((resolve, reject) => {
    const ports: Record<string, number> = {};
    let text = "";
    const timer = setTimeout(() => reject(new Error("no answer")), START_MS);
    const failed = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    child.once("error", failed);
    child.once("exit", (status) => failed(new Error(`exit ${status}`)));
    child.stdio[3]!.on("data", (chunk) => {
      text += chunk;
      const lines = text.split("\n");
      text = lines.pop()!;
      for (const line of lines) {
        const { event, socket, port } = JSON.parse(line) as { event: string; socket?: string; port?: number };
        if (event === "listen") ports[socket!] = port!;
        if (event === "listen-inspector") ports.inspector = port!;
      }
      if (names.some((name) => !(name in ports))) return;
      clearTimeout(timer);
      resolve(ports);
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}

function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // proc(5): after the command in parentheses, utime and stime are the 12th and 13th field.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+([0-9]+) kB$/m.exec(status)?.[1]) / 1024;
}

const standIn = (name: string): string =>
  readFileSync(new URL(`stand-ins/${name}.js`, import.meta.url), "utf8");
