// A system whose things become tasks by signed webhooks: it sends each event until it is taken, signed anew each time as
// senders do, and some once more than needed.
import { Webhook } from "standardwebhooks";
import type { Random } from "../../scripts/training/random.ts";
import type { Client } from "../../src/api/client.ts";
import { AnswerError, ConnectionError, ProblemError } from "../../src/api/client.ts";
import { act, oneOf, type Stage } from "./stage.ts";

const MAPPING = {
  rules: [
    {
      name: "A thing becomes a task",
      when: [{ body: "/state", one_of: ["begun", "over"] }],
      at: "/at",
      actions: [{ action: "create_task" as const, task: "thing:{{/id}}", title: "Thing {{/id}}" }],
    },
    {
      name: "A thing that is over is done",
      when: [{ body: "/state", equals: "over" }],
      at: "/at",
      actions: [{ action: "complete" as const, task: "thing:{{/id}}" }],
    },
  ],
};

export class Sender {
  readonly #stage: Stage;
  readonly #random: Random;
  #address = "";
  #secret = "";
  #sent = 0;
  /** What its own clock last showed, in ms: that does not go back with the service's. */
  #now_ms = 0;
  /** Events as they were sent: of these some come again. */
  readonly #past: { id: string; text: string }[] = [];

  constructor(stage: Stage, random: Random) {
    this.#stage = stage;
    this.#random = random;
  }

  async begin(owner: Client, project_id: string): Promise<void> {
    const body = { project_id, name: "Things", kind: "standard_webhooks" as const, mapping: MAPPING };
    const { integration, secret } = (await owner.createIntegration({ body })).body;
    this.#address = this.#stage.server.origin + new URL(integration.address).pathname;
    this.#secret = secret!;
  }

  act(): Promise<void> {
    return act(this.#stage, this.#random, [
      [3, () => this.#begin()],
      [2, () => this.#finish()],
      [1, () => this.#sendAgain()],
    ]);
  }

  async #begin(): Promise<void> {
    this.#sent += 1;
    await this.#send("begun", String(this.#sent));
  }

  async #finish(): Promise<void> {
    const begun = [...this.#stage.ledger.things].filter(([, state]) => state === "begun");
    const thing = oneOf(this.#random, begun);
    if (thing) await this.#send("over", thing[0]);
  }

  /** Later than any that it gave before. */
  #time(): Date {
    this.#now_ms = Math.max(this.#now_ms + 1, this.#stage.machine.now_ms());
    return new Date(this.#now_ms);
  }

  async #send(state: "begun" | "over", id: string): Promise<void> {
    const at = this.#time().toISOString();
    const event = { id: `msg_${crypto.randomUUID()}`, text: JSON.stringify({ id, state, at }) };
    const taken = await this.#stage.caller.insist("thing", () => this.#post(event));
    if (!taken.ok) return;
    this.#stage.ledger.things.set(id, state);
    this.#past.push(event);
  }

  async #sendAgain(): Promise<void> {
    const event = oneOf(this.#random, this.#past.slice(-20));
    if (event) await this.#stage.caller.insist("thing again", () => this.#post(event), ["delivery_replayed"]);
  }

  async #post({ id, text }: { id: string; text: string }): Promise<void> {
    // What is signed with a time before that of the event counts as of then: it would seem to be older than the last one.
    const at = this.#time();
    const headers = {
      "Content-Type": "application/json",
      "cf-connecting-ip": "192.0.2.77",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(this.#secret).sign(id, at, text),
    };
    const send = async () => {
      const answer = await fetch(this.#address, { method: "POST", headers, body: text });
      return { answer, body: await answer.text() };
    };
    const { answer, body } = await send().catch((cause) => {
      throw new ConnectionError("no answer", { cause });
    });
    const media = answer.headers.get("content-type") ?? "";
    if (answer.status === 202) return;
    if (!media.startsWith("application/problem+json")) throw new AnswerError("receiveHook", answer, media);
    throw new ProblemError("receiveHook", { ...JSON.parse(body), status: answer.status }, answer.headers);
  }
}
