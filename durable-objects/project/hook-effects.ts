// What an inbound webhook does to tasks: all of it in one transaction, or nothing; under the name of its integration.
// Each effect counts once for its external ids, however often it is applied, so that a delivery may be tried again.
import { movesTask } from "../../src/domain/external-state.ts";
import type { HookEffect } from "../../src/schema/messages/hook.ts";
import type { Actor } from "../../src/schema/messages/request.ts";
import type { Task } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Comments } from "./comments.ts";
import type { ExternalStore, ExternalTask } from "./external-store.ts";
import type { Gate, Outcome, Step } from "./gate.ts";
import type { TaskStore } from "./task-store.ts";
import type { Tasks } from "./tasks.ts";

type Done = Result<Outcome<null> | null>;
type Of<Kind extends HookEffect["kind"]> = HookEffect & { kind: Kind };

const NOTHING: Done = ok(null);

export class HookEffects {
  readonly #gate: Gate;
  readonly #tasks: Tasks;
  readonly #comments: Comments;
  readonly #rows: TaskStore;
  readonly #store: ExternalStore;

  constructor(gate: Gate, tasks: Tasks, comments: Comments, rows: TaskStore, store: ExternalStore) {
    this.#gate = gate;
    this.#tasks = tasks;
    this.#comments = comments;
    this.#rows = rows;
    this.#store = store;
  }

  /** Answers the ids of the events; a refusal names the place in the mapping that asked for it. */
  async apply(actor: Actor, effects: readonly HookEffect[]): Promise<Result<readonly string[]>> {
    return this.#gate.changeAll(
      actor,
      effects.map((effect) => this.#stepOf(actor, effect)),
    );
  }

  #stepOf(actor: Actor, effect: HookEffect): Step {
    const { hops = 0 } = actor;
    const work = (now_ms: number): Done => {
      const done = this.#do(actor, effect, now_ms);
      if (!done.ok) {
        const { detail = done.refusal.reason } = done.refusal;
        return refuse(done.refusal.reason, { ...done.refusal, errors: [{ pointer: effect.place, detail }] });
      }
      return done.value ? ok({ ...done.value, details: { ...done.value.details, hops } }) : done;
    };
    if (effect.kind === "create_task") return { permission: "task:create", type: "task.created", work };
    if (effect.kind === "comment") return { permission: "task:update", type: "comment.created", work };
    const type = effect.status === "done" ? "task.completed" : "task.updated";
    return { permission: "task:update", type, work };
  }

  #do(actor: Actor, effect: HookEffect, now_ms: number): Done {
    if (effect.kind === "create_task") return this.#create(actor, effect, now_ms);
    const known = this.#store.task(actor.principal_id, effect.external_id);
    if (!known) {
      if (effect.if_unknown === "ignore") return NOTHING;
      return refuse("conflict", { rule: "unknown_task", detail: "no task here has that external id" });
    }
    const task = this.#rows.task(known.task_id);
    if (!task) return NOTHING; // somebody deleted it: it does not come back
    return effect.kind === "comment"
      ? this.#comment(actor, effect, task, now_ms)
      : this.#move(actor, effect, task, known, now_ms);
  }

  #create(actor: Actor, effect: Of<"create_task">, now_ms: number): Done {
    const { external_id, at_ms, title, description, labels, priority } = effect;
    if (this.#store.task(actor.principal_id, external_id)) return NOTHING;
    const fields = {
      title,
      description,
      labels,
      priority,
      depends_on: [],
      skills: [],
      estimate: null,
      due_at: null,
    };
    const inserted = this.#tasks.insert(actor, fields, now_ms);
    if (!inserted.ok) return inserted;
    // Whatever happened in the same instant has come after it.
    const external = { task_id: inserted.value.id, state_at_ms: at_ms - 1 };
    this.#store.insertTask(actor.principal_id, external_id, external);
    return ok({ value: null, targets: [external.task_id] });
  }

  #comment(actor: Actor, { comment_id, text }: Of<"comment">, task: Task, now_ms: number): Done {
    if (!this.#store.insertComment(actor.principal_id, comment_id, task.id)) return NOTHING;
    const added = this.#comments.insert(actor, task.id, text, now_ms);
    return added.ok ? ok({ value: null, targets: [task.id, added.value.id] }) : added;
  }

  #move(actor: Actor, effect: Of<"move">, task: Task, known: ExternalTask, now_ms: number): Done {
    const { external_id, at_ms, status, result } = effect;
    if (!movesTask(task.status, status, at_ms, known.state_at_ms)) {
      // What has come about already has come about then, too.
      if (task.status === status && at_ms > known.state_at_ms) {
        this.#store.saveState(actor.principal_id, external_id, at_ms);
      }
      return NOTHING;
    }
    const settled = this.#tasks.settle(actor, task, status, result, now_ms);
    if (!settled.ok) return settled;
    this.#store.saveState(actor.principal_id, external_id, at_ms);
    return ok({ value: null, targets: [task.id], details: { status } });
  }
}
