// Comments on tasks: whoever changes tasks in the project may comment on any of them, its workers too. A comment is
// deleted by its author, by the project's owner and by ADMIN, and goes with its task.
import { randomId } from "../../src/protocol/random.ts";
import type { Comment } from "../../src/schema/comment.ts";
import type { Actor, Changed, Page, PagePosition } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { toIso } from "../../src/schema/text.ts";
import { CommentStore } from "./comment-store.ts";
import type { Gate } from "./gate.ts";
import type { ProjectStore } from "./store.ts";
import type { TaskRules } from "./task-rules.ts";

const COMMENTS_MAX = 1_000;

export class Comments {
  readonly #gate: Gate;
  readonly #project: ProjectStore;
  readonly #rules: TaskRules;
  readonly #store: CommentStore;

  constructor(gate: Gate, project: ProjectStore, rules: TaskRules, sql: SqlStorage) {
    this.#gate = gate;
    this.#project = project;
    this.#rules = rules;
    this.#store = new CommentStore(sql);
  }

  page(actor: Actor, task_id: string, limit: number, after: PagePosition | null): Result<Page<Comment>> {
    return this.#gate.read(actor, "task:read", () => {
      if (this.#rules.graph.unknown([task_id])) return refuse("not_found");
      const found = this.#store.page(task_id, limit, Number(after ?? 0));
      const next = found.length === limit ? found.at(-1)!.number : null;
      return ok({ items: found.map(({ comment }) => comment), next });
    });
  }

  create(actor: Actor, task_id: string, text: string): Promise<Result<Changed<Comment>>> {
    return this.#gate.change(actor, "task:update", "comment.created", (now_ms) => {
      const added = this.insert(actor, task_id, text, now_ms);
      return added.ok ? ok({ value: added.value, targets: [task_id, added.value.id] }) : added;
    });
  }

  /** A new comment, in the transaction of a caller who has passed the gate. */
  insert(actor: Actor, task_id: string, text: string, now_ms: number): Result<Comment> {
    if (this.#rules.graph.unknown([task_id])) return refuse("not_found");
    if (this.#store.countOf(task_id) >= COMMENTS_MAX) {
      return refuse("quota_exceeded", { detail: `at most ${COMMENTS_MAX} comments on a task` });
    }
    const full = this.#rules.checkText(text);
    if (full) return full;
    const author = actor.principal_id;
    const comment = { id: randomId("cmt_"), task_id, author, text, created_at: toIso(now_ms) };
    this.#store.insert(comment, now_ms);
    return ok(comment);
  }

  delete(actor: Actor, task_id: string, comment_id: string): Promise<Result<Changed<null>>> {
    return this.#gate.change(actor, "task:update", "comment.deleted", () => {
      const author = this.#store.authorOf(task_id, comment_id);
      if (author === null) return refuse("not_found");
      const { principal_id, roles } = actor;
      const any = roles.includes("ADMIN") || this.#project.project().owner === principal_id;
      if (author !== principal_id && !any) return refuse("permission_denied", { rule: "not_the_author" });
      this.#store.delete(comment_id);
      return ok({ value: null, details: { author }, targets: [task_id, comment_id] });
    });
  }
}
