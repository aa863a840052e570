// Runtime tests: inside workerd, with the bindings of wrangler.toml and secrets that live for one run.
// Files named *.wide.test.ts run with limits too wide to meet, for races; all others with those of production.
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { ensureConsole } from "./scripts/console.mjs";
import { bundleWorker } from "./scripts/worker-bundle.ts";

// wrangler.toml names its folder, which must be there.
ensureConsole();
const fromBundle = await bundleWorker();

const newKey = () => randomBytes(32).toString("base64url");
const secrets = {
  KEY_RING: JSON.stringify([{ key_id: "k1", key: newKey() }]),
  BOOTSTRAP_KEY: newKey(),
};
// The bindings below are what counts; wrangler also looks here, and would warn that secrets are missing.
Object.assign(process.env, secrets);

const variables = {
  ...secrets,
  REGISTRATION: "open",
  ALLOW_LOOPBACK_TARGETS: "true",
  SIGN_IN_FAILURE_QUANTUM_MS: "0",
  // The limits of planning, where they are not the subject.
  AI_COOL_DOWN_SECONDS: "0",
  AI_CALLS_PER_USER_PER_DAY: "10000",
  AI_CALLS_PER_AGENT_PER_DAY: "10000",
  AI_CALLS_GLOBAL_PER_MINUTE: "10000",
  // Tests are refused more than any honest client.
  BLOCK_POINTS: "100000",
  LOCAL_MAILBOX: "true",
  PUBLIC_ORIGIN: "http://localhost:8787",
};
const wide = { per_minute: 1_000_000, burst: 1_000_000 };
const WIDE_LIMITS = JSON.stringify({ login: wide, api: wide, task: wide, project: wide, worker: wide });

const project = (name: string, bindings: Record<string, string>, include: string, exclude: string[]) => ({
  plugins: [
    fromBundle,
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: { bindings: { ...variables, ...bindings } },
    }),
  ],
  test: {
    name,
    include: [include],
    exclude,
    setupFiles: ["test/seed.ts"],
    provide: { seed: Number(process.env.SEED ?? 1) },
    // Nothing waits for time to pass: whatever takes long is on a slow machine, or hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});

export default defineConfig({
  test: {
    // Each file has a workerd of its own, which leaves a core idle while it starts.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project("runtime", {}, "test/runtime/**/*.test.ts", ["**/*.wide.test.ts"]),
      project("runtime-wide", { RATE_LIMITS: WIDE_LIMITS }, "test/runtime/**/*.wide.test.ts", []),
    ],
    // Every audit event is also a line of the log.
    onConsoleLog: (line) => !line.startsWith('{"audit":'),
  },
});
