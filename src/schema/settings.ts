// Settings of a workspace: what its ADMINs decide for all. Audited by name; values stay out of the log.
import * as v from "valibot";
import { context } from "./context.ts";

/** A verifier key of type cosignature/v1: a name without spaces or plus, an id, base64 of 33 bytes. */
const WitnessKey = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9._~:/-]{1,128}\+[0-9a-f]{8}\+B[A-Za-z0-9+/]{43}$/u,
    "expected a verifier key of a witness, as in witness.example/w1+8cd64f3f+BA…",
  ),
  context("closed"),
);

const entries = {
  publish_audit: v.pipe(
    v.boolean(),
    v.description("Whether anyone may read the log's checkpoint, keys and hash tiles"),
  ),
  witnesses: v.pipe(
    v.array(WitnessKey),
    v.maxLength(8, "expected at most 8 witnesses"),
    v.description("Verifier keys of those who may cosign checkpoints (C2SP tlog-cosignature)"),
  ),
  sinks_in_clear: v.pipe(
    v.boolean(),
    v.description("Whether destinations of audit events get addresses in clear, instead of pseudonyms"),
  ),
};

export const Settings = v.object(entries);
export type Settings = v.InferOutput<typeof Settings>;

export const SettingsChange = v.pipe(
  v.strictObject({
    publish_audit: v.optional(entries.publish_audit),
    witnesses: v.optional(entries.witnesses),
    sinks_in_clear: v.optional(entries.sinks_in_clear),
  }),
  v.check((change) => Object.keys(change).length > 0, "expected at least one setting"),
);

export const DEFAULT_SETTINGS: Settings = { publish_audit: false, witnesses: [], sinks_in_clear: false };
