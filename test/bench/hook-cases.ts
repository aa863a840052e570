// Inbound webhooks: each delivery is good for once, so each is made and signed anew, as GitHub does, shortly before it is
// sent. One integration for each caller, in their own project; every delivery becomes a task there.
import { createHmac, randomUUID } from "node:crypto";
import { callThenWrite } from "./bare-cases.ts";
import type { Case, Side } from "./case.ts";
import { Connection, requestBytes } from "./http.ts";
import { clientHeaders, type Population } from "./seed.ts";
import { throughputCase } from "./throughput.ts";

interface Inbox {
  readonly from: string;
  readonly path: string;
  readonly secret: string;
}

/** Of the server that runs now. */
let inboxes: Inbox[] = [];
let issues = 0;

function delivery({ from, path, secret }: Inbox): Buffer {
  issues += 1;
  const html_url = `https://github.com/octo-org/octo-repo/issues/${issues}`;
  const body = {
    action: "opened",
    issue: {
      ...{
        number: issues,
        title: `Issue ${issues}`,
        html_url,
        state: "open",
        updated_at: "2026-01-01T00:00:00Z",
      },
      body: "The announcement does not say where it takes place.",
    },
    repository: { full_name: "octo-org/octo-repo", default_branch: "main" },
  };
  const signature = createHmac("sha256", secret).update(JSON.stringify(body)).digest("hex");
  const headers = {
    ...clientHeaders(from),
    "X-GitHub-Event": "issues",
    "X-GitHub-Delivery": randomUUID(),
    "X-Hub-Signature-256": `sha256=${signature}`,
  };
  return requestBytes("POST", path, headers, body);
}

/** Makes the integrations; throws unless a first delivery of each becomes a task. */
async function openInboxes(port: number, { principals }: Population): Promise<() => void> {
  const connection = await Connection.open(port);
  const send = async (request: Buffer, status: number) => {
    const reply = await connection.exchange(request);
    const text = reply.body.toString();
    if (reply.status !== status) throw new Error(`${reply.status}: ${text}`);
    return text;
  };
  inboxes = [];
  for (const { address, session_token, project_id } of principals) {
    const body = { project_id, name: "GitHub", kind: "github" };
    const request = requestBytes("POST", "/v1/integrations", clientHeaders(address, session_token), body);
    const made = JSON.parse(await send(request, 201)) as { integration: { address: string }; secret: string };
    const inbox = { from: address, path: new URL(made.integration.address).pathname, secret: made.secret };
    const told = await send(delivery(inbox), 202);
    if (!told.includes('"applied"')) throw new Error(told);
    inboxes.push(inbox);
  }
  connection.close();
  return () => {};
}

const receive: Side = {
  title: "POST /v1/hooks/{integration}, a task each",
  worker: "product",
  expected_status: 202,
  beside: openInboxes,
  requests: () => [],
  once: async (_, count) => Array.from({ length: count }, (_, i) => delivery(inboxes[i % inboxes.length]!)),
};

export const hookCases: Case[] = [
  {
    ...throughputCase({
      name: "hooks",
      title: "webhooks that come in",
      sides: [
        { side: callThenWrite, baseline: null },
        { side: receive, baseline: callThenWrite },
      ],
    }),
    by_name_only: true,
  },
];
