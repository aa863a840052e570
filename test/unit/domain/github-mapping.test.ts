// The mapping for GitHub: which delivery does what, in full; and what looks like another event does nothing.
import { describe, expect, test } from "vitest";
import { GITHUB_MAPPING } from "../../../src/domain/github-mapping.ts";
import { effectsOf } from "../../../src/domain/hook-effects.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");
const effects = (body: unknown) => {
  const made = effectsOf(GITHUB_MAPPING, { body, headers: {}, at_ms: NOW_MS });
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value.map(({ place: _, ...effect }) => effect);
};
const repository = {
  full_name: "octo-org/octo-repo",
  default_branch: "main",
  pushed_at: Date.parse("2026-02-01T08:00:00Z") / 1000,
};
interface Fields {
  readonly title: string;
  readonly updated_at: string;
  readonly body?: string | null;
  readonly state_reason?: string | null;
}
const of = (kind: string, number: number, more: object) => ({
  number,
  html_url: `https://github.com/octo-org/octo-repo/${kind}/${number}`,
  ...more,
});
const issue = (number: number, action: string, fields: Fields) => ({
  action,
  issue: of("issues", number, { body: "What was seen", state_reason: null, ...fields }),
  repository,
});
const comment = (number: number, action: string, fields: Fields) => ({
  ...issue(number, action, fields),
  comment: { id: 1, body: "closes #1" },
});
const pullRequest = (number: number, action: string, fields: Fields & { readonly merged?: boolean }) => ({
  action,
  number,
  pull_request: of("pull", number, { body: "This is a pretty simple change.", merged: false, ...fields }),
  repository,
});
const push = (ref: string, messages: readonly string[]) => ({
  ref,
  after: "0d1a26e6",
  repository,
  pusher: { name: "octocat" },
  commits: messages.map((message, at) => ({
    id: `${at}f`,
    distinct: true,
    message,
    url: `https://github.com/octo-org/octo-repo/commit/${at}f`,
  })),
});

const fields = { title: "It breaks", updated_at: "2026-02-01T08:00:00Z" };
const about = { external_id: "github:octo-org/octo-repo#7", at_ms: Date.parse(fields.updated_at) };
const taskOf = (kind: "issues" | "pull", text: string, ...labels: string[]) => ({
  ...about,
  kind: "create_task",
  title: "It breaks",
  description: `https://github.com/octo-org/octo-repo/${kind}/7\n\n${text}`,
  labels: ["github", ...labels],
  priority: "normal",
});
const move = (status: string) => ({ ...about, kind: "move", status, result: null, if_unknown: "fail" });

describe("an issue", () => {
  const task = taskOf("issues", "What was seen");

  test("that is opened becomes a task, without a text as well", () => {
    expect(effects(issue(7, "opened", fields))).toEqual([task]);
    expect(effects(issue(7, "opened", { ...fields, body: null }))).toEqual([
      { ...task, description: "https://github.com/octo-org/octo-repo/issues/7" },
    ]);
  });

  test.each([
    ["completed", "done"],
    [undefined, "done"],
    ["not_planned", "cancelled"],
    ["duplicate", "cancelled"],
  ])("that is closed as %s makes its task %s, known or not", (state_reason, status) => {
    const reason = state_reason === undefined ? {} : { state_reason };
    expect(effects(issue(7, "closed", { ...fields, ...reason }))).toEqual([task, move(status)]);
  });

  test("that is closed for a reason nobody knows is a task that stays as it is", () => {
    expect(effects(issue(7, "closed", { ...fields, state_reason: "reopened" }))).toEqual([task]);
  });

  test("that is reopened is open again", () => {
    expect(effects(issue(7, "reopened", fields))).toEqual([task, move("open")]);
  });

  test.each(["edited", "labeled", "deleted", "created"])("that is %s does nothing", (action) => {
    expect(effects(issue(7, action, fields))).toEqual([]);
  });
});

describe("a pull request", () => {
  const task = taskOf("pull", "This is a pretty simple change.", "pull request");

  test("becomes a task, is done when merged, cancelled when not, and open again", () => {
    expect(effects(pullRequest(7, "opened", fields))).toEqual([task]);
    expect(effects(pullRequest(7, "closed", { ...fields, merged: true }))).toEqual([task, move("done")]);
    expect(effects(pullRequest(7, "closed", fields))).toEqual([task, move("cancelled")]);
    expect(effects(pullRequest(7, "reopened", fields))).toEqual([task, move("open")]);
    expect(effects(pullRequest(7, "synchronize", fields))).toEqual([]);
  });

  test("without a text is a task with its address alone", () => {
    const body = pullRequest(7, "opened", fields);
    const silent = { ...body, pull_request: { ...body.pull_request, body: null } };
    expect(effects(silent)).toEqual([
      { ...task, description: "https://github.com/octo-org/octo-repo/pull/7" },
    ]);
  });
});

describe("what an event is follows from the whole of its body", () => {
  const opened = issue(7, "opened", fields);
  const pull = pullRequest(7, "opened", fields);
  const beside = { comment: { id: 1 }, review: { id: 2 } };

  test("a comment or a review is neither an issue nor a pull request", () => {
    expect(effects(comment(7, "opened", fields))).toEqual([]);
    for (const [name, value] of Object.entries(beside)) {
      expect(effects({ ...opened, [name]: value }), name).toEqual([]);
      expect(effects({ ...pull, [name]: value }), name).toEqual([]);
    }
  });

  test("a body with an issue and a pull request is neither", () => {
    expect(effects({ ...opened, ...pull })).toEqual([]);
    expect(effects({ ...opened, pull_request: {} })).toEqual([]);
    expect(effects({ ...pull, issue: {} })).toEqual([]);
  });

  test("an issue or a pull request without its number is none", () => {
    expect(effects({ ...opened, issue: { ...opened.issue, number: null } })).toEqual([]);
    expect(effects({ ...pull, number: null })).toEqual([]);
    expect(effects({ ...pull, pull_request: { ...pull.pull_request, number: null } })).toEqual([]);
  });
});

describe("a push", () => {
  const pushed = push("refs/heads/main", ["Mend it, fixes #7", "Words alone"]);

  test("to the default branch closes what its commits say, and says so at the task", () => {
    const { id, url } = pushed.commits[0]!;
    expect(effects(pushed)).toEqual([
      { ...taskOf("issues", ""), title: "octo-org/octo-repo#7", description: url },
      {
        ...about,
        kind: "comment",
        comment_id: `github:octo-org/octo-repo@${id}#7`,
        text: `${url}\n\nMend it, fixes #7`,
        if_unknown: "ignore",
      },
      move("done"),
    ]);
  });

  test("to another branch, of commits that are known, or without a pusher does nothing", () => {
    expect(effects({ ...pushed, ref: "refs/heads/other" })).toEqual([]);
    expect(effects({ ...pushed, ref: "refs/tags/main" })).toEqual([]);
    const known = pushed.commits.map((each) => ({ ...each, distinct: false }));
    expect(effects({ ...pushed, commits: known })).toEqual([]);
    expect(effects({ ...pushed, pusher: null })).toEqual([]);
    expect(effects({ ...pushed, after: null })).toEqual([]);
  });
});
