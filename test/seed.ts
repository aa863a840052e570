// Property tests draw the same cases in every run, so that a run that fails fails again. `SEED=7 npm test` draws others.
import fc from "fast-check";
import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    seed: number;
  }
}

fc.configureGlobal({ seed: inject("seed") });
