// The validators that can be named in the configuration. Adding one is its file beside this one and its line here.
import type { Reach } from "../../protocol/access-token.ts";
import type { Validator } from "../validator.ts";
import { canonical } from "./canonical.ts";
import { detectors } from "./detectors.ts";
import { type ModelArmor, modelArmor } from "./model-armor.ts";
import { prompt } from "./prompt.ts";

/** What validators may need; null where it is not configured. */
export interface ValidatorSettings {
  readonly model_armor: ModelArmor | null;
}

type Make = (settings: ValidatorSettings, reach: Reach) => Validator;

export const KNOWN_VALIDATORS = {
  detectors: () => detectors,
  canonical: () => canonical,
  prompt: () => prompt,
  model_armor: ({ model_armor }, reach) => modelArmor(model_armor!, reach),
} as const satisfies Record<string, Make>;
export type ValidatorName = keyof typeof KNOWN_VALIDATORS;

export interface ConfiguredValidator {
  readonly name: ValidatorName;
  readonly timeout_ms: number;
  readonly on_failure: "pass" | "refuse";
}
