// The JSON Schema by which vendors hold a model to a proposal's structure: of our valibot schema, as much as they
// understand. What they leave out is checked here all the same.
import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import type { JsonObject, JsonValue } from "./vendors/vendor.ts";

/** Keywords that both vendors read; of patterns and lengths of texts some make grammars that are refused. */
const KEYWORDS: ReadonlySet<string> = new Set([
  "type",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "enum",
  "minItems",
  "maxItems",
  "minimum",
  "maximum",
]);

export function answerSchema(schema: GenericSchema): JsonObject {
  return pruned(toJsonSchema(schema, { errorMode: "ignore", typeMode: "input" }) as JsonObject);
}

function pruned(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([name]) => KEYWORDS.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => {
      if (name === "items") return [name, pruned(value as JsonObject)];
      if (name !== "properties") return [name, value];
      const properties = Object.entries(value as Record<string, JsonObject>);
      return [name, Object.fromEntries(properties.map(([each, inner]) => [each, pruned(inner)]))];
    }) as [string, JsonValue][],
  );
}
