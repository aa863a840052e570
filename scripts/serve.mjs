// Runs the Worker locally: the engine of `wrangler dev`, through wrangler's own API. A child of start.mjs,
// which leads its own process group and receives its settings, secrets among them, as a message: they are
// on no command line and in no environment. When its parent is gone, it stops, and its group with it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unstable_DevEnv as DevEnv } from "wrangler";
import { HOST } from "./port.mjs";

/**
 * @typedef {{
 *   port: number, data: string, dev_vars: string, watch: boolean,
 *   variables: Record<string, string>, secrets: Record<string, string>,
 * }} ServeSettings
 */

const STOP_MS_MAX = 4_000;
const LEVELS_SHOWN = new Set(["warn", "error"]);

const dev = new DevEnv();
/** @type {Awaited<ReturnType<typeof dev.startWorker>> | undefined} */
let worker;
let loaded = false;

dev.once("reloadComplete", () => {
  loaded = true;
  process.send?.("loaded");
});
dev.on("buildFailed", () => giveUp());
dev.on("error", (event) => giveUp(event.cause ?? event));
process.on("unhandledRejection", giveUp);
process.on("message", (message) => {
  if (message === "stop") void stop();
  else void start(/** @type {ServeSettings} */ (message));
});
process.on("disconnect", stop);

/** @param {ServeSettings} settings */
async function start({ port, data, dev_vars, watch, variables, secrets }) {
  tellPlace(data);
  worker = await dev.startWorker({
    config: "wrangler.toml",
    envFiles: [dev_vars],
    bindings: { ...bindings("plain_text", variables), ...bindings("secret_text", secrets) },
    dev: {
      server: { hostname: HOST, port },
      persist: data,
      inspector: false,
      watch,
      logLevel: "warn",
      structuredLogsHandler: printLog,
    },
  });
}

/**
 * What the edge would tell of where a request comes from; wrangler would make it up.
 * @param {string} folder
 */
function tellPlace(folder) {
  const file = join(folder, "cf.json");
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify({ city: "This machine" }));
  delete process.env.CLOUDFLARE_CF_FETCH_ENABLED; // with a file of the last thirty days it asks nobody
  process.env.CLOUDFLARE_CF_FETCH_PATH = file;
}

/** @param {{level: string, message: string}} log */
function printLog({ level, message }) {
  if (LEVELS_SHOWN.has(level)) console.error(message);
}

async function stop() {
  setTimeout(() => process.kill(0, "SIGKILL"), STOP_MS_MAX).unref();
  await worker?.dispose();
  process.exit(0);
}

/**
 * Ends a start that failed. Once the Worker is loaded, a failure (of a rebuild, say) leaves the last good one.
 * @param {unknown} [error] absent where wrangler has printed it
 */
function giveUp(error) {
  let root_cause = error;
  while (root_cause instanceof Error && root_cause.cause) root_cause = root_cause.cause;
  if (root_cause) console.error(root_cause instanceof Error ? root_cause.message : root_cause);
  if (!loaded) process.exit(1);
}

/**
 * @template {"plain_text" | "secret_text"} T
 * @param {T} type
 * @param {Record<string, string>} values
 */
function bindings(type, values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { type, value }]));
}
