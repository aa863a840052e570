// The unit tests that mutants meet: all that import pure code and need no other process.
import { basename } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The mutated file's own test first, then the shortest ones: most mutants die in the first second. */
class NearestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const mutated = basename(this.ctx.config.related?.[0] ?? "", ".ts");
    const distance = ({ moduleId }: TestSpecification) => Number(basename(moduleId, ".test.ts") !== mutated);
    return (await super.sort(files)).reverse().sort((one, other) => distance(one) - distance(other));
  }
}

export default defineConfig({
  test: {
    include: ["test/unit/{domain,protocol,defence,schema,edge,api}/**/*.test.ts"],
    // builds and starts a Go program: half a minute, for code that other tests hold as well
    exclude: ["test/unit/protocol/independent-verifier.test.ts"],
    environment: "node",
    setupFiles: ["test/seed.ts"],
    provide: { seed: Number(process.env.SEED ?? 1) },
    sequence: { sequencer: NearestFirst },
    testTimeout: 60_000,
  },
});
