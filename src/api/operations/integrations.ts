// Integrations: what other systems send in. A project's owner makes them; each has an address, a secret and a mapping.
import * as v from "valibot";
import type { HookMapping } from "../../schema/hook-mapping.ts";
import { InboundDeliveryId, IntegrationId, ProjectId } from "../../schema/identifier.ts";
import {
  GivenSecret,
  HookFailure,
  InboundDelivery,
  Integration,
  IntegrationFields,
  IntegrationStatus,
} from "../../schema/integration.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

const params = v.strictObject({ integration_id: IntegrationId });
const failureParams = v.strictObject({ integration_id: IntegrationId, failure_id: InboundDeliveryId });
const { name, kind, role, mapping, hmac } = IntegrationFields;

/** Where its deliveries are sent. It is no secret: what lets a delivery in is its signature. */
const address = v.pipe(v.string(), v.title("Address of an inbound webhook"));
const WithAddress = v.object({ ...Integration.entries, address });
/** Null where the other side gave it. */
const secret = v.nullable(v.string());

const owns = { caller: "session", permission: "project:update", rate: { class: "api" } } as const;
const changes = { ...owns, recent_authentication: true } as const;
const reads = { ...owns, api_tokens: true } as const;

const EXAMPLE_MAPPING: v.InferInput<typeof HookMapping> = {
  rules: [
    {
      name: "An alert becomes a task",
      when: [{ body: "/alert/state", equals: "firing" }],
      at: "/alert/since",
      actions: [
        { action: "create_task", task: "alert:{{/alert/id}}", title: "{{/alert/title}}", priority: "high" },
      ],
    },
    {
      name: "An alert that is over is done",
      when: [{ body: "/alert/state", equals: "resolved" }],
      at: "/alert/until",
      actions: [{ action: "complete", task: "alert:{{/alert/id}}", if_unknown: "ignore" }],
    },
  ],
};

export const integrationOperations = {
  createIntegration: operation({
    method: "POST",
    path: "/v1/integrations",
    tag: "integrations",
    summary: "Let another system send events into a project",
    description:
      "Answers the address and, unless the other side gave it, the secret: it is shown once. Without a mapping, the kind `github` takes the ready-made one, which is answered and can be changed. The integration acts under its own id, with the project role that it is given.",
    ...changes,
    body: v.pipe(
      v.strictObject({
        project_id: ProjectId,
        name,
        kind,
        role: v.optional(role, "editor"),
        mapping: v.optional(mapping),
        hmac: v.optional(hmac, null),
        secret: v.optional(GivenSecret),
      }),
      v.check(
        (body) => (body.kind === "hmac") === (body.hmac !== null),
        "expected hmac with the kind hmac alone",
      ),
      v.check(
        (body) => body.kind === "github" || body.mapping !== undefined,
        "expected a mapping: there is a ready-made one for github alone",
      ),
    ),
    reply: { status: 201, schema: v.object({ integration: WithAddress, secret }), etag: true },
    problems: ["not_found", "conflict", "quota_exceeded"],
    idempotency_key: "names_created",
    event: "integration.created",
    calls_max: 2,
    example: {
      project_id: "prj_00000000000000000000000000",
      name: "Alerts",
      kind: "standard_webhooks",
      mapping: EXAMPLE_MAPPING,
    },
  }),
  listIntegrations: operation({
    method: "GET",
    path: "/v1/integrations",
    tag: "integrations",
    summary: "Integrations of a project, also of a deleted one that can still be restored",
    ...reads,
    query: v.strictObject({ ...PageQuery, project_id: ProjectId }),
    reply: { status: 200, schema: page("integrations", WithAddress) },
    problems: ["not_found"],
    event: "integration.read",
    calls_max: 2,
  }),
  readIntegration: operation({
    method: "GET",
    path: "/v1/integrations/{integration_id}",
    tag: "integrations",
    summary: "One integration, with its address and its mapping",
    ...reads,
    params,
    reply: { status: 200, schema: v.object({ integration: WithAddress }), etag: true },
    problems: ["not_found"],
    event: "integration.read",
    calls_max: 3,
  }),
  updateIntegration: operation({
    method: "PATCH",
    path: "/v1/integrations/{integration_id}",
    tag: "integrations",
    summary: "Change an integration's name, role or mapping, or suspend it",
    description: "What is suspended is refused from the next delivery on. The kind stays.",
    ...changes,
    if_match: "required",
    params,
    body: v.pipe(
      v.strictObject({
        name: v.optional(name),
        role: v.optional(role),
        mapping: v.optional(mapping),
        hmac: v.optional(hmac),
        status: v.optional(IntegrationStatus),
      }),
      v.check((change) => Object.keys(change).length > 0, "expected a field to change"),
    ),
    reply: { status: 200, schema: v.object({ integration: WithAddress }), etag: true },
    problems: ["not_found", "conflict"],
    event: "integration.updated",
    calls_max: 3,
    example: { status: "suspended" },
  }),
  rotateIntegrationSecret: operation({
    method: "POST",
    path: "/v1/integrations/{integration_id}/rotate",
    tag: "integrations",
    summary: "Give an integration another secret; the present ones hold for a while more",
    description:
      "Answers the new secret once, unless the other side gave it. `overlap_seconds`: 0 to 604,800, by default a day. With 0 the old ones fail from the next delivery on.",
    ...changes,
    params,
    body: v.strictObject({
      secret: v.optional(GivenSecret),
      overlap_seconds: v.optional(
        v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(604_800)),
        86_400,
      ),
    }),
    reply: { status: 200, schema: v.object({ integration: WithAddress, secret }), etag: true },
    problems: ["not_found", "conflict", "quota_exceeded"],
    event: "integration.secret_rotated",
    calls_max: 4,
    example: { overlap_seconds: 3_600 },
  }),
  deleteIntegration: operation({
    method: "DELETE",
    path: "/v1/integrations/{integration_id}",
    tag: "integrations",
    summary: "Delete an integration with its failures; its tasks stay",
    ...changes,
    params,
    reply: { status: 204 },
    problems: ["not_found", "conflict"],
    event: "integration.deleted",
    calls_max: 3,
  }),
  listHookFailures: operation({
    method: "GET",
    path: "/v1/integrations/{integration_id}/failures",
    tag: "integrations",
    summary: "Deliveries that could not have their effect, newest first",
    description:
      "Kept for 30 days, the last 200 of them. `pointer` leads into the mapping, where that is at fault.",
    ...reads,
    params,
    query: v.strictObject(PageQuery),
    reply: { status: 200, schema: page("failures", HookFailure) },
    problems: ["not_found"],
    event: "integration.read",
    calls_max: 4,
  }),
  replayHookFailure: operation({
    method: "POST",
    path: "/v1/integrations/{integration_id}/failures/{failure_id}/replay",
    tag: "integrations",
    summary: "Try a failed delivery again, under the mapping of now",
    description: "It happened when it happened: what has changed since then is not undone.",
    ...reads,
    params: failureParams,
    reply: { status: 200, schema: v.object({ delivery: InboundDelivery }) },
    problems: ["not_found", "conflict"],
    event: "hook.replayed",
    calls_max: 4,
  }),
  receiveHook: operation({
    method: "POST",
    path: "/v1/hooks/{integration}",
    tag: "integrations",
    summary: "Send an event (Standard Webhooks, GitHub, or HMAC by a header)",
    description:
      "The signature is over the raw body, as the integration's kind says; a signed time may be 300 seconds away. A delivery is taken once: another with its id, or with its body, is refused for 24 hours, but for one that is signed anew because nobody answered. `Taskward-Hops` says through how many webhooks it came; from 3 on it is stopped.",
    caller: "integration",
    rate: { class: "api" },
    params: v.strictObject({
      integration: v.pipe(
        v.string(),
        v.regex(
          /^twi_1\.[a-z0-9]{1,16}\.[a-z0-9-]{2,32}\.int_[0-9a-hjkmnp-tv-z]{26}\.[A-Za-z0-9_-]{43}$/u,
          "expected the last part of an integration's address",
        ),
        v.title("Last part of an integration's address"),
      ),
    }),
    raw_body: true,
    body_bytes_max: 1_048_576,
    reply: { status: 202, schema: v.object({ delivery: InboundDelivery }) },
    problems: ["not_found", "signature_refused", "delivery_replayed"],
    event: "hook.received",
    calls_max: 1,
  }),
};
