// The OpenAPI 3.1 document of the API, made from the operation table alone.
// Policy that OpenAPI has no word for stands in each operation's `x-taskward`.
import { components } from "./openapi/components.ts";
import { operationObject } from "./openapi/operation-object.ts";
import { TAGS } from "./openapi/tags.ts";
import { operationList } from "./operations/index.ts";

export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;
  readonly components: ReturnType<typeof components>;
}

/** The document for a deployment at `origin`; plain data, the same for the same arguments. */
export function openApiDocument({ origin, version }: { origin: string; version: string }): OpenApiDocument {
  const paths: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const [id, op] of operationList) {
    const path = op.path.replaceAll("{+", "{");
    paths[path] = { ...paths[path], [op.method.toLowerCase()]: operationObject(id, op) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Taskward",
      version,
      summary: "Secure task collaboration for people, agents and integrations",
      description:
        "JSON in `snake_case`, times in ISO 8601 UTC, errors as RFC 9457 problems. Each operation's `x-taskward` names who may call it, the permission, the rate limit's class and cost, and the audit event that it leaves.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: origin }],
    tags: Object.entries(TAGS).map(([name, { description }]) => ({ name, description })),
    paths,
    components: components(),
  };
}
