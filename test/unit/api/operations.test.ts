// The operation table is sound: examples work, paths and parameters agree, and no entry is out of bounds.
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { impliedReasons, reasonsOf } from "../../../src/api/implied-reasons.ts";
import { operationList } from "../../../src/api/operations/index.ts";
import { EVENT_TYPES } from "../../../src/schema/event-type.ts";
import { WorkspaceName } from "../../../src/schema/identifier.ts";
import { REASONS } from "../../../src/schema/reason.ts";
import { PERMISSIONS, RATE_CLASSES } from "../../../src/schema/role.ts";
import { isScreenedField, textFieldsOf } from "../../../src/schema/text-fields.ts";

const CALLS_MAX = 8;
const BODY_BYTES_CEILING = 8_388_608;

describe.each(operationList)("%s", (_, op) => {
  test("has an example that its own schema accepts, if it takes a body", () => {
    if (!op.body) return expect(op.example).toBeUndefined();
    expect(op.example).toBeDefined();
    expect(v.safeParse(op.body, op.example).issues).toBeUndefined();
  });

  test("names in its path just the parameters of its schema", () => {
    const names = [...op.path.matchAll(/\{\+?([^}]+)\}/g)].map(([, name]) => name!);
    const entries = op.params && "entries" in op.params ? Object.keys(op.params.entries as object) : [];
    expect(entries).toEqual(names);
    expect(op.path).toMatch(
      /^\/v1(?:\/(?:[a-z][a-z-]*|\{(?:[a-z]+_id|permission|workspace|level|entry|integration|\+path)\}))+$/,
    );
  });

  test("refuses fields that it does not know", () => {
    for (const schema of [op.params, op.query, op.body]) {
      if (schema) expect(schema.type).toBe("strict_object");
    }
  });

  test("declares bounds within those of the design", () => {
    expect(op.calls_max).toBeGreaterThanOrEqual(1);
    expect(op.calls_max).toBeLessThanOrEqual(CALLS_MAX);
    expect(op.rate.cost ?? 1).toBeGreaterThanOrEqual(1);
    expect(op.rate.cost ?? 1).toBeLessThanOrEqual(10);
    expect(op.body_bytes_max ?? 1).toBeLessThanOrEqual(BODY_BYTES_CEILING);
    expect(RATE_CLASSES).toContain(op.rate.class);
  });

  test("uses words that exist", () => {
    if (op.permission) expect(PERMISSIONS).toContain(op.permission);
    if (op.event) expect(EVENT_TYPES).toHaveProperty([op.event]);
    for (const reason of op.problems ?? []) expect(REASONS).toHaveProperty(reason);
  });

  test("asks strangers for no permission and no recent authentication", () => {
    if (op.caller !== "anonymous") return;
    expect(op.permission).toBeUndefined();
    expect(op.recent_authentication).toBeUndefined();
  });

  test("counts an attempt on whom its body names, with nothing screened between counting and trying", () => {
    if (!op.counts_attempt) return;
    const names = Object.keys((op.body as unknown as { entries: object }).entries);
    expect(op.caller).toBe("anonymous");
    expect(names).toEqual(expect.arrayContaining(["workspace", "username"]));
    expect(textFieldsOf(op.body!).filter(isScreenedField)).toEqual([]);
  });

  test("agrees with its method", () => {
    if (op.method === "GET") {
      expect(op.body).toBeUndefined();
      expect(op.if_match).toBeUndefined();
      expect(op.reply.status).toBe(200);
    }
    if (op.method !== "GET" && op.caller === "session") expect(op.event).not.toBeNull();
    const { status, schema, media_type } = op.reply;
    expect([status === 204, schema !== undefined, media_type !== undefined].filter(Boolean)).toHaveLength(1);
  });

  test("names no refusal as its own that is implied", () => {
    const implied = impliedReasons(op);
    expect(new Set(implied).size).toBe(implied.length);
    expect((op.problems ?? []).filter((reason) => implied.includes(reason))).toEqual([]);
    expect(reasonsOf(op)).toHaveLength(implied.length + (op.problems?.length ?? 0));
  });

  test("answers not_found if it names a thing", () => {
    if (op.params) expect(op.problems).toContain("not_found");
  });
});

test("each method and path belongs to one operation", () => {
  const routes = operationList.map(([, op]) => `${op.method} ${op.path}`);
  expect(new Set(routes).size).toBe(routes.length);
});

test("no workspace may have the name of a path beside its own", () => {
  const places = operationList.map(([, { path }]) => path.split("/").slice(1));
  const own = places.filter((place) => place.includes("{workspace}"));
  expect(own.length).toBeGreaterThan(0);
  const taken = own.flatMap((place) => {
    const at = place.indexOf("{workspace}");
    const beside = places.filter(
      (other) => other.length > at + 1 && place.slice(0, at).every((part, index) => part === other[index]),
    );
    return beside.map((other) => other[at]!).filter((part) => !part.startsWith("{"));
  });
  expect(new Set(taken)).toEqual(new Set(["tile", "proof"]));
  for (const name of taken) expect(v.is(WorkspaceName, name), name).toBe(false);
  for (const name of ["tiles", "proof-1", "a-tile", "main"])
    expect(v.is(WorkspaceName, name), name).toBe(true);
});
