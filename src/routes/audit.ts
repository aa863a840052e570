// Handlers of the audit log's events.
import { type Handlers, replyWith } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import { streamOf } from "../protocol/json-lines.ts";
import type { EventFilter } from "../schema/messages/audit-log.ts";
import { ok } from "../schema/result.ts";
import { AUDIT_FORMATS, auditDocument } from "./audit-export.ts";

/** What a query asks for, beside where its pages begin and how they look. */
const filterOf = ({ limit: _limit, cursor: _cursor, format: _format, ...given }: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as EventFilter;

export const auditHandlers: Handlers<"listEvents" | "listSinks" | "exportEvents"> = {
  listEvents(call) {
    const filter = filterOf(call.query);
    const log = call.env.AUDIT_LOG.getByName(call.actor.workspace);
    return replyPage(call, "events", (limit, before) => log.events(filter, limit, before));
  },

  listSinks(call) {
    return replyWith(call.env.AUDIT_LOG.getByName(call.actor.workspace).sinks(), ({ log, sinks }) => ({
      sinks: [...sinks],
      count: sinks.length,
      log,
    }));
  },

  async exportEvents(call) {
    const { format } = call.query;
    const log = call.env.AUDIT_LOG.getByName(call.actor.workspace);
    return ok({
      document: streamOf(auditDocument(log, filterOf(call.query), AUDIT_FORMATS[format])),
      media_type: AUDIT_FORMATS[format].media_type,
      file_name: `audit-${call.actor.workspace}.${format === "csv" ? "csv" : "jsonl"}`,
    });
  },
};
