// Handlers of the audit log.
import type { Handlers } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import type { EventFilter } from "../schema/messages/audit-log.ts";

export const auditHandlers: Handlers<"listEvents"> = {
  listEvents(call) {
    const { limit: _limit, cursor: _cursor, ...given } = call.query;
    const filter = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as EventFilter;
    const log = call.env.AUDIT_LOG.getByName(call.actor.workspace);
    return replyPage(call, "events", (limit, before) => log.events(filter, limit, before));
  },
};
