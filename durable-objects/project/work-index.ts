// What the project tells people about their work: an entry for each task that is assigned to them, in the outbox of the
// transaction that changed it.
import type { TaskEntry } from "../../src/schema/messages/outbox.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { type Concerned, WorkStore } from "./work-store.ts";

export class WorkIndex {
  readonly #object: ObjectSurface;
  readonly #store: WorkStore;

  constructor(object: ObjectSurface) {
    this.#object = object;
    this.#store = new WorkStore(object.sql);
  }

  /** Tells everybody whom the changes of this transaction concern. */
  tell(): void {
    for (const each of this.#store.take()) {
      const entry = entryOf(this.#object.id(), each);
      this.#object.append(`${this.#object.workspace()}/${each.principal_id}`, entry);
    }
  }
}

function entryOf(project_id: string, concerned: Concerned): TaskEntry {
  const { principal_id, task_id: id, assigned_to, title, ...fields } = concerned;
  const about = { kind: "task", id, project_id } as const;
  if (title === null || assigned_to !== principal_id) return { ...about, task: null };
  return { ...about, task: { title, ...fields } };
}
