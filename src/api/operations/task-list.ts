// The list of a project's tasks.
import * as v from "valibot";
import { context } from "../../schema/context.ts";
import { ActorId, PrincipalId, ProjectId, TaskId } from "../../schema/identifier.ts";
import { Label, PRIORITIES, Skill, TASK_STATUSES, Task, TaskSort } from "../../schema/project.ts";
import { line, Timestamp } from "../../schema/text.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

/** Words with commas between them. */
const someOf = <const Word extends string>(words: readonly Word[]) =>
  v.pipe(
    v.string(),
    v.regex(
      new RegExp(`^(?:${words.join("|")})(?:,(?:${words.join("|")})){0,9}$`, "u"),
      `expected some of ${words.join(", ")}, with commas between them`,
    ),
    v.transform((text) => [...new Set(text.split(",") as Word[])]),
  );

export const taskListOperations = {
  listTasks: operation({
    method: "GET",
    path: "/v1/projects/{project_id}/tasks",
    tag: "tasks",
    summary: "Tasks of a project: filtered, searched, sorted",
    description:
      "Oldest first, if nothing else is asked for. All filters hold at once. `search` finds tasks whose title or description has all of its words, or words that begin so. A minus before `sort` turns the order round; tasks without a due time come after all others; titles are sorted by their first 40 characters. While tasks change between pages, those that keep their place in the order are seen exactly once.",
    caller: "session",
    api_tokens: true,
    permission: "task:read",
    rate: { class: "api" },
    params: v.strictObject({ project_id: ProjectId }),
    query: v.strictObject({
      ...PageQuery,
      status: v.optional(someOf(TASK_STATUSES)),
      priority: v.optional(someOf(PRIORITIES)),
      label: v.optional(Label),
      skill: v.optional(Skill),
      assigned_to: v.optional(v.union([v.literal("none"), PrincipalId])),
      parent_id: v.optional(v.union([v.literal("none"), TaskId])),
      created_by: v.optional(ActorId),
      blocked: v.optional(v.picklist(["true", "false"])),
      due_before: v.optional(Timestamp),
      due_after: v.optional(Timestamp),
      search: v.optional(
        v.pipe(
          line(200),
          v.check((text) => text.trim().split(/\s+/u).length <= 10, "expected at most 10 words"),
          context("search"),
        ),
      ),
      sort: v.optional(TaskSort, "number"),
    }),
    reply: { status: 200, schema: page("tasks", Task) },
    problems: ["not_found"],
    event: "task.read",
    calls_max: 2,
  }),
};
