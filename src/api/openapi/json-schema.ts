// JSON Schema (draft 2020-12, as OpenAPI 3.1 embeds it) of the wire's valibot schemas: what they read, not
// what they make of it. Throws for schemas that it cannot express, so that nothing is published as "anything";
// rules that only code can check are kept as words in `description`.
import {
  type ConversionConfig,
  type JsonSchema,
  toJsonSchema,
  toJsonSchemaDefs,
} from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";

export type { JsonSchema };
export type SharedSchemas = Readonly<Record<string, GenericSchema>>;

const rules: ConversionConfig = {
  target: "draft-2020-12",
  typeMode: "input",
  // The server folds some names to lower case; the published pattern asks for the folded form.
  ignoreActions: ["to_lower_case"],
  overrideAction: ({ valibotAction, jsonSchema }) => {
    const { type, message, requirement } = valibotAction as Action;
    if (type === "check") return inWords(jsonSchema, message);
    // JSON Schema's patterns mean what the flag "u" means, which all of ours carry; it has no other flags.
    const kept = type === "regex" && requirement instanceof RegExp && requirement.flags === "u";
    return kept && jsonSchema.pattern === requirement.source ? inWords(jsonSchema, message) : undefined;
  },
};

interface Action {
  type: string;
  message?: unknown;
  requirement?: unknown;
}

const refers: ConversionConfig = {
  ...rules,
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
};

/** A schema by itself, with everything in place. */
export const inlineSchema = (schema: GenericSchema): JsonSchema => bare(toJsonSchema(schema, rules));

/** A schema that refers to shared ones as `#/components/schemas/<name>`. */
export const referringSchema = (schema: GenericSchema, shared: SharedSchemas): JsonSchema =>
  bare(toJsonSchema(schema, { ...refers, definitions: shared }));

/** The shared schemas themselves, referring to one another. */
export const sharedSchemas = (shared: SharedSchemas): Record<string, JsonSchema> =>
  toJsonSchemaDefs(shared, refers);

// The document names the dialect once, and its components hold the definitions.
const bare = ({ $schema: _, $defs: __, ...schema }: JsonSchema): JsonSchema => schema;

/** Keeps messages that say what is expected; those that name a fault would read as nonsense here. */
function inWords(schema: JsonSchema, message: unknown): JsonSchema {
  if (typeof message !== "string" || !message.startsWith("expected ")) return schema;
  const rule = message.slice("expected ".length);
  const sentence = `${rule.charAt(0).toUpperCase()}${rule.slice(1)}${/[.…]$/u.test(rule) ? "" : "."}`;
  return { ...schema, description: schema.description ? `${schema.description} ${sentence}` : sentence };
}
