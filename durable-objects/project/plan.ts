// A project's tasks as a whole: what a schedule needs, and documents out and in.
import { streamOf } from "../../src/protocol/json-lines.ts";
import type { ExportLine, OpenWork } from "../../src/schema/messages/project.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import type { PlanTask } from "../../src/schema/plan.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Gate } from "./gate.ts";
import type { PlanStore } from "./plan-store.ts";
import type { ProjectStore } from "./store.ts";
import type { Tasks } from "./tasks.ts";

const SCHEDULED_MAX = 10_000;
/** Rows that an export reads at once; between pages the object serves others. */
const PAGE_ROWS = 500;

export class Plan {
  readonly #project: ProjectStore;
  readonly #store: PlanStore;
  readonly #tasks: Tasks;
  readonly #gate: Gate;

  constructor(project: ProjectStore, store: PlanStore, tasks: Tasks, gate: Gate) {
    this.#project = project;
    this.#store = store;
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

  document(actor: Actor): Result<ReadableStream<Uint8Array>> {
    return this.#gate.read(actor, "task:read", () => ok(streamOf(this.#pages())));
  }

  async create(actor: Actor, plan: readonly PlanTask[]): Promise<Result<Changed<readonly string[]>>> {
    const created = await this.#tasks.createPlan(actor, plan, ({ id }): string | { id: string } => id);
    if (!created.ok) return created;
    // An answer that was kept before ids alone were has whole tasks.
    const ids = created.value.value.map((each) => (typeof each === "string" ? each : each.id));
    return ok({ ...created.value, value: ids });
  }

  *#pages(): Generator<string> {
    const { name, description } = this.#project.project();
    yield line({ kind: "heading", heading: { name, description } });
    for (const rows of paged((after) => this.#store.ids(after, PAGE_ROWS))) {
      yield line({ kind: "ids", ids: rows.map(({ id }) => id) });
    }
    for (const rows of paged((after) => this.#store.tasks(after, PAGE_ROWS))) {
      yield rows.map(({ exported }) => line(exported)).join("");
    }
  }
}

const line = (value: ExportLine): string => `${JSON.stringify(value)}\n`;

function* paged<Row extends { readonly number: number }>(read: (after: number) => Row[]): Generator<Row[]> {
  let rows = read(0);
  while (rows.length > 0) {
    yield rows;
    rows = read(rows.at(-1)!.number);
  }
}
