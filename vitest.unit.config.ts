// Unit tests: plain Node, no Workers runtime, no network.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts"],
    environment: "node",
    // On two cores Vitest would leave one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    setupFiles: ["test/seed.ts"],
    // Nothing waits for time to pass: whatever takes long is on a slow machine, or hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    provide: { seed: Number(process.env.SEED ?? 1) },
  },
});
