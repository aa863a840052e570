// Reading the audit log. Reading it is itself audited.
import * as v from "valibot";
import { AuditEvent, CATEGORIES, SEVERITIES } from "../../schema/audit-event.ts";
import { LogLag, SinkStatus } from "../../schema/audit-sink.ts";
import { ActorId } from "../../schema/identifier.ts";
import { Timestamp, toIso } from "../../schema/text.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

/** A moment, as events carry it: ISO 8601 in UTC with milliseconds. */
const Moment = v.pipe(
  Timestamp,
  v.transform((text) => toIso(Date.parse(text))),
);

const EventFilterQuery = {
  event_type: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z_]+\.[a-z_]+$/u, "expected a type such as task.created")),
  ),
  category: v.optional(v.picklist(CATEGORIES)),
  severity: v.optional(v.picklist(SEVERITIES)),
  user_id: v.optional(ActorId),
  decision: v.optional(v.picklist(["allow", "deny"])),
  target: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_:.-]{1,100}$/u, "expected an id"))),
  since: v.optional(v.pipe(Moment, v.description("At that time or later"))),
  until: v.optional(v.pipe(Moment, v.description("Before that time"))),
};

export const auditOperations = {
  listEvents: operation({
    method: "GET",
    path: "/v1/audit/events",
    tag: "audit",
    summary: "Audit events, newest first",
    caller: "session",
    api_tokens: true,
    permission: "system:audit",
    rate: { class: "api" },
    query: v.strictObject({
      ...PageQuery,
      ...EventFilterQuery,
    }),
    reply: { status: 200, schema: page("events", AuditEvent) },
    event: "audit.read",
    calls_max: 2,
  }),
  listSinks: operation({
    method: "GET",
    path: "/v1/audit/sinks",
    tag: "audit",
    summary: "Where audit events are streamed to, and how far each destination has come",
    caller: "session",
    api_tokens: true,
    permission: "system:audit",
    rate: { class: "api" },
    reply: { status: 200, schema: v.object({ sinks: v.array(SinkStatus), count: v.number(), log: LogLag }) },
    problems: ["not_found"],
    event: "audit.sinks_read",
    calls_max: 2,
  }),
  exportEvents: operation({
    method: "GET",
    path: "/v1/audit/export",
    tag: "audit",
    summary: "Audit events as a document, newest first",
    description:
      "JSON Lines, CSV that a spreadsheet takes no cell of for a formula, or OCSF 1.3 (class 6003) as JSON Lines. It is streamed: what it costs grows with the log alone, by a call for each 2,000 events.",
    caller: "session",
    api_tokens: true,
    permission: "system:audit",
    rate: { class: "api", cost: 5 },
    query: v.strictObject({
      ...EventFilterQuery,
      format: v.optional(v.picklist(["jsonl", "csv", "ocsf"]), "jsonl"),
    }),
    reply: { status: 200, media_type: "application/x-ndjson", media: ["text/csv"] },
    event: "audit.exported",
    calls_max: 2,
  }),
};
