// Requests that the operation table half promises: the right path with ids that exist or do not, its example body with
// a member replaced, left out or added, its query with odd values, headers as they should be or anything else.
import fc from "fast-check";
import type { Operation } from "../../src/api/operation.ts";
import type { Target } from "./target.ts";

export interface FuzzedRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly caller: keyof Target["callers"];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
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

/** Operations that end what the callers live by: nobody sends them. */
const ENDING =
  /^(?:logout|end|revoke|remove|suspend|erase|delete|renewSession|rotate|changePassword|reset|setRoles|beginMfa|handoff|acceptHandoff|archive|transfer)/;

export function requestOf(
  id: string,
  operation: Operation,
  { ids, etag }: Target,
): fc.Arbitrary<FuzzedRequest> {
  const names = [...operation.path.matchAll(/\{\+?(\w+)\}/g)].map(([, name]) => name!);
  const odd = fc.oneof(fc.constantFrom("x", "..%2f", "%00", "%ff", "0", "-1"), fc.string({ maxLength: 40 }));
  const params = fc.tuple(
    ...names.map((name) =>
      fc.oneof({ weight: 4, arbitrary: fc.constant(ids[name] ?? "0") }, { weight: 1, arbitrary: odd }),
    ),
  );
  const callers = ENDING.test(id) ? (["nobody"] as const) : (["admin", "user", "user", "nobody"] as const);
  const query = fc.dictionary(
    fc.oneof(fc.constantFrom("limit", "cursor", "status", "format", "q"), fc.string({ maxLength: 8 })),
    fc.string({ unit: "binary", maxLength: 60 }),
    { maxKeys: 3 },
  );
  return fc.record({
    operation: fc.constant(id),
    method: fc.constant(operation.method),
    path: fc.tuple(params, fc.option(query, { freq: 3 })).map(([values, search]) => {
      let at = 0;
      const path = operation.path.replaceAll(/\{\+?\w+\}/g, () => safely(values[at++] ?? ""));
      const text = new URLSearchParams(search ?? {}).toString();
      return text === "" ? path : `${path}?${text}`;
    }),
    caller: fc.constantFrom(...callers),
    headers: headersOf(operation, etag),
    body: operation.body ? bodyOf(operation.example) : fc.constant(null),
  });
}

/** One segment, whatever is in it; what is encoded already stays. */
const safely = (text: string): string =>
  /^[\w%.~-]+$/.test(text) ? text : encodeURIComponent(text.toWellFormed()) || "x";

function headersOf(operation: Operation, etag: string): fc.Arbitrary<Record<string, string>> {
  const text = fc.stringMatching(/^[!-~]{1,40}$/);
  const media_type = fc.oneof(
    { weight: 12, arbitrary: fc.constant("application/json") },
    { weight: 1, arbitrary: fc.constantFrom("text/csv", "text/plain", "multipart/form-data") },
  );
  return fc
    .record({
      media_type,
      if_match: fc.oneof(fc.constantFrom(etag, "*", '"v1"'), text),
      key: fc.option(text, { freq: 4 }),
      more: fc.option(fc.constantFrom("Authorization", "Cookie", "Content-Digest", "Signature-Input"), {
        freq: 8,
      }),
      value: text,
    })
    .map(({ media_type, if_match, key, more, value }) => ({
      ...(operation.body && { "Content-Type": media_type }),
      ...(operation.if_match && { "If-Match": if_match }),
      ...(key !== null && { "Idempotency-Key": key }),
      ...(more !== null && { [more]: value }),
    }));
}

/** The example with one to three members changed, or anything at all. */
function bodyOf(example: unknown): fc.Arbitrary<string> {
  const changes = fc.array(fc.tuple(fc.nat(1_000), fc.constantFrom("replace", "drop", "add"), nasty), {
    minLength: 1,
    maxLength: 3,
  });
  const changed = changes.map((all) => {
    const body = { value: structuredClone(example ?? {}) };
    for (const [place, kind, value] of all) change(body, place, kind, value);
    return JSON.stringify(body.value) ?? "";
  });
  const anything = fc.oneof(fc.json(), fc.string({ unit: "binary", maxLength: 200 }));
  return fc.oneof(
    { weight: 8, arbitrary: changed },
    { weight: 1, arbitrary: fc.constant(JSON.stringify(example ?? {})) },
    { weight: 1, arbitrary: anything },
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
