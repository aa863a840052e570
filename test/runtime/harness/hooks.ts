// Integrations as tests need them: made by a project's owner, and sending what the published library signs.
import { Webhook } from "standardwebhooks";
import { randomId } from "../../../src/protocol/random.ts";
import { clock } from "./clock.ts";
import type { Person } from "./people.ts";
import { newAddress, type Sending, send } from "./worker.ts";

/** `{"id", "state", "title", "at"}`: a thing becomes a task, and is done when it is over. */
export const THINGS = {
  rules: [
    {
      name: "A thing becomes a task",
      when: [{ body: "/state", one_of: ["begun", "over"] }],
      at: "/at",
      actions: [{ action: "create_task" as const, task: "thing:{{/id}}", title: "{{/title}}" }],
    },
    {
      name: "A thing that is over is done",
      when: [{ body: "/state", equals: "over" }],
      at: "/at",
      actions: [{ action: "complete" as const, task: "thing:{{/id}}" }],
    },
    {
      name: "A thing that begins again is open",
      when: [{ body: "/state", equals: "again" }],
      at: "/at",
      actions: [{ action: "change_status" as const, task: "thing:{{/id}}", status: "open" as const }],
    },
    {
      name: "What is said of a thing is a comment",
      when: [{ body: "/said", exists: true }],
      actions: [
        {
          action: "comment" as const,
          task: "thing:{{/id}}",
          comment: "thing:{{/id}}/{{/said}}",
          text: "{{/said}}",
        },
      ],
    },
  ],
};

export interface Integration {
  readonly id: string;
  /** Path of its address. */
  readonly path: string;
  readonly secret: string;
  readonly etag: string;
}

type NewBody = Parameters<Person["client"]["createIntegration"]>[0]["body"];

export async function newIntegration(
  by: Person,
  project_id: string,
  more: Partial<NewBody> = {},
): Promise<Integration> {
  await by.recent();
  const body = { project_id, name: "Things", kind: "standard_webhooks" as const, mapping: THINGS, ...more };
  const made = await by.client.createIntegration({ body });
  const { integration, secret } = made.body;
  const path = new URL(integration.address).pathname;
  return { id: integration.id, path, secret: secret ?? more.secret!, etag: made.etag! };
}

interface Signed {
  readonly id?: string;
  readonly at_ms?: number;
}

/** The headers of Standard Webhooks, as its own library makes them. */
export function signed(
  secret: string,
  payload: string,
  { id = randomId("msg_"), at_ms = clock.now_ms() }: Signed = {},
) {
  const at = new Date(at_ms);
  return {
    "Content-Type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, at, payload),
  };
}

/** What GitHub sends with a body. */
export async function signedByGitHub(
  secret: string,
  payload: string,
  delivery: string = crypto.randomUUID(),
) {
  return {
    "Content-Type": "application/json",
    "X-GitHub-Event": "issues",
    "X-GitHub-Delivery": delivery,
    "X-Hub-Signature-256": `sha256=${await hmacHex(secret, payload)}`,
  };
}

export async function hmacHex(secret: string, payload: string): Promise<string> {
  const bytes = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes.encode(secret), algorithm, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes.encode(payload)));
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Sends a payload to the integration, signed by the library unless `sending` says otherwise. */
export function sendThing(
  { path, secret }: Pick<Integration, "path" | "secret">,
  payload: unknown,
  { id, at_ms, ...sending }: Signed & Sending = {},
): Promise<Response> {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  const headers = {
    ...signed(secret, body, { ...(id && { id }), ...(at_ms && { at_ms }) }),
    ...sending.headers,
  };
  return send(path, { method: "POST", address: newAddress(), body, ...sending, headers });
}

/** The id of a delivery that failed. */
export async function failedDelivery(integration: Integration): Promise<string> {
  const answer = await sendThing(integration, { id: randomId("thing_"), state: "again", at: isoNow() });
  return (await answer.json<{ delivery: { id: string } }>()).delivery.id;
}

export const isoNow = (): string => new Date(clock.now_ms()).toISOString();
