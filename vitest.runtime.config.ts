// Runtime tests: inside workerd, with the bindings of wrangler.toml and secrets that live for one run.
import { randomBytes } from "node:crypto";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const newKey = () => randomBytes(32).toString("base64url");

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        bindings: {
          KEY_RING: JSON.stringify([{ key_id: "k1", key: newKey() }]),
          BOOTSTRAP_KEY: newKey(),
          REGISTRATION: "open",
          ALLOW_LOOPBACK_TARGETS: "true",
        },
      },
    }),
  ],
  test: { include: ["test/runtime/**/*.test.ts"] },
});
