// Deliveries of GitHub in their published shape (docs.github.com, "Webhook events and payloads"; octokit/webhooks,
// payload-examples), with what a mapping looks at and some of what stands around it.

const repository = (pushed_at: string | number = "2026-01-01T00:00:00Z") => ({
  id: 1296269,
  node_id: "MDEwOlJlcG9zaXRvcnkxMjk2MjY5",
  name: "octo-repo",
  full_name: "octo-org/octo-repo",
  private: false,
  owner: { login: "octo-org", id: 6811672, type: "Organization", site_admin: false },
  html_url: "https://github.com/octo-org/octo-repo",
  fork: false,
  created_at: typeof pushed_at === "number" ? 1557933565 : "2019-05-15T15:19:25Z",
  updated_at: "2019-05-15T15:21:03Z",
  pushed_at,
  default_branch: "main",
  open_issues_count: 1,
});

const sender = { login: "octocat", id: 583231, type: "User", site_admin: false };

interface Fields {
  readonly title: string;
  readonly updated_at: string;
  readonly body?: string | null;
  readonly state_reason?: string;
}

const issueOf = (
  number: number,
  action: string,
  { title, updated_at, body = "What was seen", state_reason }: Fields,
) => ({
  url: `https://api.github.com/repos/octo-org/octo-repo/issues/${number}`,
  html_url: `https://github.com/octo-org/octo-repo/issues/${number}`,
  id: 444500041 + number,
  number,
  title,
  user: sender,
  labels: [],
  state: action === "closed" ? "closed" : "open",
  locked: false,
  assignee: null,
  comments: 0,
  created_at: "2026-01-01T00:00:00Z",
  updated_at,
  closed_at: action === "closed" ? updated_at : null,
  author_association: "OWNER",
  body,
  state_reason: state_reason ?? null,
});

export const issue = (number: number, action: string, fields: Fields) => ({
  action,
  issue: issueOf(number, action, fields),
  repository: repository(),
  sender,
});

export const comment = (number: number, action: string, fields: Fields) => ({
  ...issue(number, action, fields),
  comment: { id: 492700400, body: "You are totally right!", user: sender, created_at: fields.updated_at },
});

export const pullRequest = (
  number: number,
  action: string,
  fields: Fields & { readonly merged?: boolean },
) => ({
  action,
  number,
  pull_request: {
    html_url: `https://github.com/octo-org/octo-repo/pull/${number}`,
    id: 279147437 + number,
    number,
    state: action === "closed" ? "closed" : "open",
    title: fields.title,
    user: sender,
    body: fields.body ?? "This is a pretty simple change.",
    created_at: "2026-01-01T00:00:00Z",
    updated_at: fields.updated_at,
    merged_at: fields.merged ? fields.updated_at : null,
    draft: false,
    head: { ref: "changes", sha: "ec26c3e57ca3a959ca5aad62de7213c562f8c821" },
    base: { ref: "main", sha: "f95f852bd8fca8fcc58a9a2d6c842781e32a215e" },
    merged: fields.merged ?? false,
    commits: 1,
  },
  repository: repository(),
  sender,
});

let commits = 0;

export const push = (ref: string, messages: readonly string[], pushed_at: string) => ({
  ref,
  before: "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
  after: "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c",
  repository: repository(Math.floor(Date.parse(pushed_at) / 1000)),
  pusher: { name: "octocat", email: "octocat@users.noreply.github.com" },
  sender,
  created: false,
  deleted: false,
  forced: false,
  commits: messages.map((message) => {
    commits += 1;
    const id = commits.toString(16).padStart(40, "0");
    return {
      id,
      tree_id: "f9d2a07e9488b91af2641b26b9407fe22a451433",
      distinct: true,
      message,
      timestamp: pushed_at,
      url: `https://github.com/octo-org/octo-repo/commit/${id}`,
      author: { name: "octocat", email: "octocat@users.noreply.github.com", username: "octocat" },
      added: [],
      removed: [],
      modified: ["README.md"],
    };
  }),
});
