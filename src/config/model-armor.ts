// Model Armor as a validator: whoever asks it says which template, and as whom.
import type * as v from "valibot";
import type { ModelArmor } from "../defence/validators/model-armor.ts";
import type { Variables } from "./variables.ts";

type Vars = v.InferOutput<v.ObjectSchema<typeof Variables, undefined>>;

/** The variables that are missing. */
export function modelArmorIssues({ VALIDATORS, MODEL_ARMOR_TEMPLATE, GCP_SERVICE_ACCOUNT }: Vars): string[] {
  if (!VALIDATORS.some(({ name }) => name === "model_armor")) return [];
  const needed = { MODEL_ARMOR_TEMPLATE, GCP_SERVICE_ACCOUNT };
  return Object.entries(needed).flatMap(([name, value]) => (value ? [] : [name]));
}

/** Null where it is not configured. Its endpoints are regional. */
export function modelArmorSettings(vars: Vars): ModelArmor | null {
  const { MODEL_ARMOR_TEMPLATE: template, MODEL_ARMOR_ENDPOINT, GCP_SERVICE_ACCOUNT: account } = vars;
  if (!template || !account) return null;
  const location = template.split("/")[3];
  const endpoint = MODEL_ARMOR_ENDPOINT ?? `https://modelarmor.${location}.rep.googleapis.com`;
  return { account, template, endpoint };
}
