// Requests that the operation table half promises: the right path with ids that exist or do not, a body that the schema
// knows with members replaced, left out or added, its query with odd values, headers as they should be or anything else.
import fc from "fast-check";
import { inlineSchema, type JsonSchema } from "../../src/api/openapi/json-schema.ts";
import { sampleOf } from "../../src/api/openapi/sample.ts";
import type { Operation } from "../../src/api/operation.ts";
import { bodiesOf } from "./live.ts";
import { CALLERS, type CallerName } from "./world.ts";

export interface FuzzedRequest {
  readonly operation: string;
  readonly caller: CallerName;
  /** For each parameter of the path: which of the ids that there are, or a text, where `CURRENT` stands for the first. */
  readonly params: readonly (number | string)[];
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the headers bear a credential or signature of their own, which spoils the caller's. */
  readonly spoilt: boolean;
  readonly body: { readonly json: unknown } | { readonly text: string } | null;
}

const NASTY: readonly unknown[] = [
  ...[
    "",
    " ",
    "\u0000",
    "\ud800",
    "\u202e",
    "𝕬",
    "null",
    "../..",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
  ],
  ...["=1+1", "#{7*7}", "%00", "a".repeat(10_001), "[".repeat(50), "2026-13-45T99:99:99Z", "1e999", "-0"],
  ...[0, -0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, true, false, null, [], {}, [[]], { a: { a: {} } }],
  ...[{ __proto__: null, constructor: { prototype: {} } }, Array(1_001).fill("x")],
];
const nasty = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 300 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);

/** Nothing, but once in so many times. */
const rarely = <Value>(one_in: number, value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.oneof({ weight: one_in - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });

export function requestOf(id: string, operation: Operation): fc.Arbitrary<FuzzedRequest> {
  const odd = fc.oneof(fc.constantFrom("x", "..%2f", "%00", "%ff", "0", "-1"), fc.string({ maxLength: 40 }));
  const param = fc.oneof({ weight: 6, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: odd });
  const count = [...operation.path.matchAll(/\{/gu)].length;
  return fc
    .record({
      caller: callerOf(operation),
      params: fc.array(param, { minLength: count, maxLength: count }),
      query: queryOf(operation),
      headers: headersOf(operation),
      spoiling: rarely(20, fc.constantFrom("Authorization", "Cookie", "Content-Digest", "Signature-Input")),
      value: headerText,
      body: bodyOf(operation),
    })
    .map(({ spoiling, value, headers, ...rest }) => ({
      ...rest,
      operation: id,
      headers: spoiling === null ? headers : { ...headers, [spoiling]: value },
      spoilt: spoiling !== null,
    }));
}

/** Mostly whoever the operation is for, sometimes anybody. */
function callerOf(operation: Operation): fc.Arbitrary<CallerName> {
  const anybody = fc.constantFrom(...CALLERS.filter((name) => name !== "operator"));
  return fc.oneof(
    { weight: 15, arbitrary: fc.constantFrom(...callersOf(operation)) },
    { weight: 1, arbitrary: anybody },
  );
}

/** Whom admission lets pass, the likeliest first. */
export function callersOf({
  caller,
  permission,
  proof_of_key,
  api_tokens,
}: Operation): readonly CallerName[] {
  if (caller !== "session") return ["nobody"];
  if (proof_of_key) return ["worker"];
  if (permission === "system:admin") return ["admin", "operator"];
  if (permission && /^(?:system|worker):|^task:assign$/u.test(permission)) return ["admin"];
  return api_tokens ? ["owner", "owner", "admin", "worker"] : ["owner"];
}

/** Names that the operation knows, with values that it might take, and others. */
function queryOf({ query }: Operation): fc.Arbitrary<Record<string, string>> {
  const known = query ? (inlineSchema(query).properties as Record<string, JsonSchema>) : {};
  const odd = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.constantFrom("0", "1", "-1", "a,b"));
  const entries = Object.entries(known).map(([name, schema]) => {
    const all = (schema.enum ?? [sampleOf(schema, name)]).map(String);
    const value = fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...all, "1") },
      { weight: 1, arbitrary: odd },
    );
    return rarely(3, fc.tuple(fc.constant(name), value));
  });
  const more = rarely(12, fc.tuple(fc.string({ maxLength: 8 }), odd));
  return fc
    .tuple(...entries, more)
    .map((all) => Object.fromEntries(all.filter((entry) => entry !== null)) as Record<string, string>);
}

const headerText = fc.stringMatching(/^[!-~]{1,40}$/);

function headersOf(operation: Operation): fc.Arbitrary<Record<string, string>> {
  const media_type = fc.oneof(
    { weight: 20, arbitrary: fc.constant("application/json") },
    { weight: 1, arbitrary: fc.constantFrom("text/csv", "text/plain", "multipart/form-data") },
  );
  const version = fc.oneof(
    { weight: 4, arbitrary: fc.constant("*") },
    { weight: 1, arbitrary: fc.oneof(fc.constantFrom('"v1"', '"v2"'), headerText) },
  );
  return fc
    .record({ media_type, version, key: rarely(4, headerText) })
    .map(({ media_type, version, key }) => ({
      ...((operation.body || operation.raw_body) && { "Content-Type": media_type }),
      ...(operation.if_match && { "If-Match": version }),
      ...(key !== null && { "Idempotency-Key": key }),
    }));
}

/** A body that may work, the same with one to three members changed, or anything at all. */
function bodyOf(operation: Operation): fc.Arbitrary<FuzzedRequest["body"]> {
  const whole = operation.raw_body ? [{ id: "t1", state: "begun", title: "x" }] : bodiesOf(operation);
  if (whole.length === 0) return fc.constant(null);
  const changes = fc.array(fc.tuple(fc.nat(1_000), fc.constantFrom("replace", "drop", "add"), nasty), {
    minLength: 1,
    maxLength: 3,
  });
  const changed = fc.tuple(fc.constantFrom(...whole), changes).map(([example, all]) => {
    const body = { value: structuredClone(example) };
    // Odd values are drawn again and again: each place gets its own.
    for (const [place, kind, value] of all) change(body as Holder, place, kind, structuredClone(value));
    return { json: body.value };
  });
  const text = fc.oneof(fc.json(), fc.string({ unit: "binary", maxLength: 200 }));
  return fc.oneof(
    { weight: 6, arbitrary: changed },
    { weight: 4, arbitrary: fc.constant({ json: whole[0] }) },
    { weight: 1, arbitrary: text.map((text) => ({ text })) },
  );
}

type Holder = Record<string, unknown>;

function change(root: Holder, place: number, kind: "replace" | "drop" | "add", value: unknown): void {
  const places = placesIn(root);
  const chosen = places[place % places.length];
  // Nothing is left once the whole body has been dropped.
  if (!chosen) return;
  const [holder, name] = chosen;
  if (kind === "replace") holder[name] = value;
  else if (kind === "drop") delete holder[name];
  else {
    const inner = holder[name];
    if (typeof inner === "object" && inner !== null) (inner as Holder)["x".repeat((place % 5) + 1)] = value;
  }
}

function placesIn(holder: Holder, depth = 0): (readonly [Holder, string])[] {
  if (depth > 6) return [];
  return Object.keys(holder).flatMap((name) => {
    const inner = holder[name];
    const within = typeof inner === "object" && inner !== null ? placesIn(inner as Holder, depth + 1) : [];
    return [[holder, name] as const, ...within];
  });
}
