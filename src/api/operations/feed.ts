// The change feed of a project, and what happened to one task.
import * as v from "valibot";
import { Change, FeedPosition } from "../../schema/change.ts";
import { ProjectId, TaskId } from "../../schema/identifier.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

export const feedOperations = {
  listChanges: operation({
    method: "GET",
    path: "/v1/projects/{project_id}/events",
    tag: "projects",
    summary: "Changes of a project after a number, oldest first",
    description:
      "Changes are numbered 1, 2, 3 … without gaps. Without `after` the answer has none and tells the newest number: read it, list the tasks, then follow `after` that number.",
    caller: "session",
    api_tokens: true,
    permission: "task:read",
    rate: { class: "api" },
    params: v.strictObject({ project_id: ProjectId }),
    query: v.strictObject({
      limit: PageQuery.limit,
      after: v.optional(
        v.pipe(v.string(), v.regex(/^[0-9]{1,15}$/u, "expected the number of a change"), v.transform(Number)),
      ),
    }),
    reply: {
      status: 200,
      schema: v.object({
        changes: v.array(Change),
        count: v.number(),
        next_after: FeedPosition,
        newest: FeedPosition,
      }),
    },
    problems: ["not_found", "cursor_expired"],
    event: "feed.read",
    calls_max: 2,
  }),
  listActivity: operation({
    method: "GET",
    path: "/v1/projects/{project_id}/tasks/{task_id}/activity",
    tag: "tasks",
    summary: "What happened to a task, newest first",
    caller: "session",
    api_tokens: true,
    permission: "task:read",
    rate: { class: "api" },
    params: v.strictObject({ project_id: ProjectId, task_id: TaskId }),
    query: v.strictObject(PageQuery),
    reply: { status: 200, schema: page("changes", Change) },
    problems: ["not_found"],
    event: "feed.read",
    calls_max: 2,
  }),
};
