// Makes sure that node_modules holds what package-lock.json names, and a Node that the tools accept.
// Plain JavaScript without dependencies: it runs on bare Node 20, before anything is installed.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MAJOR_MIN = 20;
const TOOLS_NODE_MAJOR_MIN = 22;

/** The repository's folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const binaries = join(root, "node_modules", ".bin");

/** The newer Node that comes as a dev dependency: wrangler and Vitest need it. */
export const node = join(binaries, "node");

/** An error that the user can act on: its message is shown as it is, without a stack. */
export class Refusal extends Error {}

/** What wrangler reads from its environment: no telemetry, no calls home, no files outside of this folder. */
const quiet = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_WRITE_LOGS: "false",
  // Its local explorer would show all storage to whoever opens a certain path on our port.
  X_LOCAL_EXPLORER: "false",
  X_LOCAL_OBSERVABILITY: "false",
};

/** This process' environment with the installed tools first on the path, and wrangler quiet. */
export function toolEnvironment() {
  return { ...process.env, ...quiet, PATH: [binaries, process.env.PATH].join(delimiter) };
}

/** Installs what is missing; does nothing, and says nothing, when the installation is complete. */
export function ensureInstalled() {
  if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN)
    throw new Refusal(
      `Taskward needs Node ${NODE_MAJOR_MIN} or newer, and this is ${process.version}. Install a newer Node and run again.`,
    );
  if (!isInstalled()) {
    console.log("Installing dependencies (npm ci), once; this takes about half a minute.");
    npm(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]);
  }
  if (!hasToolsNode()) {
    console.log("Repairing the Node binary that the tools use (npm rebuild node).");
    npm(["rebuild", "node", "--ignore-scripts=false"]);
  }
  if (!hasToolsNode())
    throw new Refusal(
      `${node} does not run. Remove node_modules and run again; if that does not help, install Node ${TOOLS_NODE_MAJOR_MIN} or newer yourself.`,
    );
}

/** True when npm's own record of node_modules has every package of package-lock.json at the same version. */
function isInstalled() {
  const wanted = lockedPackages("package-lock.json");
  const present = lockedPackages(join("node_modules", ".package-lock.json"));
  if (!wanted)
    throw new Refusal("package-lock.json is missing or broken. Restore it: git checkout package-lock.json");
  return (
    present !== undefined &&
    Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        path === "" || present[path]?.version === version || (optional && !present[path]),
    )
  );
}

/**
 * @param {string} file
 * @returns {Record<string, {version?: string, optional?: boolean}> | undefined}
 */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return undefined;
  }
}

function hasToolsNode() {
  const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  return Number.parseInt(stdout?.slice(1) ?? "", 10) >= TOOLS_NODE_MAJOR_MIN;
}

/**
 * Runs npm without our own binaries on the path: it may be about to replace them.
 * @param {string[]} args
 */
function npm(args) {
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== binaries);
  const { status, error } = spawnSync("npm", args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: path.join(delimiter) },
  });
  if (error)
    throw new Refusal(`npm could not be started (${error.message}). Install npm, which comes with Node.`);
  if (status !== 0)
    throw new Refusal(
      `"npm ${args.join(" ")}" failed; its own message is above. Is the package registry within reach? Then run again.`,
    );
}

/**
 * Runs a script's main function; a refusal becomes its message and exit code 1.
 * @param {() => void | Promise<void>} main
 */
export async function run(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
