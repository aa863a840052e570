// Refusals of input say where and what is expected, and never what was sent: for every operation and every field.
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { operationList } from "../../../src/api/operations/index.ts";
import { refusalResponse } from "../../../src/edge/response.ts";
import { etagOf, readIfMatch, readQuery, validate } from "../../../src/edge/validate.ts";
import type { RequestContext } from "../../../src/schema/messages/request.ts";
import type { InputError, Refusal, Result } from "../../../src/schema/result.ts";

function refusalOf(result: Result<unknown>): Refusal {
  if (result.ok) throw new Error("not refused");
  return result.refusal;
}
const errorsOf = (schema: v.GenericSchema, input: unknown, root = ""): readonly InputError[] =>
  refusalOf(validate(schema, input, root)).errors ?? [];

/** The problem as it goes out. */
function problemText(result: Result<unknown>): Promise<string> {
  const info = { context: { request_id: "req_1" } as RequestContext, rate_limit: null };
  return refusalResponse(refusalOf(result), info).text();
}

const bodies = operationList.flatMap(([id, { body, example }]) =>
  body ? [[id, body, example] as const] : [],
);
type Step = string | number;
/** Every place in a value: [] itself, and the way to each member. */
function placesIn(value: unknown): Step[][] {
  if (typeof value !== "object" || value === null) return [[]];
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const inner = steps.flatMap((step) =>
    placesIn((value as Record<Step, unknown>)[step]).map((way) => [step, ...way]),
  );
  return [[], ...inner];
}
function replaced(value: unknown, [step, ...way]: Step[], by: unknown): unknown {
  if (step === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<Step, unknown>;
  copy[step] = replaced(copy[step], way, by);
  return copy;
}
/** The example with every field that the schema knows, so that each is tried. */
function everyField(schema: v.GenericSchema, example: unknown): Record<string, unknown> {
  const entries = "entries" in schema ? Object.keys(schema.entries as object) : [];
  return Object.fromEntries(entries.map((key) => [key, (example as Record<string, unknown>)[key] ?? "x"]));
}

/** Any code point, lone surrogates included. */
const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));
const MARK = "zq7Xk";
/** Hostile text with a mark that nothing of ours contains. */
const hostile = fc
  .tuple(
    fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 60 }),
      fc.constantFrom(
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "../../etc/passwd",
        "\u0000\u001b[31m",
        "\u202e\u2066",
        "\ud800",
        "undefined",
        "Invalid ",
        "%s%n",
        "x".repeat(20_000),
      ),
    ),
    fc.nat(60),
  )
  .map(([text, at]) => text.slice(0, at) + MARK + text.slice(at));

describe.each(bodies)("the body of %s", (_, schema, example) => {
  const whole = everyField(schema, example);
  const places = [...placesIn(whole), ...placesIn(example)];

  test("is refused without a word of what was sent", async () => {
    const shapes = [
      (text: string) => text,
      (text: string) => [text],
      (text: string) => ({ value: text }),
      (text: string) => [[{ a: [text] }]],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        hostile,
        fc.constantFrom(...shapes),
        async (way, text, shape) => {
          for (const base of [example, whole]) {
            const result = validate(schema, replaced(base, way, shape(text)), "");
            if (result.ok) continue;
            expect(await problemText(result)).not.toContain(MARK);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test("is an object with known fields: anything else is refused with a reason", () => {
    for (const wrong of ["text", 1, true, null, undefined, [], [example]]) {
      expect(validate(schema, wrong, "").ok, JSON.stringify(wrong)).toBe(false);
      for (const { pointer, detail } of errorsOf(schema, wrong)) {
        expect(pointer === "" || pointer.startsWith("/")).toBe(true);
        expect(detail).not.toBe("");
      }
    }
  });

  test("cannot carry __proto__, constructor or any field of no one's", () => {
    const keys = [
      "__proto__",
      "constructor",
      "prototype",
      "toString",
      "hasOwnProperty",
      "valueOf",
      "polluted",
    ];
    for (const key of keys) {
      // As parsed from JSON, where __proto__ is a field like any other.
      const body = JSON.parse(
        JSON.stringify(example).replace(/\}$/, `,${JSON.stringify(key)}:{"polluted":true}}`),
      ) as object;
      expect(Object.hasOwn(body, key)).toBe(true);
      expect(errorsOf(schema, body)).toContainEqual({ pointer: `/${key}`, detail: "unknown field" });
    }
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty("polluted");
  });
});

describe("a refusal", () => {
  const Fields = v.strictObject({
    "a/b": v.optional(v.string()),
    "m~n": v.optional(v.string()),
    "~1": v.optional(v.string()),
    list: v.optional(v.array(v.strictObject({ n: v.number() }))),
  });

  test("points by RFC 6901: ~ and / are escaped, ~ first", () => {
    const errors = errorsOf(Fields, { "a/b": 1, "m~n": 2, "~1": 3 });
    expect(errors.map((each) => each.pointer)).toEqual(["/a~1b", "/m~0n", "/~01"]);
    const nested = errorsOf(Fields, { list: [{ n: 1 }, { n: "x" }, { n: 1, "x/y": 2 }] });
    expect(nested).toEqual([
      { pointer: "/list/1/n", detail: "expected number" },
      { pointer: "/list/2/x~1y", detail: "unknown field" },
    ]);
  });

  test("leads to the place that it names, for any key", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, minLength: 1, maxLength: 32 }), (key) => {
        const [error] = errorsOf(v.strictObject({}), JSON.parse(JSON.stringify({ [key]: 1 })));
        const steps = error!.pointer.split("/").slice(1);
        const read = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
        const sent = Object.keys(JSON.parse(JSON.stringify({ [key]: 1 })) as object);
        expect(read.map((step) => JSON.parse(JSON.stringify(step)))).toEqual(sent);
      }),
    );
  });

  test("starts at the root that it is given", () => {
    expect(errorsOf(Fields, { list: 1 }, "/query")[0]!.pointer).toBe("/query/list");
    expect(errorsOf(Fields, 1, "")[0]!.pointer).toBe("");
    expect(errorsOf(Fields, 1, "/path")[0]!.pointer).toBe("/path");
  });

  test("stays small, whatever was sent", async () => {
    const Numbers = v.strictObject({ list: v.array(v.number()) });
    const many = validate(Numbers, { list: new Array(5_000).fill(MARK) }, "");
    expect(refusalOf(many).errors).toHaveLength(20);
    expect((await problemText(many)).length).toBeLessThan(2_000);
    const long = validate(Numbers, { list: [], ["k".repeat(60_000)]: 1 }, "");
    expect(refusalOf(long).errors).toEqual([{ pointer: `/${"k".repeat(64)}`, detail: "unknown field" }]);
  });

  test("costs no more than what it says: nothing is looked at behind the twentieth complaint", () => {
    let looked_at = 0;
    const wrong = () => ({
      get n() {
        looked_at += 1;
        return "x";
      },
    });
    const Deep = v.strictObject({ outer: v.array(Fields) });
    const outer = Array.from({ length: 100 }, () => ({ list: Array.from({ length: 3 }, wrong) }));
    const errors = errorsOf(Deep, { outer });
    expect(errors).toHaveLength(20);
    expect(errors[19]).toEqual({ pointer: "/outer/6/list/1/n", detail: "expected number" });
    expect(looked_at).toBe(20);
  });

  test("says `required` for what is missing, and only for that", () => {
    const Needs = v.strictObject({ name: v.string(), nested: v.optional(v.strictObject({ n: v.number() })) });
    expect(errorsOf(Needs, {})).toEqual([{ pointer: "/name", detail: "required" }]);
    expect(errorsOf(Needs, { name: "x", nested: {} })).toEqual([
      { pointer: "/nested/n", detail: "required" },
    ]);
    expect(errorsOf(Needs, { name: null })).toEqual([{ pointer: "/name", detail: "expected string" }]);
    expect(errorsOf(v.strictObject({ n: v.number() }), { n: "undefined" })[0]!.detail).toBe(
      "expected number",
    );
  });

  test("never throws, for any JSON and any operation", () => {
    const schemas = operationList
      .flatMap(([, op]) => [op.body, op.query, op.params])
      .filter((each) => !!each);
    fc.assert(
      fc.property(fc.constantFrom(...schemas), fc.jsonValue(), (schema, value) => {
        expect(typeof validate(schema, value, "").ok).toBe("boolean");
      }),
      { numRuns: 500 },
    );
  });
});

describe("a query", () => {
  const query = (text: string) => readQuery(`https://taskward.example/v1/x?${text}`);

  test("is read as it was written, each parameter once", () => {
    expect(query("limit=5&status=open")).toEqual({ ok: true, value: { limit: "5", status: "open" } });
    expect(query("")).toEqual({ ok: true, value: {} });
    for (const text of ["a=1&a=1", "a=1&b=2&a=3", "a&a", "%61=1&a=2", "toString=1&toString=2"]) {
      expect(refusalOf(query(text)).reason, text).toBe("malformed_request");
    }
  });

  test("cannot pollute, nor pass off what everything inherits as a parameter", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      const read = query(`${name}=polluted`);
      expect(read.ok && Object.entries(read.value)).toEqual([[name, "polluted"]]);
      const refused = errorsOf(v.strictObject({}), read.ok && read.value, "/query");
      expect(refused).toEqual([{ pointer: `/query/${name}`, detail: "unknown field" }]);
    }
    expect(String({})).toBe("[object Object]");
  });

  test("that is refused is not repeated", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const parameters = new URLSearchParams({ limit: text, cursor: text.slice(0, 5_000), status: text });
        const read = query(parameters.toString());
        for (const [, { query: schema }] of operationList) {
          if (!schema || !read.ok) continue;
          const result = validate(schema, read.value, "/query");
          if (!result.ok) expect(await problemText(result)).not.toContain(MARK);
        }
      }),
      { numRuns: 30 },
    );
    expect(JSON.stringify(query(`a=${MARK}&a=${MARK}`))).not.toContain(MARK);
  });
});

describe("If-Match", () => {
  const withHeader = (value: string | null) =>
    readIfMatch(
      new Request("https://taskward.example/", value === null ? {} : { headers: { "If-Match": value } }),
    );

  test("names one strong version, or any", () => {
    expect(withHeader('"v3"')).toEqual({ ok: true, value: 3 });
    expect(withHeader("*")).toEqual({ ok: true, value: null });
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (version) => {
        fc.pre(version < 1e15);
        expect(withHeader(etagOf(version))).toEqual({ ok: true, value: version });
      }),
    );
  });

  test("that is absent is a precondition required, anything else malformed", () => {
    expect(refusalOf(withHeader(null)).reason).toBe("version_required");
    const odd = [
      "",
      "v3",
      '"3"',
      'W/"v3"',
      '"v3", "v4"',
      '"v-1"',
      '"v1e3"',
      '"v"',
      `"v${"9".repeat(16)}"`,
      '"v3" x',
      MARK,
    ];
    for (const value of odd) {
      expect(refusalOf(withHeader(value)).reason, value).toBe("malformed_request");
      expect(JSON.stringify(withHeader(value))).not.toContain(MARK);
    }
  });
});
