// Who never comes back, a person erased or a worker revoked: each project hears of it by the outbox, ends the membership,
// and opens to others what they held or were to do. So does one that lets them in, or gives them a task, meanwhile.
import { isSettled } from "../../src/domain/task.ts";
import type {
  Batch,
  Departure,
  DepartureEntry,
  PrincipalEntry,
  Receipt,
} from "../../src/schema/messages/outbox.ts";
import type { Core } from "./core.ts";
import { ErasureStore } from "./erasure-store.ts";

/** Before a project's name: where it hears that somebody is gone. */
export const GONE_MEMBER = "erased-member/";

export class Farewell {
  readonly #core: Core;
  readonly #store: ErasureStore;

  constructor(core: Core) {
    this.#core = core;
    this.#store = new ErasureStore(core.object.sql);
  }

  /** Tells every project that knows them. In a transaction. */
  begin(how: Departure): void {
    this.#tell(this.#store.projects(), how);
  }

  /** Tells those of which these rows came though they are gone: of requests that were under way. In a transaction. */
  repeat(rows: readonly PrincipalEntry[], how: Departure): void {
    this.#tell(
      rows.flatMap((row) => {
        if (row.kind === "project") return row.role === null ? [] : [row.id];
        if (row.kind !== "task") return [];
        return row.task === null || isSettled(row.task.status) ? [] : [row.project_id];
      }),
      how,
    );
  }

  /** Projects may hear of it more than once. */
  async ship(destination: string, { first_sequence, rows }: Batch<DepartureEntry>): Promise<Receipt> {
    const { object, store } = this.#core;
    const project = object.env.PROJECT.getByName(destination.slice(GONE_MEMBER.length));
    await project.eraseMember(store.account().id, rows[0]?.how);
    return { next_sequence: first_sequence + rows.length };
  }

  #tell(project_ids: readonly string[], how: Departure): void {
    const { object, workspace } = this.#core;
    const entry: DepartureEntry = { how };
    for (const id of new Set(project_ids)) object.append(`${GONE_MEMBER}${workspace}/${id}`, entry);
  }
}
