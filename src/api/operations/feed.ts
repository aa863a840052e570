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
    summary: "Changes of a project after a number, oldest first; as a page or a stream",
    description: [
      "Changes are numbered 1, 2, 3 … without gaps. Without `after` the answer has none and tells the newest number:",
      "read it, list the tasks, then follow `after` that number. With `Accept: text/event-stream` changes come as",
      "server-sent events (`Last-Event-ID` goes on where the last one was), and an upgrade gives a WebSocket with",
      'messages `{"changes": […]}`: say how far you are by sending the last number as text, at least every 1,000',
      "changes; `ping` is answered `pong`. Where `after` is no longer kept, a stream begins with `reset` and the number",
      "that it goes on from. Five streams at a time, which end with the session, the role or the membership.",
    ].join(" "),
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
      stream: true,
      schema: v.object({
        changes: v.array(Change),
        count: v.number(),
        next_after: FeedPosition,
        newest: FeedPosition,
      }),
    },
    problems: ["not_found", "cursor_expired", "too_many_streams"],
    event: "feed.read",
    calls_max: 3,
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
