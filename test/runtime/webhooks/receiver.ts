// A receiver of webhooks as its owner would write one: it verifies by the published library and answers as it is told.
// It stands in for the network at one host; whatever else is asked for is none of its business.
import { Webhook } from "standardwebhooks";
import { vi } from "vitest";
import { objectOf, ringAlarm } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";

export interface Received {
  readonly id: string;
  readonly url: string;
  readonly at_ms: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

export type Answering = (received: Received) => Response | Promise<Response>;

export const OK: Answering = () => new Response("thanks");
const HOST = "hooks.example.com";
const receivers = new Map<string, Receiver>();
let paths = 0;

vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
  const request = new Request(input, init);
  const receiver = receivers.get(request.url);
  if (!receiver) throw new TypeError(`nobody is at ${request.url}`);
  if (init.redirect !== "manual") throw new Error("a redirect might be followed");
  return receiver.take(request);
});

export class Receiver {
  readonly url = `https://${HOST}/${paths++}`;
  readonly received: Received[] = [];
  answer: Answering;

  constructor(answer: Answering = OK) {
    this.answer = answer;
    receivers.set(this.url, this);
  }

  async take(request: Request): Promise<Response> {
    const text = await request.text();
    const headers = Object.fromEntries(request.headers);
    const { type, data } = JSON.parse(text) as Pick<Received, "type" | "data">;
    const { url } = request;
    const received = { url, headers, text, type, data, at_ms: Date.now(), id: headers["webhook-id"]! };
    this.received.push(received);
    return this.answer(received);
  }

  get types(): string[] {
    return this.received.map(({ type }) => type);
  }
}

/** Verifies as a receiver does that holds this secret; throws what the library throws. */
export function verify({ headers, text }: Received, secret: string): unknown {
  return new Webhook(secret).verify(text, headers);
}

export interface Registered {
  readonly id: string;
  readonly secret: string;
  readonly receiver: Receiver;
  readonly params: { readonly webhook_id: string };
  readonly stub: DurableObjectStub;
}

type NewWebhook = NonNullable<Parameters<Person["client"]["createWebhook"]>[0]>["body"];

/** An endpoint, and a receiver behind it. */
export async function register(
  by: Person,
  fields: Omit<NewWebhook, "url"> = {},
  receiver = new Receiver(),
): Promise<Registered> {
  const { client } = await by.recent();
  const { webhook, secret } = (await client.createWebhook({ body: { ...fields, url: receiver.url } })).body;
  const stub = objectOf("WEBHOOK_ENDPOINT", `${by.workspace}/${webhook.id}`);
  return { id: webhook.id, secret, receiver, params: { webhook_id: webhook.id }, stub };
}

/** Lets the project tell its endpoints, and these deliver what is due. */
export async function deliverAll(workspace: string, project_id: string, ...endpoints: Registered[]) {
  await ringAlarm(objectOf("PROJECT", `${workspace}/${project_id}`));
  for (const { stub } of endpoints) await ringAlarm(stub);
}
