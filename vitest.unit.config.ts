// Unit tests: plain Node, no Workers runtime, no network.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts"],
    environment: "node",
    setupFiles: ["test/seed.ts"],
    provide: { seed: Number(process.env.SEED ?? 1) },
  },
});
