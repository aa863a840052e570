// One operation of the table as an OpenAPI 3.1 operation object: input, replies, refusals and policy.
import type { GenericSchema } from "valibot";
import { REASONS, type Reason, reasonsOf } from "../implied-reasons.ts";
import { isChange, type Operation } from "../operation.ts";
import { type HeaderName, headerRefs } from "./components.ts";
import { inlineSchema, type JsonSchema, referringSchema } from "./json-schema.ts";
import { sampleOf } from "./sample.ts";
import { shared } from "./shared.ts";

/** Bytes of a body where the operation does not say. */
const BODY_BYTES_MAX = 65_536;
const EVERY_ANSWER: readonly HeaderName[] = ["Request-Id", "RateLimit", "RateLimit-Policy"];

/** The operation object; `id` becomes its operationId. */
export function operationObject(id: string, op: Operation): Record<string, unknown> {
  return {
    operationId: id,
    tags: [op.tag],
    summary: op.summary,
    ...(op.description && { description: op.description }),
    security: securityOf(op),
    parameters: [
      ...parametersOf(op.params, "path"),
      ...parametersOf(op.query, "query"),
      ...(op.if_match ? [ifMatch] : []),
      ...(op.idempotency_key ? [idempotencyKey] : []),
    ],
    ...(op.body && { requestBody: { required: true, content: bodyContent(op, op.body) } }),
    ...(op.raw_body && { requestBody: { required: true, content: { "application/json": { schema: {} } } } }),
    responses: { ...replyOf(op), ...refusalsOf(op), default: problem("A fault on the service's side.", []) },
    "x-taskward": policyOf(op),
  };
}

/** What the operation demands and leaves, beyond what OpenAPI can say. */
const policyOf = (op: Operation) => ({
  caller: op.caller,
  permission: op.permission ?? null,
  rate: { class: op.rate.class, cost: op.rate.cost ?? 1 },
  recent_authentication: op.recent_authentication ?? false,
  body_bytes_max: op.body || op.raw_body ? (op.body_bytes_max ?? BODY_BYTES_MAX) : 0,
  event: op.event,
});

const ifMatch = {
  name: "If-Match",
  in: "header",
  required: true,
  description: "The version that the write changes, as its `ETag` gave it.",
  schema: { type: "string" },
};

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "A name of your own for this request (draft-ietf-httpapi-idempotency-key-header). Sent again with it within 24 hours, the request is not carried out twice.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

function parametersOf(schema: GenericSchema | undefined, place: "path" | "query"): unknown[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = referringSchema(schema, shared);
  return Object.entries(properties).map(([name, each]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: each,
  }));
}

const jsonContent = (schema: GenericSchema, example: unknown) => ({
  "application/json": { schema: referringSchema(schema, shared), ...(example !== undefined && { example }) },
});

const textContent = (media: readonly string[] = []) =>
  Object.fromEntries(media.map((type) => [type, { schema: { type: "string" } }]));

const bodyContent = ({ body_table, example }: Operation, body: GenericSchema) => ({
  ...jsonContent(body, example),
  ...textContent(body_table && ["text/csv"]),
});

/** A made-up body of the operation's reply; undefined where there is none. */
export const replySample = ({ reply }: Operation): unknown =>
  reply.schema && sampleOf(inlineSchema(reply.schema) as JsonSchema);

const eventStream = {
  "text/event-stream": {
    schema: { type: "string", description: "Server-sent events; the `data` of each is one change as JSON." },
  },
};

function replyOf(op: Operation): Record<string, unknown> {
  const { status, schema, etag, media_type, pending, stream } = op.reply;
  const own: HeaderName[] = etag ? ["ETag"] : [];
  if (isChange(op)) own.push("Audit-Event");
  if (op.idempotency_key === "replayed") own.push("Idempotency-Replayed");
  const json = schema && {
    ...jsonContent(schema, replySample(op)),
    ...textContent(op.reply.media),
    ...(stream && eventStream),
  };
  const content = media_type ? { [media_type]: {}, ...textContent(op.reply.media) } : json;
  const replies = {
    [status]: {
      description: { 200: "Done.", 201: "Created.", 202: "Accepted.", 204: "Done; there is nothing to say." }[
        status
      ],
      headers: headerRefs(...EVERY_ANSWER, ...own),
      ...(content && { content }),
    },
    ...(stream && { 101: { description: "To an upgrade: a WebSocket with the same, message by message." } }),
  };
  if (!pending) return replies;
  const headers = headerRefs(...EVERY_ANSWER, "Retry-After");
  return { ...replies, 202: { description: "On its way: ask again.", headers, ...(content && { content }) } };
}

const HEADERS_OF_STATUS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ["WWW-Authenticate"],
  429: ["Retry-After"],
};

function refusalsOf(op: Operation): Record<string, unknown> {
  const byStatus = Map.groupBy(reasonsOf(op), (reason) => REASONS[reason].status);
  return Object.fromEntries(
    [...byStatus].map(([status, reasons]) => {
      const titles = reasons.map((reason) => `${REASONS[reason].title} (\`${reason}\`)`);
      const more: HeaderName[] = status === 401 && op.api_tokens ? ["Accept-Signature"] : [];
      const headers = [...(HEADERS_OF_STATUS[status] ?? []), ...more];
      return [status, problem(`${titles.join("; ")}.`, reasons, headers)];
    }),
  );
}

const problem = (description: string, reasons: readonly Reason[], extra: readonly HeaderName[] = []) => ({
  description,
  headers: headerRefs(...EVERY_ANSWER, ...extra),
  content: {
    "application/problem+json": {
      schema: { $ref: "#/components/schemas/Problem" },
      ...(reasons.length > 0 && {
        examples: Object.fromEntries(
          reasons.map((reason) => [reason, { $ref: `#/components/examples/${reason}` }]),
        ),
      }),
    },
  },
});

function securityOf(op: Operation): Record<string, string[]>[] {
  if (op.caller !== "session") return []; // an integration is known by its signature over the body alone
  const session = [{ session_token: [] }, { session_cookie: [] }];
  const key = [{ signature: [] }, { client_certificate: [] }];
  if (op.proof_of_key) return key;
  return op.api_tokens ? [...session, { api_token: [] }, ...key] : session;
}
