// Every operation as a command: its name, and one flag for each thing that it takes. Read from the operation table,
// so that whatever the service can do the client can do.
import { inlineSchema, type JsonSchema } from "../../api/openapi/json-schema.ts";
import type { Operation } from "../../api/operation.ts";
import { type OperationId, operationList } from "../../api/operations/index.ts";

export type Place = "params" | "query" | "body";
/** How a flag's value is read: `list` may be repeated, `json` is anything else. */
export type Kind = "text" | "number" | "boolean" | "list" | "json";

export interface Flag {
  /** As it is written behind `--`. */
  readonly name: string;
  readonly place: Place;
  /** Where its value stands in the input. */
  readonly path: readonly string[];
  readonly kind: Kind;
  readonly nullable: boolean;
  readonly required: boolean;
  /** What it may be, for `--help`. */
  readonly note: string;
}

export interface Command {
  readonly name: string;
  readonly id: OperationId;
  readonly operation: Operation;
  readonly flags: readonly Flag[];
}

/** `createTask` is `create-task`. */
export const nameOf = (id: string): string =>
  id.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);

const flagName = (path: readonly string[]): string => path.join(".").replaceAll("_", "-");

/** Parts of something that may be left out are not required by themselves. */
function flagsIn(place: Place, schema: JsonSchema, path: readonly string[] = [], whole = true): Flag[] {
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).flatMap(([name, field]) => {
    const at = [...path, name];
    const required = whole && (schema.required?.includes(name) ?? false);
    const { inner, nullable } = unwrapped(field);
    if (inner.type === "object" && inner.properties) return flagsIn(place, inner, at, required);
    const kind = kindOf(inner);
    return [{ name: flagName(at), place, path: at, kind, nullable, required, note: noteOf(inner, field) }];
  });
}

/** What may be null apart from that. */
function unwrapped(schema: JsonSchema): { inner: JsonSchema; nullable: boolean } {
  const choices = schema.anyOf as JsonSchema[] | undefined;
  const [inner, ...others] = (choices ?? []).filter(({ type }) => type !== "null");
  if (!choices || !inner || others.length > 0) return { inner: schema, nullable: false };
  return { inner, nullable: inner !== undefined && choices.length > 1 };
}

function kindOf({ type, items }: JsonSchema): Kind {
  if (type === "string") return "text";
  if (type === "number" || type === "integer") return "number";
  if (type === "boolean") return "boolean";
  return type === "array" && (items as JsonSchema).type === "string" ? "list" : "json";
}

function noteOf(inner: JsonSchema, { default: preset }: JsonSchema): string {
  const item = inner.type === "array" ? (inner.items as JsonSchema) : inner;
  const said = [
    inner.type === "array" && item.type === "string" && "may be repeated",
    item.enum?.map(String).join(", "),
    kindOf(inner) === "json" && "JSON",
    item.format === "date-time" && "such as 2026-01-31T12:00:00Z",
    preset !== undefined && `default ${JSON.stringify(preset)}`,
  ];
  return said.filter((each) => typeof each === "string").join("; ");
}

const flagsOf = ({ params, query, body }: Operation): Flag[] => [
  ...(params ? flagsIn("params", inlineSchema(params)) : []),
  ...(query ? flagsIn("query", inlineSchema(query)) : []),
  ...(body ? flagsIn("body", inlineSchema(body)) : []),
];

/** In the order of the table. Sign-in has a command of its own, which asks for what is secret. */
export const commands: readonly Command[] = operationList.map(([id, operation]) => ({
  name: nameOf(id),
  id,
  operation,
  flags: flagsOf(operation),
}));

export const commandNamed = (name: string): Command | undefined =>
  commands.find((each) => each.name === name);
