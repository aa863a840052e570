// How others list the project: entries for its workspace and its members, shipped by the outbox.
import type { ProjectEntry } from "../../src/schema/messages/outbox.ts";
import type { ProjectRole } from "../../src/schema/role.ts";
import type { ObjectSurface } from "../object-surface.ts";
import type { ProjectRow, ProjectStore } from "./store.ts";

/** The workspace's list of projects, as a destination of the outbox. */
export const WORKSPACE = "workspace";

export class Indexes {
  readonly #object: ObjectSurface;
  readonly #store: ProjectStore;

  constructor(object: ObjectSurface, store: ProjectStore) {
    this.#object = object;
    this.#store = store;
  }

  /** Tells the workspace and every member. In the caller's transaction. */
  tellAll(row: ProjectRow): void {
    this.#object.append(WORKSPACE, entryOf(row, null));
    for (const member of this.#store.members()) this.tellMember(row, member.user_id, member.role);
  }

  /** `role` null: no longer a member. In the caller's transaction. */
  tellMember(row: ProjectRow, user_id: string, role: ProjectRole | null): void {
    this.#object.append(this.#principal(user_id), entryOf(row, role));
  }

  /** The project is gone for good, and so is every entry of it and of its tasks. In the caller's transaction. */
  tellErased(row: ProjectRow): void {
    const version = row.version + 1;
    const erased = { ...entryOf({ ...row, version }, null), erased: true };
    this.#object.append(WORKSPACE, erased);
    for (const user_id of this.#store.everybody()) this.#object.append(this.#principal(user_id), erased);
  }

  /** Ships entries of these people now, so that their next list is right; where that fails, the alarm goes on. */
  async ship(...user_ids: string[]): Promise<void> {
    await Promise.all(
      [...new Set(user_ids)].map((user_id) => this.#object.shipNow(this.#principal(user_id))),
    );
  }

  /** Ships a new project's entries now: whoever looks through the workspace misses none that was answered. */
  async shipNew(owner: string): Promise<void> {
    await Promise.all([this.#object.shipNow(WORKSPACE), this.ship(owner)]);
  }

  #principal(user_id: string): string {
    return `${this.#object.workspace()}/${user_id}`;
  }
}

function entryOf(row: ProjectRow, role: ProjectRole | null): ProjectEntry {
  const { id, version, name, status, owner, created_at_ms, erase_at_ms } = row;
  return { kind: "project", id, version, name, status, owner, role, created_at_ms, erase_at_ms };
}
