// Every text that an operation takes says what it is for, so that none escapes screening by being forgotten.

import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { operationList } from "../../../src/api/operations/index.ts";
import { context } from "../../../src/schema/context.ts";
import { line } from "../../../src/schema/text.ts";
import { textFieldsOf } from "../../../src/schema/text-fields.ts";

const PARTS = ["params", "query", "body"] as const;
const schemas = operationList.flatMap(([id, operation]) =>
  PARTS.flatMap((part) => (operation[part] ? [{ place: `${id} ${part}`, schema: operation[part] }] : [])),
);

describe("every operation", () => {
  test.each(schemas)("$place: each text field has a context", ({ schema }) => {
    expect(textFieldsOf(schema).filter((field) => field.context === null)).toEqual([]);
  });

  test("what people write is screened", () => {
    const fields = (id: string) => {
      const operation = operationList.find(([name]) => name === id)![1];
      return textFieldsOf(operation.body!).filter((field) => field.context === "free_text");
    };
    expect(fields("createTask").map(({ path }) => path.join("/"))).toEqual([
      "title",
      "description",
      "labels/*",
    ]);
    expect(fields("createTasks").map(({ path }) => path.join("/"))).toEqual([
      "tasks/*/title",
      "tasks/*/description",
      "tasks/*/labels/*",
    ]);
  });

  const closed = schemas.flatMap(({ place, schema }) =>
    textFieldsOf(schema)
      .filter((field) => field.context === "closed")
      .map((field) => ({ place: `${place} ${field.path.join("/")}`, schema: leafOf(schema, field.path) })),
  );
  test.each(closed)("$place: closed means that no syntax fits in", ({ schema }) => {
    for (const text of [
      "<script>",
      "' or 1=1 --",
      "../../etc/passwd",
      "a;id",
      "$(id)",
      "*)(uid=*",
      "a\0b",
      "a b",
    ]) {
      expect(v.safeParse(schema, text).success).toBe(false);
    }
  });
});

describe("reading schemas", () => {
  test("a text without context shows, wherever it stands", () => {
    const text = v.pipe(v.string(), v.maxLength(5));
    const schema = v.strictObject({
      a: v.optional(v.nullable(text)),
      b: v.array(v.strictObject({ c: text })),
      d: v.union([v.number(), text]),
      e: v.record(v.string(), text),
      f: v.pipe(text, context("code")),
      g: line(3),
      h: v.pipe(v.string(), v.regex(/[a-z]+/u)),
    });
    expect(textFieldsOf(schema)).toEqual([
      { path: ["a"], context: null },
      { path: ["b", "*", "c"], context: null },
      { path: ["d"], context: null },
      { path: ["e", "*"], context: null },
      { path: ["f"], context: "code" },
      { path: ["g"], context: "free_text" },
      { path: ["h"], context: null },
    ]);
  });

  test("a kind of schema that nobody thought of is a defect", () => {
    expect(() => textFieldsOf(v.lazy(() => v.string()))).toThrow(/lazy/);
  });
});

interface Shape {
  readonly entries?: Record<string, Shape>;
  readonly item?: Shape;
  readonly wrapped?: Shape;
}

function leafOf(schema: v.GenericSchema, path: readonly string[]): v.GenericSchema {
  let shape = schema as unknown as Shape;
  const unwrap = () => {
    while (shape.wrapped) shape = shape.wrapped;
  };
  for (const step of path) {
    unwrap();
    shape = step === "*" ? shape.item! : shape.entries![step]!;
  }
  unwrap();
  return shape as unknown as v.GenericSchema;
}
