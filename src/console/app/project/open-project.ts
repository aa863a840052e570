// The project that is on the screen: its tasks and members as signals, kept true by the change feed. What somebody
// else does shows within a moment; after a pause of the network it goes on where it was.
import { computed, signal } from "@preact/signals";
import { followChanges } from "../../../api/follow.ts";
import type { Member } from "../../../schema/account.ts";
import type { Change } from "../../../schema/change.ts";
import type { Project, Task } from "../../../schema/project.ts";
import type { ProjectRole } from "../../../schema/role.ts";
import { allPages } from "../connection/load.ts";
import { isRefused, service, settings } from "../connection/requests.ts";
import { signed_in } from "../connection/session.ts";
import { withWaiting } from "./waiting.ts";

/** Tasks that are shown at most; a larger project is to be filtered by the service. */
const PAGES_MAX = 10;
/** Changes that come together are read together, so long after the first. */
const GATHER_MS = 120;
/** More of them than that, and the list is read anew. */
const SINGLE_READS_MAX = 6;

export class OpenProject {
  readonly id: string;
  readonly project = signal<Project | null>(null);
  readonly tasks = signal<ReadonlyMap<string, Task>>(new Map());
  readonly members = signal<readonly Member[]>([]);
  readonly error = signal<unknown>(null);
  /** Whether the feed is being followed. */
  readonly live = signal(false);
  /** Whether not all tasks are here. */
  readonly cut = signal(false);
  /** Rises with each change, for what is computed by the service. */
  readonly changes = signal(0);
  readonly names = computed(
    () => new Map(this.members.value.map(({ user_id, username }) => [user_id, username])),
  );
  /** The reader's own place in the project; an administrator's reach is an owner's. */
  readonly role = computed<ProjectRole | null>(() => {
    const who = signed_in.value;
    const own = this.members.value.find(({ user_id }) => user_id === who?.user.id)?.role ?? null;
    return who?.user.roles.includes("ADMIN") ? "owner" : own;
  });
  readonly editable = computed(
    () =>
      this.project.value?.status === "active" &&
      (this.role.value === "owner" || this.role.value === "editor"),
  );
  readonly #stop = new AbortController();
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string) {
    this.id = id;
  }

  /** Reads everything, then follows what changes until `close`; where that failed, again. */
  async open(): Promise<void> {
    this.error.value = null;
    try {
      const params = { project_id: this.id };
      const options = { signal: this.#stop.signal };
      // The feed's number first: what changes while the tasks are read is then read again.
      const { newest } = (await service.listChanges({ params }, options)).body as { newest: number };
      await Promise.all([this.readProject(), this.readMembers(), this.readTasks()]);
      void this.#follow(newest);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.error.value = error;
    }
  }

  close(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  async readProject(): Promise<void> {
    this.project.value = (await service.readProject({ params: { project_id: this.id } })).body.project;
  }

  async readMembers(): Promise<void> {
    this.members.value = (await service.listMembers({ params: { project_id: this.id } })).body.members;
  }

  async readTasks(): Promise<void> {
    const params = { project_id: this.id };
    const pages = await allPages((query) => service.listTasks({ params, query }), PAGES_MAX);
    this.tasks.value = new Map(pages.flatMap((page) => page.tasks).map((task) => [task.id, task]));
    this.cut.value = pages.at(-1)?.next_cursor != null;
  }

  /** Puts a task that an answer held in place of the older one. */
  put(...tasks: readonly Task[]): void {
    const all = new Map(this.tasks.value);
    for (const task of tasks) all.set(task.id, task);
    this.tasks.value = withWaiting(all);
    this.changes.value += 1;
  }

  drop(task_id: string): void {
    const all = new Map(this.tasks.value);
    if (all.delete(task_id)) this.tasks.value = withWaiting(all);
  }

  nameOf(principal_id: string): string {
    return this.names.value.get(principal_id) ?? "somebody";
  }

  async #follow(after: number): Promise<void> {
    const { signal } = this.#stop;
    this.live.value = true;
    try {
      for await (const event of followChanges(settings, this.id, { after, signal })) {
        if (event.type === "reset") await this.readTasks();
        else this.#note(event.change);
      }
    } catch (error) {
      if (!signal.aborted && !isRefused(error, "session_ended")) this.live.value = false;
    }
  }

  #note({ task_id, type }: Change): void {
    this.changes.value += 1;
    if (task_id === null) {
      const reread = type.startsWith("member.") ? this.readMembers() : this.readProject();
      reread.catch(() => undefined); // the next change, or the next visit, reads it again
      return;
    }
    if (type === "task.deleted") {
      this.drop(task_id);
      return;
    }
    this.#changed.add(task_id);
    this.#timer ??= setTimeout(() => void this.#readChanged(), GATHER_MS);
  }

  async #readChanged(): Promise<void> {
    this.#timer = undefined;
    const ids = [...this.#changed];
    this.#changed.clear();
    try {
      if (ids.length > SINGLE_READS_MAX) return await this.readTasks();
      const params = { project_id: this.id };
      const answers = await Promise.all(
        ids.map((task_id) => service.readTask({ params: { ...params, task_id } })),
      );
      this.put(...answers.map(({ body }) => body.task));
    } catch (error) {
      if (isRefused(error, "not_found")) await this.readTasks().catch(() => undefined);
    }
  }
}

/** The version of a task or project as a write names it. */
export const etagOf = ({ version }: { readonly version: number }): string => `"v${version}"`;
