// Runtime tests: inside workerd, with the bindings of wrangler.toml and secrets that live for one run.
import { randomBytes } from "node:crypto";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const newKey = () => randomBytes(32).toString("base64url");
const secrets = {
  KEY_RING: JSON.stringify([{ key_id: "k1", key: newKey() }]),
  BOOTSTRAP_KEY: newKey(),
};
// The bindings below are what counts; wrangler also looks here, and would warn that secrets are missing.
Object.assign(process.env, secrets);

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: { bindings: { ...secrets, REGISTRATION: "open", ALLOW_LOOPBACK_TARGETS: "true" } },
    }),
  ],
  test: { include: ["test/runtime/**/*.test.ts"] },
});
