// A person of the load: a project, tasks that are made, changed and commented, plans, exports, and many sessions.

import type { Random } from "../../scripts/training/random.ts";
import type { Client } from "../../src/api/client.ts";
import { Sessions } from "./sessions.ts";
import { act, oneOf, type Stage } from "./stage.ts";

export class Person {
  readonly sessions: Sessions;
  readonly #stage: Stage;
  readonly #random: Random;
  project_id = "";
  #made = 0;

  constructor(stage: Stage, random: Random, number: number) {
    this.#stage = stage;
    this.#random = random;
    this.sessions = new Sessions(stage, random, `person-${number}`, `198.51.100.${number}`);
  }

  get client(): Client {
    return this.sessions.client;
  }

  /** Registers and owns a project. */
  async begin(): Promise<void> {
    await this.sessions.register();
    const { body, audit_event } = await this.client.createProject({ body: { name: "Chaos" } });
    this.project_id = body.project.id;
    const { ledger } = this.#stage;
    ledger.projects.set(this.project_id, { owner: this.sessions.user_id });
    ledger.acknowledge("project", audit_event);
  }

  act(): Promise<void> {
    const { sessions } = this;
    return act(this.#stage, this.#random, [
      [8, () => this.#create()],
      [3, () => this.#createMany()],
      [6, () => this.#change()],
      [3, () => this.#comment()],
      [2, () => this.#look()],
      [1, () => this.#export()],
      [1, () => this.#plan()],
      [2, () => sessions.signIn()],
      [2, () => sessions.renew()],
      [2, () => sessions.endOne()],
      [2, () => sessions.tryEnded()],
      [1, () => sessions.tryUsed()],
    ]);
  }

  get #params() {
    return { project_id: this.project_id };
  }

  async #create(): Promise<void> {
    this.#made += 1;
    const body = { title: `Task ${this.#made}` };
    const idempotency_key = crypto.randomUUID();
    const request = { params: this.#params, body, idempotency_key };
    const made = await this.#stage.caller.insist("task", () => this.client.createTask(request));
    if (made.ok) this.#stage.ledger.acknowledge("task", made.answer.audit_event, made.answer.body.task);
  }

  async #createMany(): Promise<void> {
    this.#made += 1;
    const tasks = [
      { ref: "a", title: `Plan ${this.#made}, first` },
      { ref: "b", title: `Plan ${this.#made}, second`, depends_on: ["a"] },
    ];
    const request = { params: this.#params, body: { tasks }, idempotency_key: crypto.randomUUID() };
    const made = await this.#stage.caller.insist("tasks", () => this.client.createTasks(request));
    if (made.ok) this.#stage.ledger.acknowledge("tasks", made.answer.audit_event, ...made.answer.body.tasks);
  }

  /** A change from the version that was read: whoever was first wins, and a repeat loses to itself. */
  async #change(): Promise<void> {
    const { caller, ledger } = this.#stage;
    const task = this.#anyTask();
    if (!task) return;
    const params = { ...this.#params, task_id: task.id };
    const read = await caller.insist("task read", () => this.client.readTask({ params }));
    if (!read.ok) return;
    const body = { title: `${task.title.split(" (")[0]} (${Math.floor(this.#random() * 1_000)})` };
    const request = { params, body, if_match: read.answer.etag! };
    const changed = await caller.insist("change", () => this.client.updateTask(request), ["stale_version"]);
    if (changed.ok) ledger.acknowledge("change", changed.answer.audit_event, changed.answer.body.task);
  }

  async #comment(): Promise<void> {
    const task = this.#anyTask();
    if (!task) return;
    const params = { ...this.#params, task_id: task.id };
    const request = { params, body: { text: "Looks good to me" }, idempotency_key: crypto.randomUUID() };
    const said = await this.#stage.caller.insist("comment", () => this.client.createComment(request));
    if (said.ok) this.#stage.ledger.acknowledge("comment", said.answer.audit_event);
  }

  async #look(): Promise<void> {
    const params = this.#params;
    await this.#stage.caller.insist("list", () => this.client.listTasks({ params, query: { limit: "20" } }));
    await this.#stage.caller.insist("project", () => this.client.readProject({ params }));
  }

  async #export(): Promise<void> {
    const params = this.#params;
    await this.#stage.caller.insist("export", () => this.client.exportPlan({ params, query: {} }));
  }

  /** Whoever the vendor keeps waiting is answered by rules. */
  async #plan(): Promise<void> {
    const params = this.#params;
    await this.#stage.caller.insist("plan", () => this.client.assessComplexity({ params, body: {} }));
  }

  #anyTask() {
    const own = [...this.#stage.ledger.tasks.values()].filter(
      ({ project_id }) => project_id === this.project_id,
    );
    return oneOf(this.#random, own.slice(-50));
  }
}
