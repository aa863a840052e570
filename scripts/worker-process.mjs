// The local Worker as one child process group (serve.mjs, esbuild, workerd) whose life is tied to ours:
// told to stop, we stop all of it; when it ends by itself, we exit 1 with its last output; when we are
// killed, it notices. Nothing is left behind in any of these cases.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { node, root, toolEnvironment } from "./install.mjs";
import { HOST } from "./port.mjs";

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 4_500;
const HEALTH_MS_MAX = 5_000;
const HEALTH_INTERVAL_MS = 100;
const UNHEALTHY_INTERVAL_MS = 1_000;
const UNHEALTHY_ANSWERS_MAX = 3;
const PARENT_INTERVAL_MS = 500;
const OUTPUT_CHARACTERS_KEPT = 16_384;

/** @typedef {{bootstrapped?: boolean}} Health the answer of GET /healthz */

/**
 * Starts the Worker and waits until GET /healthz answers 200. When that fails, or when the Worker ends
 * later, this process exits with its last output; SIGINT, SIGTERM and SIGHUP stop both and exit 0.
 * @param {import("./serve.mjs").ServeSettings} settings
 * @returns {Promise<{pid: number, health: Health}>}
 */
export async function startWorker(settings) {
  const child = spawn(node, ["--no-warnings", join(root, "scripts", "serve.mjs")], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: toolEnvironment(),
  });
  const pid = /** @type {number} */ (child.pid);
  let output = "";
  let ready = false;
  let stopping = false;
  let failure = "Taskward could not be built or started:";

  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      if (ready) process.stderr.write(text);
      output = (output + text).slice(-OUTPUT_CHARACTERS_KEPT);
    });
  // Whatever of its group outlives it must not: workerd would keep the port.
  child.once("exit", () => killGroup(pid));
  child.once("close", () => {
    if (failure) console.error(`${failure}\n\n${output.trim() || "(It printed nothing.)"}`);
    process.exit(failure ? 1 : 0);
  });

  function stop() {
    if (stopping) return;
    stopping = true;
    if (child.connected) child.send("stop");
    setTimeout(killGroup, STOP_MS_MAX, pid).unref();
  }
  /** @param {string} reason */
  function giveUp(reason) {
    if (ready || stopping) return;
    failure = `${reason}\nIts output so far:`;
    stop();
  }
  function leave() {
    // Under npm a Ctrl-C arrives twice: from the terminal, and handed on.
    if (stopping) return;
    console.log("\nStopping Taskward ...");
    failure = "";
    stop();
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, leave);
  // Whoever started us is gone without a word, and nobody could stop us any more: a program that gave us
  // a channel, or npm.
  process.on("disconnect", leave);
  if (process.env.npm_lifecycle_event) whenOrphaned(leave);
  process.stdout.on("error", leave);

  setTimeout(giveUp, READY_MS_MAX, `Taskward was not ready after ${READY_MS_MAX / 1000} s.`).unref();
  child.send(settings);
  await once(child, "message");
  const health = await waitForHealth(settings.port, giveUp);
  if (stopping) await once(child, "close");
  ready = true;
  failure = "Taskward stopped unexpectedly. Its last output:";
  return { pid, health };
}

/**
 * Asks GET /healthz until it answers 200. An answer that is not is no matter of patience.
 * @param {number} port
 * @param {(reason: string) => void} giveUp
 * @returns {Promise<Health>}
 */
async function waitForHealth(port, giveUp) {
  for (let unhealthy = 0; ; ) {
    const response = await askHealth(port);
    if (response?.ok) return /** @type {Health} */ (await response.json());
    if (response && ++unhealthy === UNHEALTHY_ANSWERS_MAX)
      giveUp(`Taskward started, but GET /healthz answers ${response.status}: ${await response.text()}`);
    await new Promise((settle) => setTimeout(settle, response ? UNHEALTHY_INTERVAL_MS : HEALTH_INTERVAL_MS));
  }
}

/** @param {number} port */
async function askHealth(port) {
  try {
    return await fetch(`http://${HOST}:${port}/healthz`, { signal: AbortSignal.timeout(HEALTH_MS_MAX) });
  } catch {
    // Nobody listens yet.
    return undefined;
  }
}

/** @param {() => void} act */
function whenOrphaned(act) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, PARENT_INTERVAL_MS).unref();
}

/** @param {number} pid of the group's leader */
function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}
