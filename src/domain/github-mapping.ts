// The ready-made mapping for GitHub: issues, pull requests and pushes to the default branch. No signature covers
// GitHub's header that names the event, so what an event is follows from the shape of its body: an issue event has an
// issue, and neither a comment nor a pull request; a pull request event has a number and no review; a push has a pusher.
import type { HookCondition, HookMapping } from "../schema/hook-mapping.ts";

const has = (body: string): HookCondition => ({ body, exists: true });
const hasNo = (body: string): HookCondition => ({ body, exists: false });
const action = (...one_of: string[]): HookCondition => ({ body: "/action", one_of });

const ISSUE = [has("/issue/number"), hasNo("/comment"), hasNo("/pull_request"), hasNo("/review")];
const PULL_REQUEST = [
  has("/pull_request/number"),
  has("/number"),
  hasNo("/issue"),
  hasNo("/comment"),
  hasNo("/review"),
];

const issue = "github:{{/repository/full_name}}#{{/issue/number}}";
const pull_request = "github:{{/repository/full_name}}#{{/pull_request/number}}";
const referred = "github:{{/repository/full_name}}#{{reference}}";

const more = { priority: "normal", labels: ["github"] } as const;
const known = { if_unknown: "fail", result: "" } as const;

export const GITHUB_MAPPING: HookMapping = {
  rules: [
    {
      name: "An issue becomes a task",
      when: [...ISSUE, action("opened", "reopened", "closed")],
      at: "/issue/updated_at",
      each: null,
      actions: [
        {
          action: "create_task",
          task: issue,
          title: "{{/issue/title}}",
          description: "{{/issue/html_url}}\n\n{{/issue/body?}}",
          ...more,
          labels: ["github"],
        },
      ],
    },
    {
      name: "A closed issue is done",
      when: [...ISSUE, action("closed"), { body: "/issue/state_reason", one_of: ["completed", null] }],
      at: "/issue/updated_at",
      each: null,
      actions: [{ action: "complete", task: issue, ...known }],
    },
    {
      name: "An issue that is closed as not planned is cancelled",
      when: [
        ...ISSUE,
        action("closed"),
        { body: "/issue/state_reason", one_of: ["not_planned", "duplicate"] },
      ],
      at: "/issue/updated_at",
      each: null,
      actions: [{ action: "change_status", task: issue, status: "cancelled", if_unknown: "fail" }],
    },
    {
      name: "A reopened issue is open again",
      when: [...ISSUE, action("reopened")],
      at: "/issue/updated_at",
      each: null,
      actions: [{ action: "change_status", task: issue, status: "open", if_unknown: "fail" }],
    },
    {
      name: "A pull request becomes a task",
      when: [...PULL_REQUEST, action("opened", "reopened", "closed")],
      at: "/pull_request/updated_at",
      each: null,
      actions: [
        {
          action: "create_task",
          task: pull_request,
          title: "{{/pull_request/title}}",
          description: "{{/pull_request/html_url}}\n\n{{/pull_request/body?}}",
          ...more,
          labels: ["github", "pull request"],
        },
      ],
    },
    {
      name: "A merged pull request is done",
      when: [...PULL_REQUEST, action("closed"), { body: "/pull_request/merged", equals: true }],
      at: "/pull_request/updated_at",
      each: null,
      actions: [{ action: "complete", task: pull_request, ...known }],
    },
    {
      name: "A pull request closed without a merge is cancelled",
      when: [...PULL_REQUEST, action("closed"), { body: "/pull_request/merged", equals: false }],
      at: "/pull_request/updated_at",
      each: null,
      actions: [{ action: "change_status", task: pull_request, status: "cancelled", if_unknown: "fail" }],
    },
    {
      name: "A reopened pull request is open again",
      when: [...PULL_REQUEST, action("reopened")],
      at: "/pull_request/updated_at",
      each: null,
      actions: [{ action: "change_status", task: pull_request, status: "open", if_unknown: "fail" }],
    },
    {
      name: "A push to the default branch does what its commits say they close",
      when: [
        has("/pusher"),
        has("/after"),
        { body: "/ref", equals: "refs/heads/{{/repository/default_branch}}" },
        { item: "/distinct", equals: true },
      ],
      at: "/repository/pushed_at",
      each: { items: "/commits", references: "/message" },
      actions: [
        {
          action: "create_task",
          task: referred,
          title: "{{/repository/full_name}}#{{reference}}",
          description: "{{item/url}}",
          ...more,
          labels: ["github"],
        },
        {
          action: "comment",
          task: referred,
          comment: "github:{{/repository/full_name}}@{{item/id}}#{{reference}}",
          text: "{{item/url}}\n\n{{item/message}}",
          if_unknown: "ignore",
        },
        { action: "complete", task: referred, ...known },
      ],
    },
  ],
};
