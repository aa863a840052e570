// A worker of the load: claims, renews, completes and gives back under signed requests; forgets some leases; and tries
// what must fail: tokens of leases that are over or another's, and requests that were sent before.

import type { Random } from "../../scripts/training/random.ts";
import { type Answer, type Client, createClient, type FetchInit } from "../../src/api/client.ts";
import { createSigner } from "../../src/api/sign-request.ts";
import { agentKey } from "../../src/cli/agent-key.ts";
import type { Lease } from "./ledger.ts";
import { act, oneOf, type Stage } from "./stage.ts";

const LEASE_SECONDS = 60;
const CAPACITY = 20;
/** What a lease may have become by the time its holder is back. */
const LOST = ["stale_fencing_token"];

type Ending = "completeTask" | "releaseTask";
type Used = Pick<Answer<Ending | "renewTask">, "audit_event" | "body">;

export class Agent {
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #name: string;
  readonly #address: string;
  #client!: Client;
  #worker_id = "";
  #held: Lease[] = [];
  /** The last request as it was sent. */
  #sent: { url: string; init: FetchInit } | null = null;

  constructor(stage: Stage, random: Random, number: number) {
    this.#stage = stage;
    this.#random = random;
    this.#name = `agent-${number}`;
    this.#address = `203.0.113.${number}`;
  }

  /** Is registered, and may work in the owners' projects. */
  async begin(admin: Client, owners: readonly { client: Client; project_id: string }[]): Promise<void> {
    const key = await agentKey(undefined);
    const body = { name: this.#name, capacity: CAPACITY, public_jwk: key.public_jwk };
    const { worker, key_id } = (await admin.registerWorker({ body })).body;
    this.#worker_id = worker.id;
    for (const { client, project_id } of owners) {
      await client.setMember({ params: { project_id, user_id: worker.id }, body: { role: "editor" } });
    }
    this.#client = createClient({
      origin: this.#stage.server.origin,
      headers: { "cf-connecting-ip": this.#address },
      signer: createSigner({ ...key, key_id, now_ms: this.#stage.machine.now_ms }),
      fetch: (url, init) => {
        this.#sent = { url, init };
        return fetch(url, init);
      },
    });
  }

  act(): Promise<void> {
    return act(this.#stage, this.#random, [
      [6, () => this.#claim()],
      [4, () => this.#end("completeTask", this.#takeHeld())],
      [1, () => this.#end("releaseTask", this.#takeHeld())],
      [2, () => this.#renew()],
      [1, () => this.#forget()],
      [2, () => this.#tryAnothers()],
      [1, () => this.#trySent()],
      [1, () => this.#heartbeat()],
    ]);
  }

  /** Gives back all that it holds: no lease ends by itself any more. */
  async leave(): Promise<void> {
    for (const lease of this.#held.splice(0)) await this.#end("releaseTask", lease);
  }

  async #claim(): Promise<void> {
    const { caller, ledger } = this.#stage;
    const project_id = oneOf(this.#random, [...ledger.projects.keys()])!;
    const body = { lease_seconds: LEASE_SECONDS, skills: [] };
    const request = { params: { project_id }, body, idempotency_key: crypto.randomUUID() };
    const claimed = await caller.insist("claim", () => this.#client.claimBestTask(request), [
      "capacity_reached",
    ]);
    if (!claimed.ok || claimed.answer.body.task === null) return;
    const { task, lease } = claimed.answer.body;
    ledger.acknowledge("claim", claimed.answer.audit_event, task);
    const held = {
      task_id: task.id,
      project_id,
      holder: this.#worker_id,
      fencing_token: lease!.fencing_token,
    };
    ledger.leases.push(held);
    this.#held.push(held);
  }

  #takeHeld(): Lease | undefined {
    const lease = oneOf(this.#random, this.#held);
    this.#held = this.#held.filter((each) => each !== lease);
    return lease;
  }

  async #end(how: Ending, lease: Lease | undefined): Promise<void> {
    if (!lease) return;
    const { task_id, project_id, fencing_token } = lease;
    const request = {
      params: { project_id, task_id },
      body: { fencing_token },
      idempotency_key: crypto.randomUUID(),
    };
    await this.#use(lease, how, () => this.#client[how](request));
  }

  async #renew(): Promise<void> {
    const lease = oneOf(this.#random, this.#held);
    if (!lease) return;
    const { task_id, project_id, fencing_token } = lease;
    const request = {
      params: { project_id, task_id },
      body: { fencing_token, lease_seconds: LEASE_SECONDS },
    };
    await this.#use(lease, "renewTask", () => this.#client.renewTask(request));
  }

  /** Whoever has been given the task since is its one holder: an older token then moves nothing. */
  async #use(lease: Lease, what: string, call: () => Promise<Used>): Promise<void> {
    const { caller, ledger } = this.#stage;
    const newer = ledger.leases.filter(
      ({ task_id, fencing_token }) => task_id === lease.task_id && fencing_token > lease.fencing_token,
    );
    const used = await caller.insist(what, call, LOST);
    if (!used.ok) return;
    const { audit_event, body } = used.answer;
    if (newer.length > 0) {
      const token = Math.max(...newer.map(({ fencing_token }) => fencing_token));
      ledger.violate(
        `${what} of ${lease.task_id} by token ${lease.fencing_token}, after token ${token} was given`,
      );
    }
    ledger.acknowledge(what, audit_event, body.task);
  }

  /** As a worker that hangs: what it finishes later, somebody else may have by then. */
  async #forget(): Promise<void> {
    const past = this.#stage.ledger.leases.filter(({ holder }) => holder === this.#worker_id);
    const lease = oneOf(this.#random, past.slice(0, -3));
    if (!lease) return;
    this.#held = this.#held.filter((each) => each !== lease);
    await this.#end("completeTask", lease);
  }

  async #tryAnothers(): Promise<void> {
    const { caller, ledger } = this.#stage;
    const others = ledger.leases.slice(-20).filter(({ holder }) => holder !== this.#worker_id);
    const lease = oneOf(this.#random, others);
    if (!lease) return;
    const { task_id, project_id, fencing_token } = lease;
    const request = { params: { project_id, task_id }, body: { fencing_token } };
    const taken = await caller.insist("another's lease", () => this.#client.completeTask(request), LOST);
    if (taken.ok) ledger.violate(`${task_id} was completed by ${this.#worker_id}, who has not claimed it`);
  }

  /** The same bytes again: their nonce is spent. */
  async #trySent(): Promise<void> {
    await this.#heartbeat();
    const sent = this.#sent;
    if (!sent) return;
    const began_ms = Date.now();
    const send = async () => {
      const answer = await fetch(sent.url, sent.init);
      await answer.arrayBuffer();
      return answer.status;
    };
    const status = await send().catch(() => 0);
    if (status === 200) this.#stage.ledger.violate(`a signed request of ${this.#name} was taken twice`);
    const isExpected = status === 401 || this.#stage.outages.mayHaveMet(began_ms);
    if (!isExpected) this.#stage.ledger.violate(`a replayed request was answered ${status}`);
  }

  async #heartbeat(): Promise<void> {
    const params = { worker_id: this.#worker_id };
    await this.#stage.caller.insist("heartbeat", () => this.#client.heartbeat({ params }));
  }
}
