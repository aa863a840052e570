// The Worker as a few files instead of hundreds: each test file has a workerd of its own, which would load them one
// by one. All code is in one chunk, and each module stays one: what a test imports is what the Worker runs.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { build, type Plugin } from "vite";

const ROOT = resolve(import.meta.dirname, "..");
/** Of this process alone, and gone with it. */
const FOLDER = join(ROOT, `node_modules/.cache/worker-${process.pid}`);
/** What runs in workerd: neither the console's pages nor the programs. */
const NOT_IN_WORKERD = /^src\/(?:cli|console\/app)\//;
/** Packages whose classes tests share with the Worker: they must be the same. */
const PACKAGES = ["@peculiar/asn1-csr", "@peculiar/asn1-schema", "@peculiar/asn1-x509", "valibot"];

const modules = ["src", "durable-objects"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name}`)
    .filter((name) => /(?<!\.d)\.ts$/.test(name) && !NOT_IN_WORKERD.test(name)),
);

/** Builds the bundle; the plugin sends each import of one of its modules there. */
export async function bundleWorker(): Promise<Plugin> {
  process.once("exit", () => rmSync(FOLDER, { recursive: true, force: true }));
  await build({
    configFile: false,
    root: ROOT,
    logLevel: "warn",
    ssr: { noExternal: true, target: "webworker" },
    build: {
      ssr: true,
      outDir: FOLDER,
      sourcemap: true,
      minify: false,
      target: "esnext",
      rolldownOptions: {
        input: {
          ...Object.fromEntries(modules.map((name) => [name.slice(0, -3), join(ROOT, name)])),
          ...Object.fromEntries(PACKAGES.map((name) => [name, name])),
        },
        external: [/^cloudflare:/, /^node:/, /\.wasm$/],
        moduleTypes: { ".sql": "text" },
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js", codeSplitting: { groups: [{ name: "all", test: /./ }] } },
      },
    },
  });
  return {
    name: "taskward:bundle",
    enforce: "pre",
    resolveId(source, importer) {
      if (PACKAGES.includes(source)) return join(FOLDER, `${source}.js`);
      if (!source.endsWith(".ts")) return null;
      const file = importer ? resolve(dirname(importer), source) : resolve(source);
      const bundled = join(FOLDER, relative(ROOT, file).replace(/\.ts$/, ".js"));
      return existsSync(bundled) ? bundled : null;
    },
  };
}
