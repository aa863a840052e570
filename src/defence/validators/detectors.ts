// The built-in detectors of injections, and the alphabets of strict contexts.
import { POLICIES } from "../policy.ts";
import { detected } from "../screen.ts";
import type { LocalValidator } from "../validator.ts";

export const detectors: LocalValidator = {
  kind: "local",
  reads: (context) => POLICIES[context].action !== "off",
  inspect: detected,
};
