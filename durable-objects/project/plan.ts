// A project's tasks as a whole: what a schedule needs, and documents out and in.
import { streamOf } from "../../src/protocol/json-lines.ts";
import type { OpenWork } from "../../src/schema/messages/project.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import type { PlanTask } from "../../src/schema/plan.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Gate } from "./gate.ts";
import type { PlanReadings } from "./plan-readings.ts";
import { lineOf, type PlanStore } from "./plan-store.ts";
import type { ProjectStore } from "./store.ts";
import type { Tasks } from "./tasks.ts";

const SCHEDULED_MAX = 10_000;

export class Plan {
  readonly #project: ProjectStore;
  readonly #store: PlanStore;
  readonly #readings: PlanReadings;
  readonly #tasks: Tasks;
  readonly #gate: Gate;

  constructor(project: ProjectStore, store: PlanStore, readings: PlanReadings, tasks: Tasks, gate: Gate) {
    this.#project = project;
    this.#store = store;
    this.#readings = readings;
    this.#tasks = tasks;
    this.#gate = gate;
  }

  openWork(actor: Actor): Result<OpenWork> {
    return this.#gate.read(actor, "task:read", () => {
      const tasks = this.#store.openTasks(SCHEDULED_MAX + 1);
      if (tasks.length <= SCHEDULED_MAX) return ok({ owner: this.#project.project().owner, tasks });
      return refuse("quota_exceeded", {
        detail: `at most ${SCHEDULED_MAX} open tasks are looked at as a whole`,
      });
    });
  }

  /** The tasks as they are when the first line is asked for. Breaks off where the reader loses access meanwhile. */
  document(actor: Actor): Result<ReadableStream<Uint8Array>> {
    return this.#gate.read(actor, "task:read", () => ok(streamOf(this.#pages(actor))));
  }

  async create(actor: Actor, plan: readonly PlanTask[]): Promise<Result<Changed<readonly string[]>>> {
    const created = await this.#tasks.createPlan(actor, plan, ({ id }): string | { id: string } => id);
    if (!created.ok) return created;
    // An answer that was kept before ids alone were has whole tasks.
    const ids = created.value.value.map((each) => (typeof each === "string" ? each : each.id));
    return ok({ ...created.value, value: ids });
  }

  *#pages(actor: Actor): Generator<string> {
    const reading = this.#readings.begin(() => this.#gate.mayReadOn(actor));
    try {
      const { name, description } = this.#project.project();
      yield lineOf({ kind: "heading", heading: { name, description } });
      for (const ids of reading.ids()) yield lineOf({ kind: "ids", ids });
      for (const lines of reading.lines()) yield lines.join("");
    } finally {
      this.#readings.end(reading);
    }
  }
}
