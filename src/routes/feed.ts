// Handlers of a project's change feed.
import { type Handlers, replyWith } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import { projectOf } from "./projects.ts";

export const feedHandlers: Handlers<"listChanges" | "listActivity"> = {
  listChanges(call) {
    const { after = null, limit } = call.query;
    return replyWith(projectOf(call).changes(call.actor, after, limit), (page) => ({
      ...page,
      changes: [...page.changes],
      count: page.changes.length,
    }));
  },

  listActivity(call) {
    return replyPage(call, "changes", (limit, before) =>
      projectOf(call).activity(call.actor, call.params.task_id, limit, before),
    );
  },
};
