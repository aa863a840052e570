// Reading the audit log. Reading it is itself audited.
import * as v from "valibot";
import { AuditEvent, CATEGORIES, SEVERITIES } from "../../schema/audit-event.ts";
import { PrincipalId } from "../../schema/identifier.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

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
      event_type: v.optional(
        v.pipe(v.string(), v.regex(/^[a-z_]+\.[a-z_]+$/u, "expected a type such as task.created")),
      ),
      category: v.optional(v.picklist(CATEGORIES)),
      severity: v.optional(v.picklist(SEVERITIES)),
      user_id: v.optional(PrincipalId),
      decision: v.optional(v.picklist(["allow", "deny"])),
    }),
    reply: { status: 200, schema: page("events", AuditEvent) },
    event: "audit.read",
    calls_max: 2,
  }),
};
