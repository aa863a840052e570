// What planning may cost, and whom it may ask: the variables' word as settings.
import type { InferOutput, ObjectSchema } from "valibot";
import type { Variables } from "./variables.ts";

export interface AiSettings {
  readonly limits: {
    readonly calls_per_agent_per_day: number;
    readonly calls_per_user_per_day: number;
    readonly cool_down_ms: number;
    /** Of a workspace. */
    readonly calls_per_minute: number;
    /** Of a workspace and a day: millionths of a US dollar. */
    readonly budget_microdollars: number;
  };
}

type Vars = InferOutput<ObjectSchema<typeof Variables, undefined>>;

export const aiSettings = (vars: Vars): AiSettings => ({
  limits: {
    calls_per_agent_per_day: vars.AI_CALLS_PER_AGENT_PER_DAY,
    calls_per_user_per_day: vars.AI_CALLS_PER_USER_PER_DAY,
    cool_down_ms: vars.AI_COOL_DOWN_SECONDS * 1000,
    calls_per_minute: vars.AI_CALLS_GLOBAL_PER_MINUTE,
    budget_microdollars: vars.AI_BUDGET_MICRODOLLARS_PER_DAY,
  },
});
