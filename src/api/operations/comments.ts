// What people and workers say about a task.
import * as v from "valibot";
import { Comment, CommentText } from "../../schema/comment.ts";
import { CommentId, ProjectId, TaskId } from "../../schema/identifier.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

const params = v.strictObject({ project_id: ProjectId, task_id: TaskId });

export const commentOperations = {
  listComments: operation({
    method: "GET",
    path: "/v1/projects/{project_id}/tasks/{task_id}/comments",
    tag: "tasks",
    summary: "Comments on a task, oldest first",
    caller: "session",
    api_tokens: true,
    permission: "task:read",
    rate: { class: "api" },
    params,
    query: v.strictObject(PageQuery),
    reply: { status: 200, schema: page("comments", Comment) },
    problems: ["not_found"],
    event: "comment.read",
    calls_max: 2,
  }),
  createComment: operation({
    method: "POST",
    path: "/v1/projects/{project_id}/tasks/{task_id}/comments",
    tag: "tasks",
    summary: "Comment on a task",
    caller: "session",
    api_tokens: true,
    permission: "task:update",
    rate: { class: "task" },
    params,
    body: v.strictObject({ text: CommentText }),
    reply: { status: 201, schema: v.object({ comment: Comment }) },
    problems: ["not_found", "conflict", "quota_exceeded"],
    idempotency_key: "replayed",
    event: "comment.created",
    calls_max: 2,
    example: { text: "The printer is out of paper; I will go on tomorrow." },
  }),
  deleteComment: operation({
    method: "DELETE",
    path: "/v1/projects/{project_id}/tasks/{task_id}/comments/{comment_id}",
    tag: "tasks",
    summary: "Delete a comment of your own; the project's owner, any",
    caller: "session",
    api_tokens: true,
    permission: "task:update",
    rate: { class: "task" },
    params: v.strictObject({ project_id: ProjectId, task_id: TaskId, comment_id: CommentId }),
    reply: { status: 204 },
    problems: ["not_found", "conflict"],
    event: "comment.deleted",
    calls_max: 2,
  }),
};
