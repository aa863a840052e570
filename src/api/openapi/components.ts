// What all operations of the OpenAPI document share: the problem, its examples, headers and credentials.
import { REASONS, type Reason } from "../implied-reasons.ts";
import { sharedSchemas } from "./json-schema.ts";
import { shared } from "./shared.ts";

/** The cookie that carries a session where sign-in asked for `transport: cookie` (RFC 6265bis, `__Host-`). */
export const SESSION_COOKIE = "__Host-taskward-session";

const string = { type: "string" } as const;

const Problem = {
  type: "object",
  description: "Problem details (RFC 9457). A rejected value is never repeated.",
  required: ["type", "title", "status"],
  properties: {
    type: { ...string, format: "uri-reference", description: "A page that explains the problem." },
    title: string,
    status: { type: "integer", minimum: 400, maximum: 599 },
    detail: string,
    instance: { ...string, format: "uri-reference" },
    request_id: string,
    resume_after: {
      type: "integer",
      description: "For `cursor_expired`: the number to follow the feed from.",
    },
    errors: {
      type: "array",
      description: "What is wrong where, for `invalid_input` and `malformed_json`.",
      items: {
        type: "object",
        required: ["pointer", "detail"],
        properties: { pointer: { ...string, format: "json-pointer" }, detail: string },
      },
    },
  },
};

export const problemExample = (reason: Reason): Record<string, unknown> => ({
  type: `/problems/${reason}`,
  title: REASONS[reason].title,
  status: REASONS[reason].status,
  request_id: "01jke3c8t6",
  ...(reason === "cursor_expired" && { resume_after: 4_711 }),
  ...(reason === "invalid_input" && {
    errors: [{ pointer: "/name", detail: "expected at most 120 characters" }],
  }),
});

const header = (description: string, schema: Record<string, unknown> = string, required = false) => ({
  description,
  required,
  schema,
});

const headers = {
  "Accept-Signature": header("What a signature should cover and say (RFC 9421 section 5.1)."),
  "Audit-Event": header("Id of the audit event that this change left, committed together with it."),
  ETag: header("Version of the resource; send it in `If-Match` with the next write."),
  "Idempotency-Replayed": header(
    "`true` where this is the kept answer of an earlier request with the same key.",
  ),
  RateLimit: header("What is left of the caller's rate limit (draft-ietf-httpapi-ratelimit-headers)."),
  "RateLimit-Policy": header("The rate limit that applies (draft-ietf-httpapi-ratelimit-headers)."),
  "Request-Id": header("Names this request in problems and in the audit.", string, true),
  "Retry-After": header("Whole seconds until a repeat can succeed.", { type: "integer", minimum: 0 }),
  "WWW-Authenticate": header("How to authenticate (RFC 9110 section 11.6.1; RFC 9470 for step-up)."),
};

const securitySchemes = {
  session_token: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "tws_…",
    description: "The session token of a sign-in.",
  },
  api_token: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "twp_…",
    description: "An API token, limited to its permissions and to what its owner may do now.",
  },
  signature: {
    type: "apiKey",
    in: "header",
    name: "Signature",
    description:
      "A worker's signature (RFC 9421), with Signature-Input and, where there is a body, Content-Digest (RFC 9530).",
  },
  client_certificate: {
    type: "mutualTLS",
    description: "A worker's certificate, presented with the connection.",
  },
  session_cookie: {
    type: "apiKey",
    in: "cookie",
    name: SESSION_COOKIE,
    description:
      "The session of a sign-in with `transport: cookie`. Unsafe requests need this service's Origin.",
  },
};

/** The document's `components`. */
export const components = () => ({
  schemas: { ...sharedSchemas(shared), Problem },
  examples: Object.fromEntries(
    (Object.keys(REASONS) as Reason[]).map((reason) => [
      reason,
      { summary: REASONS[reason].title, description: REASONS[reason].advice, value: problemExample(reason) },
    ]),
  ),
  headers,
  securitySchemes,
});

export type HeaderName = keyof typeof headers;

/** References to the headers of an answer. */
export const headerRefs = (...names: HeaderName[]): Record<string, { $ref: string }> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
