// What a cold start costs: the time until a fresh workerd listens with our bundle, beside the same with an
// empty Worker, in alternation. workerd evaluates the bundle before it listens, so the difference is ours.
// It is wall time on this machine; Cloudflare's limit (one second) counts its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
// @ts-expect-error: it comes without types
import workerd from "workerd";

const ROUNDS = 11;

/** How workerd's configuration names a module, by the end of its file name. */
const kinds = { js: "esModule", mjs: "esModule", wasm: "wasm", bin: "data" };

/**
 * @param {string} folder of the bundle
 * @param {string[]} modules file names in it
 * @param {{compatibility_date?: string | undefined, compatibility_flags?: string[], main?: string | undefined}} config of wrangler
 * @returns {Promise<{rounds: number, empty_ms: number, ours_ms: number}>} medians
 */
export async function startUpCost(
  folder,
  modules,
  { compatibility_date, compatibility_flags = [], main = "" },
) {
  const scratch = mkdtempSync(join(tmpdir(), "taskward-start-up-"));
  const settings = `compatibilityDate = ${JSON.stringify(compatibility_date)}, compatibilityFlags = ${JSON.stringify(compatibility_flags)}`;
  const entry = basename(main).replace(/\.ts$/, ".js");
  const in_order = [entry, ...modules.filter((name) => name !== entry)];
  const empty = join(scratch, "empty.capnp");
  const ours = join(scratch, "ours.capnp");
  writeFileSync(
    empty,
    capnp(`(name = "w", esModule = "export default { fetch() { return new Response() } }")`, settings),
  );
  // workerd embeds files by their path relative to its configuration.
  for (const name of modules) copyFileSync(join(folder, name), join(scratch, name));
  writeFileSync(ours, capnp(in_order.map(capnpModule).join(", "), settings));
  try {
    /** @type {number[]} */
    const empty_ms = [];
    /** @type {number[]} */
    const ours_ms = [];
    for (let round = 0; round < ROUNDS; round++) {
      empty_ms.push(await listenMs(empty));
      ours_ms.push(await listenMs(ours));
    }
    return { rounds: ROUNDS, empty_ms: median(empty_ms), ours_ms: median(ours_ms) };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/**
 * @param {string} modules
 * @param {string} settings
 */
function capnp(modules, settings) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "w", worker = (modules = [${modules}], ${settings}))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "w")],
);`;
}

/** @param {string} name */
function capnpModule(name) {
  const kind = kinds[/** @type {keyof typeof kinds} */ (name.split(".").at(-1) ?? "")] ?? "text";
  return `(name = ${JSON.stringify(name)}, ${kind} = embed ${JSON.stringify(name)})`;
}

/**
 * Milliseconds from starting workerd until it says on its control channel that it listens.
 * @param {string} config
 */
async function listenMs(config) {
  const began_at_ms = performance.now();
  const child = spawn(workerd.default, ["serve", "--control-fd=3", config], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const control = /** @type {import("node:stream").Readable} */ (child.stdio[3]);
  const [event] = await Promise.race([once(control, "data"), once(child, "exit")]);
  const elapsed_ms = performance.now() - began_at_ms;
  if (!String(event).includes('"listen"')) throw new Error(`workerd did not start with ${config}: ${event}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  return elapsed_ms;
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
