// An operation as scanners know requests: a path with named parameters. Members of the path, the query and the JSON body
// all become parameters of one URL (`path.task_id`, `query.limit`, `body/tasks/0/title`), and back.
import { inlineSchema, type JsonSchema } from "../../src/api/openapi/json-schema.ts";
import { sampleOf } from "../../src/api/openapi/sample.ts";
import type { Operation } from "../../src/api/operation.ts";
import { bodiesOf } from "../fuzz/live.ts";
import { callersOf, type FuzzedRequest } from "../fuzz/requests.ts";
import { CURRENT } from "../fuzz/send.ts";

/** Parameters by name; an empty one is not sent. */
export type Flat = Readonly<Record<string, string>>;

/** Whatever the operation may be given, with made-up values. */
export function flatOf(operation: Operation): Flat {
  const names = [...operation.path.matchAll(/\{\+?(\w+)\}/gu)].map(([, name]) => [`path.${name}`, CURRENT]);
  const query = Object.entries(
    operation.query ? (inlineSchema(operation.query).properties as Record<string, JsonSchema>) : {},
  ).map(([name, schema]) => [`query.${name}`, String(sampleOf(schema, name))]);
  const [example, sample] = bodiesOf(operation) as [object?, object?];
  const body = leavesOf({ ...sample, ...example }).map(([pointer, value]) => [
    `body${pointer}`,
    textOf(value),
  ]);
  return Object.fromEntries([...names, ...query, ...body]) as Flat;
}

/** The request that such parameters stand for. Values keep the type that they have at first. */
export function requestOf(id: string, operation: Operation, flat: Flat): FuzzedRequest {
  const of = (prefix: string) =>
    Object.entries(flat).flatMap(([name, value]) =>
      name.startsWith(prefix) && value !== "" ? [[name.slice(prefix.length), value] as const] : [],
    );
  const given = new Map(of("path."));
  const params = [...operation.path.matchAll(/\{\+?(\w+)\}/gu)].map(([, name]) => given.get(name!) ?? "x");
  return {
    operation: id,
    caller: callersOf(operation)[0]!,
    params,
    query: Object.fromEntries(of("query.")),
    headers: {
      ...(operation.body && { "Content-Type": "application/json" }),
      ...(operation.if_match && { "If-Match": "*" }),
    },
    spoilt: false,
    body: operation.body ? { json: bodyOf(operation, of("body")) } : null,
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Members that hold no others, by their JSON pointers. */
function leavesOf(value: unknown, pointer = ""): (readonly [string, unknown])[] {
  const members = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (members.length === 0) return [[pointer, value]];
  return members.flatMap(([name, inner]) => leavesOf(inner, `${pointer}/${name}`));
}

function bodyOf(operation: Operation, values: readonly (readonly [string, string])[]): unknown {
  const [example, sample] = bodiesOf(operation) as [object?, object?];
  const before = new Map(leavesOf({ ...sample, ...example }));
  const root: Record<string, unknown> = {};
  for (const [pointer, text] of values) {
    const names = pointer.split("/").slice(1);
    let holder = root;
    for (const [depth, name] of names.slice(0, -1).entries()) {
      holder[name] ??= /^\d+$/u.test(names[depth + 1]!) ? [] : {};
      holder = holder[name] as Record<string, unknown>;
    }
    const first = before.get(pointer);
    holder[names.at(-1)!] = first !== undefined && textOf(first) === text ? first : text;
  }
  return root;
}
