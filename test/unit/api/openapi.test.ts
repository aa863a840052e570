// The OpenAPI document says what the operation table says, and is valid OpenAPI 3.1.
import { Validator } from "@seriousme/openapi-schema-validator";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { REASONS, reasonsOf } from "../../../src/api/implied-reasons.ts";
import { replySample } from "../../../src/api/openapi/operation-object.ts";
import { openApiDocument } from "../../../src/api/openapi.ts";
import { isChange } from "../../../src/api/operation.ts";
import { operationList } from "../../../src/api/operations/index.ts";

const document = openApiDocument({ origin: "https://tasks.example", version: "1.2.3" });

// What the tests below read of an operation object.
interface OperationObject {
  operationId: string;
  security: unknown[];
  parameters: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, { example: unknown }> };
  responses: Record<string, { headers: Record<string, unknown>; content?: Record<string, unknown> }>;
  "x-taskward": Record<string, unknown>;
}
const objectOf = (path: string, method: string) =>
  document.paths[path.replaceAll("{+", "{")]![method.toLowerCase()] as unknown as OperationObject;

test("the document is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(
    structuredClone(document) as unknown as Record<string, unknown>,
  );
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe("3.1");
});

test("every reference leads somewhere", () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
  expect(references.length).toBeGreaterThan(100);
  for (const reference of new Set(references)) {
    const found = reference
      .split("/")
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
    expect(found, reference).toBeDefined();
  }
});

test("the document is plain JSON and the same each time", () => {
  const again = openApiDocument({ origin: "https://tasks.example", version: "1.2.3" });
  expect(JSON.parse(JSON.stringify(document))).toEqual(again);
});

test("no two operations share method and path", () => {
  const objects = Object.values(document.paths).flatMap((item) => Object.keys(item));
  expect(objects).toHaveLength(operationList.length);
});

describe.each(operationList)("%s", (id, op) => {
  const object = objectOf(op.path, op.method);

  test("carries its name and policy", () => {
    expect(object.operationId).toBe(id);
    const session = [{ session_token: [] }, { session_cookie: [] }];
    const key = [{ signature: [] }, { client_certificate: [] }];
    const signedIn = op.api_tokens ? [...session, { api_token: [] }, ...key] : session;
    const known = op.proof_of_key ? key : signedIn;
    expect(object.security).toEqual(op.caller !== "session" ? [] : known);
    expect(object["x-taskward"]).toMatchObject({
      permission: op.permission ?? null,
      rate: { class: op.rate.class, cost: op.rate.cost ?? 1 },
      recent_authentication: op.recent_authentication ?? false,
      event: op.event,
    });
  });

  test("lists every parameter of its path", () => {
    const names = [...op.path.matchAll(/\{\+?([^}]+)\}/g)].map(([, name]) => name);
    const documented = object.parameters.filter((each) => each.in === "path");
    expect(documented.map(({ name }) => name)).toEqual(names);
    expect(documented.every(({ required }) => required)).toBe(true);
  });

  test("lists the status of every refusal", () => {
    for (const reason of reasonsOf(op)) {
      expect(object.responses[REASONS[reason].status]?.content).toHaveProperty("application/problem+json");
    }
    expect(object.responses[429]!.headers).toHaveProperty("Retry-After");
    expect(object.responses[429]!.headers).toHaveProperty("RateLimit-Policy");
  });

  test("names the headers of its reply", () => {
    const { headers } = object.responses[op.reply.status]!;
    expect("ETag" in headers).toBe(op.reply.etag === true);
    expect("Audit-Event" in headers).toBe(isChange(op));
  });

  test("shows a reply that its schema accepts", () => {
    if (op.reply.schema) expect(v.safeParse(op.reply.schema, replySample(op)).issues).toBeUndefined();
    else expect(replySample(op)).toBeUndefined();
  });
});
