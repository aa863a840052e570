// The fields of an input as a table: name, whether it is required, what it holds and what it must satisfy.
// Fields of nested objects and lists follow their parent as `estimate.likely` and `tasks[].ref`.
import type { JsonSchema } from "../api/openapi/json-schema.ts";
import { type Fragment, type Html, html, prose } from "./html.ts";

interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** A captioned table of an object schema's fields. */
export const fieldTable = (caption: string, schema: JsonSchema): Html => html`<table class="fields">
<caption>${caption}</caption>
<thead><tr><th scope="col">Field</th><th scope="col">Value</th></tr></thead>
<tbody>${fieldsOf(schema).map(row)}</tbody></table>`;

const row = ({ name, required, schema }: Field): Html => html`<tr>
<th scope="row"><code>${name}</code>${required && html`<span class="required">required</span>`}</th>
<td><p class="type">${typeOf(schema, name)}</p>${ruleOf(schema)}</td></tr>`;

function fieldsOf(schema: JsonSchema, prefix = ""): Field[] {
  const object = schema.anyOf ? (schema.anyOf[0] as JsonSchema) : schema;
  if (object.type === "array") return fieldsOf(object.items as JsonSchema, `${prefix.slice(0, -1)}[].`);
  const properties = Object.entries((object.properties ?? {}) as Record<string, JsonSchema>);
  return properties.flatMap(([name, each]) => [
    { name: prefix + name, required: object.required?.includes(name) ?? false, schema: each },
    ...fieldsOf(each, `${prefix}${name}.`),
  ]);
}

function typeOf(schema: JsonSchema, name: string): Fragment {
  if (schema.anyOf) {
    return schema.anyOf.map((each, index) => [index > 0 && " or ", typeOf(each as JsonSchema, name)]);
  }
  if (schema.enum) {
    return schema.enum.map((each, index) => [index > 0 && " · ", html`<code>${String(each)}</code>`]);
  }
  if (schema.const !== undefined) return html`<code>${String(schema.const)}</code>`;
  if (schema.type === "array") {
    const item = schema.items as JsonSchema;
    return ["list of ", item.type === "object" || item.oneOf ? "objects" : typeOf(item, name)];
  }
  if (schema.format === "date-time") return "time, ISO 8601 in UTC";
  if (schema.format === "email") return "e-mail address";
  if (schema.title && schema.title.toLowerCase() !== name) return schema.title;
  return WORDS[String(schema.type)] ?? String(schema.type);
}

const WORDS: Readonly<Record<string, string>> = { string: "text", boolean: "true or false" };

function ruleOf(schema: JsonSchema): Fragment {
  const inner = schema.anyOf ? (schema.anyOf[0] as JsonSchema) : schema;
  const words = [
    inner.format !== "date-time" && inner.description,
    inner.type === "array" && (inner.items as JsonSchema).description,
    rangeOf(inner.minLength, inner.maxLength, "characters"),
    rangeOf(inner.minItems, inner.maxItems, "entries"),
    rangeOf(inner.minimum, inner.maximum, ""),
    schema.default !== undefined && `Default: \`${JSON.stringify(schema.default)}\`.`,
  ].filter((each) => typeof each === "string");
  return words.length > 0 && html`<p class="rule">${prose(words.join(" "))}</p>`;
}

function rangeOf(least: number | undefined, most: number | undefined, unit: string): string | undefined {
  if (least === undefined && most === undefined) return undefined;
  const [from, to] = [least, most].map((each) => each?.toLocaleString("en-GB"));
  const range =
    to === undefined ? `At least ${from}` : least !== undefined ? `${from} to ${to}` : `At most ${to}`;
  return `${range}${unit && ` ${unit}`}.`;
}
