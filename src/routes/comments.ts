// Handlers of comments on tasks.
import { type Handlers, replyChanged } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import { projectOf } from "./projects.ts";

export const commentHandlers: Handlers<"listComments" | "createComment" | "deleteComment"> = {
  listComments(call) {
    return replyPage(call, "comments", (limit, after) =>
      projectOf(call).comments(call.actor, call.params.task_id, limit, after),
    );
  },

  createComment(call) {
    const created = projectOf(call).createComment(call.actor, call.params.task_id, call.body.text);
    return replyChanged(created, (comment) => ({ comment }));
  },

  deleteComment(call) {
    const { task_id, comment_id } = call.params;
    return replyChanged(projectOf(call).deleteComment(call.actor, task_id, comment_id), () => undefined);
  },
};
