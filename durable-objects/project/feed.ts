// The change feed of a project. Every audited change gets the next number in its own transaction, one for each task
// that it touched. Kept are the last 100,000 changes of the last 90 days; whoever asks for what came before is refused
// (`cursor_expired`) and told from which number to go on after reading the tasks anew.

import type { Happening } from "../../src/audit/event.ts";
import type { Change } from "../../src/schema/change.ts";
import type { ChangePage } from "../../src/schema/messages/project.ts";
import type { Page } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { pageOf } from "../page.ts";
import type { FeedStore, NewChange } from "./feed-store.ts";

export const CHANGES_MAX = 100_000;
export const CHANGES_MS_MAX = 90 * 86_400_000;
/** Forgotten in one go, so that no alarm takes long. */
const FORGET_MAX = 10_000;

export class Feed {
  readonly #store: FeedStore;
  #newest: number | null = null;

  constructor(store: FeedStore) {
    this.#store = store;
  }

  /** The number of the newest change; 0 before the first. */
  get newest(): number {
    this.#newest ??= this.#store.newest();
    return this.#newest;
  }

  /** A transaction was rolled back: what was numbered in it never was. */
  rolledBack(): void {
    this.#newest = null;
  }

  /** Numbers what an audit event tells of, in that event's transaction. */
  record(event_id: string, happening: Happening): void {
    const { type, at_ms, by, targets = [], details = {} } = happening;
    const actor = by?.principal_id ?? null;
    const hops = (by && "hops" in by ? by.hops : undefined) ?? 0;
    const tasks = happening.tasks ?? targets.filter((id) => id.startsWith("tsk_"));
    const others = targets.filter((id) => !/^(?:tsk|prj)_/u.test(id));
    const told = others.length > 0 ? { ...details, targets: others } : details;
    const change = { event_id, type, at_ms, actor, hops, task_id: null, data: told };
    if (tasks.length === 0) {
      this.#append({
        ...change,
        data: { ...told, ...(type.startsWith("project.") && this.#store.project()) },
      });
    }
    for (const task_id of tasks) {
      this.#append({ ...change, task_id, data: { ...told, ...this.#store.task(task_id) } });
    }
  }

  /** The changes after that number; null for none, which tells where to begin. */
  page(after: number | null, limit: number): Result<ChangePage> {
    const from = after ?? this.newest;
    if (!this.reaches(from)) {
      const detail = `changes after ${from} are not kept: list the tasks, then go on with after=${this.newest}`;
      return refuse("cursor_expired", { detail, resume_after: this.newest });
    }
    const changes = this.#store.after(from, limit);
    return ok({ changes, next_after: changes.at(-1)?.number ?? from, newest: this.newest });
  }

  /** Whether nothing is missing after that number. A number still to come is of another life of this project. */
  reaches(after: number): boolean {
    return after <= this.newest && after >= (this.#store.oldest()?.number ?? 1) - 1;
  }

  /** The number of the first change that is kept and no older than that, be it still to come. */
  firstSince(at_ms: number): number {
    const oldest = this.#store.oldest()?.number ?? this.newest + 1;
    return Math.max(this.#store.newestBefore(at_ms) + 1, oldest);
  }

  after(number: number, limit: number): Change[] {
    return this.#store.after(number, limit);
  }

  /** What happened to a task, newest first; `not_found` where nothing is known of it. */
  activity(task_id: string, limit: number, before: number | null): Result<Page<Change>> {
    const changes = this.#store.ofTask(task_id, limit, before ?? Number.MAX_SAFE_INTEGER);
    const unknown = changes.length === 0 && before === null && this.#store.task(task_id) === null;
    return unknown ? refuse("not_found") : ok(pageOf(changes, limit, ({ number }) => number));
  }

  /** Forgets what is too old or too much; nothing from `untold_from` on, which somebody is still to be told. */
  housekeep(now_ms: number, untold_from: number | null): void {
    const due_ms = this.nextDue(untold_from);
    if (due_ms === null || due_ms > now_ms) return;
    const kept_from = untold_from ?? this.newest;
    this.#store.forget(this.newest - CHANGES_MAX + 1, now_ms - CHANGES_MS_MAX, FORGET_MAX, kept_from);
  }

  /** When something is to be forgotten; null while there is nothing that may be. */
  nextDue(untold_from: number | null): number | null {
    const oldest = this.#store.oldest();
    if (oldest === null || oldest.number >= Math.min(this.newest, untold_from ?? this.newest)) return null;
    return this.newest - oldest.number >= CHANGES_MAX ? oldest.at_ms : oldest.at_ms + CHANGES_MS_MAX;
  }

  #append(change: NewChange): void {
    const number = this.newest + 1;
    this.#store.insert(number, change);
    this.#newest = number;
  }
}
