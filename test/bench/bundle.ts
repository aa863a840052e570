// Bundles a worker exactly as a deployment would: `wrangler deploy --dry-run` into a temporary folder.
// The product's bindings are read from its wrangler.toml, those of a bench worker are given.
import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureConsole } from "../../scripts/console.mjs";
import { owned, temporaryFolder } from "./cleanup.ts";

export interface Bundle {
  readonly folder: string;
  /** The entry first. */
  readonly modules: readonly string[];
  readonly compatibility_date: string;
  readonly compatibility_flags: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly objects: readonly { readonly binding: string; readonly class_name: string }[];
  readonly buckets: readonly string[];
  readonly rate_limits: readonly string[];
}

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** As `npm start` sets them: nothing is asked, nothing is sent. */
export const quiet = { CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_SEND_METRICS: "false" };

const KINDS: Readonly<Record<string, string>> = {
  ".js": "esModule",
  ".mjs": "esModule",
  ".wasm": "wasm",
  ".sql": "text",
  ".txt": "text",
  ".html": "text",
  ".css": "text",
  ".svg": "text",
  ".bin": "data",
};

/** The field of workerd's `Module` that holds this file. */
export function moduleKind(file: string): string {
  const kind = KINDS[extname(file)];
  if (!kind) throw new Error(`the bench does not know what kind of module ${file} is`);
  return kind;
}

/** What of wrangler.toml the bench needs. */
interface Settings {
  readonly compatibility_date: string;
  readonly compatibility_flags: readonly string[];
  readonly keep_names: boolean;
  readonly vars: Readonly<Record<string, string>>;
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[];
  };
  readonly r2_buckets: readonly { readonly binding: string }[];
  readonly ratelimits: readonly { readonly name: string }[];
}

async function settings(at = root): Promise<Settings> {
  const { unstable_readConfig } = await import("wrangler");
  return unstable_readConfig({ config: join(at, "wrangler.toml") }) as Settings;
}

/**
 * Bundles the product, or `main`, a worker of `workers/` that has all of it and a door more for seeding. Throws with
 * wrangler's own words when it does not build.
 */
export async function bundleProduct(main?: string): Promise<Bundle> {
  ensureConsole(); // wrangler.toml names its folder
  return bundleProductAt(root, main);
}

/** The same of the sources in another folder, which has dependencies and a folder for the console. */
export async function bundleProductAt(at: string, main?: string): Promise<Bundle> {
  const { compatibility_date, compatibility_flags, vars, durable_objects, r2_buckets, ratelimits } =
    await settings(at);
  return {
    ...(await build(join(at, "wrangler.toml"), main && workerFile(main))),
    compatibility_date,
    compatibility_flags,
    variables: vars,
    objects: durable_objects.bindings.map(({ name, class_name }) => ({ binding: name, class_name })),
    buckets: r2_buckets.map(({ binding }) => binding),
    rate_limits: ratelimits.map(({ name }) => name),
  };
}

/** Bundles a worker of the bench as the product is: whatever the product's settings spare it is spared here, too. */
export async function bundleBenchWorker(name: string, objects: Bundle["objects"] = []): Promise<Bundle> {
  const file = join(temporaryFolder(), "wrangler.json");
  const main = workerFile(name);
  const { compatibility_date, compatibility_flags, keep_names } = await settings();
  writeFileSync(
    file,
    JSON.stringify({ name: `bench-${name}`, main, compatibility_date, compatibility_flags, keep_names }),
  );
  const none = { variables: {}, buckets: [], rate_limits: [] };
  return { ...(await build(file)), compatibility_date, compatibility_flags, objects, ...none };
}

const workerFile = (name: string): string => fileURLToPath(new URL(`workers/${name}.ts`, import.meta.url));

async function build(config_file: string, main?: string): Promise<Pick<Bundle, "folder" | "modules">> {
  const folder = temporaryFolder();
  const wrangler = join(root, "node_modules", "wrangler", "bin", "wrangler.js");
  const parameters = [
    "deploy",
    ...(main ? [main] : []),
    "--dry-run",
    "--outdir",
    folder,
    "--config",
    config_file,
  ];
  const child = owned(
    spawn(process.execPath, [wrangler, ...parameters], {
      cwd: root,
      env: { ...process.env, ...quiet, WRANGLER_LOG_PATH: folder },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const status = await new Promise((resolve) => child.once("close", resolve));
  if (status !== 0) throw new Error(`${config_file} does not build:\n${output.trim()}`);
  const files = readdirSync(folder).filter((file) => extname(file) in KINDS);
  const [entry, ...others] = files.filter((file) => moduleKind(file) === "esModule");
  if (!entry || others.length > 0)
    throw new Error(`expected one script in the bundle, found: ${files.join(", ")}`);
  return { folder, modules: [entry, ...files.filter((file) => file !== entry)] };
}
