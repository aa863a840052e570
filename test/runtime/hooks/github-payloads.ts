// Deliveries of GitHub as its users recorded them (`@octokit/webhooks-examples`), and copies in which only that differs
// which a test is about. No closed issue was recorded but the one that was then deleted: its frame is another's.
import type { WebhookDefinition } from "@octokit/webhooks-examples";
import recorded from "@octokit/webhooks-examples/api.github.com/index.json";

type EventName = WebhookDefinition["name"];
type Payload<Name extends EventName> = WebhookDefinition<Name>["examples"][number];

/** Every recorded delivery, by the name of its event. */
export const allRecorded = recorded.flatMap(({ name, examples }) =>
  examples.map((payload) => ({ name, payload })),
);

/** The recorded deliveries of an event; of one action where that is given. */
export function recordedOf<Name extends EventName>(event: Name, action?: string): Payload<Name>[] {
  const { examples } = recorded.find(({ name }) => name === event)!;
  const isMeant = (payload: object) =>
    action === undefined || ("action" in payload && payload.action === action);
  return examples.filter(isMeant) as Payload<Name>[];
}

export const REPOSITORY = "Codertocat/Hello-World";

interface Fields {
  readonly title: string;
  readonly updated_at: string;
  readonly body?: string | null;
  readonly state_reason?: string;
}

export function issue(number: number, action: string, { title, updated_at, ...more }: Fields) {
  const frame = recordedOf("issues", action)[0] ?? recordedOf("issues", "opened")[0]!;
  const like = action === "closed" ? recordedOf("issues", "deleted")[0]! : frame;
  const html_url = `https://github.com/${REPOSITORY}/issues/${number}`;
  return { ...frame, action, issue: { ...like.issue, number, html_url, title, updated_at, ...more } };
}

export function comment(number: number, { title, updated_at }: Fields) {
  const said = recordedOf("issue_comment", "created")[0]!;
  return { ...said, issue: { ...said.issue, number, title, updated_at } };
}

export function pullRequest(
  number: number,
  action: string,
  { title, updated_at, merged = false }: Fields & { readonly merged?: boolean },
) {
  const like = recordedOf("pull_request", action)[0]!;
  const { pull_request } = like;
  return { ...like, number, pull_request: { ...pull_request, number, title, updated_at, merged } };
}

let commits = 0;

export function push(ref: string, messages: readonly string[], pushed_at: string) {
  const like = recordedOf("push").find((each) => each.commits.length > 0)!;
  const repository = { ...like.repository, pushed_at: Math.floor(Date.parse(pushed_at) / 1000) };
  return {
    ...like,
    ref,
    repository,
    commits: messages.map((message) => {
      commits += 1;
      const id = commits.toString(16).padStart(40, "0");
      const url = `https://github.com/${REPOSITORY}/commit/${id}`;
      return { ...like.commits[0]!, id, url, message, timestamp: pushed_at };
    }),
  };
}
