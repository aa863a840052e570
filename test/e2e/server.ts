// A real Taskward for end-to-end tests: scripts/start.mjs on a free port, with data and secrets of its own.
// It cannot outlive the test process: the channel between them closes, and it stops.
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const START = fileURLToPath(new URL("../../scripts/start.mjs", import.meta.url));
const GONE_MS_MAX = 10_000;
const POLL_MS = 20;

export interface ServerOptions {
  /** Default: a free one. */
  port?: number;
  /** Folder of the data and the secrets, which stop() then keeps. Default: a new one, which it removes. */
  data?: string;
  /** Variables of the product, or any others, on top of this process' environment. */
  env?: Record<string, string>;
}

export interface Server {
  readonly origin: string;
  readonly bootstrap_token: string;
  readonly data: string;
  /** The processes of the present incarnation: start.mjs, and the leader of workerd's group. */
  readonly pids: { start: number; worker: number };
  /** What it has printed so far. */
  output(): string;
  /** Stops it (SIGINT: as Ctrl-C would), removes its data, answers the exit code once nothing listens any more. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** SIGKILL to the whole tree at once, workerd included: a crash. The data stay until stop(). */
  kill(): Promise<void>;
  /** Starts it again on the same port, data and secrets, after stop() or kill() or instead of them. */
  restart(): Promise<void>;
}

/** Starts a server and waits until it is ready; throws with its output when it does not come up. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const port = options.port ?? (await freePort());
  const data = options.data ?? (await mkdtemp(join(tmpdir(), "taskward-e2e-")));
  const removeOwn = async () => {
    if (!options.data) await rm(data, { recursive: true, force: true });
  };
  let run = await launch(port, data, options.env).catch(async (error) => {
    await removeOwn();
    throw error;
  });

  const stop = async (signal: NodeJS.Signals = "SIGINT") => {
    run.child.kill(signal);
    const code = await exit(run.child);
    await nobodyListens(port);
    return code;
  };
  return {
    origin: `http://127.0.0.1:${port}`,
    bootstrap_token: run.bootstrap_token,
    data,
    get pids() {
      return { start: run.child.pid!, worker: run.worker_pid };
    },
    output: () => run.output(),
    async stop(signal) {
      const code = await stop(signal);
      await removeOwn();
      return code;
    },
    async kill() {
      killGroup(run.worker_pid);
      run.child.kill("SIGKILL");
      await exit(run.child);
      await nobodyListens(port);
    },
    async restart() {
      await stop();
      run = await launch(port, data, options.env);
    },
  };
}

interface Run {
  child: ChildProcess;
  worker_pid: number;
  bootstrap_token: string;
  output: () => string;
}

async function launch(port: number, data: string, env: Record<string, string> = {}): Promise<Run> {
  const child = spawn(process.execPath, [START], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...process.env,
      // Tests are refused more than any honest client.
      BLOCK_POINTS: "0",
      ...env,
      PORT: String(port),
      TASKWARD_DATA: data,
      TASKWARD_DEV_VARS: join(data, ".dev.vars"),
    },
  });
  let text = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  const [ready] = await Promise.race([once(child, "message"), once(child, "close")]);
  if (typeof ready !== "object" || ready === null) throw new Error(`The server did not start:\n${text}`);
  return { child, ...(ready as { worker_pid: number; bootstrap_token: string }), output: () => text };
}

async function exit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

function killGroup(leader_pid: number): void {
  try {
    process.kill(-leader_pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}

/** Test files that run side by side draw from ports of their own: of one that is to be listened on, or again, nobody knows. */
const LANES = 16;
const lane = Number(process.env.VITEST_POOL_ID ?? 0) % LANES;
const drawn = new Set<number>();

/**
 * A port that nothing uses at the moment, and that stays free until it is listened on: it lies below those which the
 * kernel gives to outgoing connections (32768 and up), and is drawn once.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + LANES * randomInt(1_375) + lane;
    if (drawn.has(port)) continue;
    const server = createServer().listen(port, "127.0.0.1");
    const is_free = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!is_free) continue;
    server.close();
    await once(server, "close");
    drawn.add(port);
    return port;
  }
}

/** Whether something accepts connections on 127.0.0.1. */
export async function listens(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function nobodyListens(port: number): Promise<void> {
  const deadline = Date.now() + GONE_MS_MAX;
  while (await listens(port)) {
    if (Date.now() > deadline) throw new Error(`Port ${port} is still in use after the server stopped`);
    await new Promise((settle) => setTimeout(settle, POLL_MS));
  }
}
