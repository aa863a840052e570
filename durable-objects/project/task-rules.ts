// What stands in the way of a change of tasks: quotas, tasks that are not there, tasks that would wait for each other,
// sub-tasks too deep or under a parent that is settled. Asks the rows and changes none.
import { QUOTAS } from "../../src/domain/project.ts";
import { checkFamily, LEVELS_MAX } from "../../src/domain/task.ts";
import { findCycle } from "../../src/domain/task-graph.ts";
import type { Task } from "../../src/schema/project.ts";
import { type Result, refuse } from "../../src/schema/result.ts";
import { GraphStore } from "./graph-store.ts";
import { TallyStore } from "./tally-store.ts";

type Refused = Result<never> & { ok: false };
type Words = Partial<Pick<Task, "title" | "description">>;

const bytesOf = ({ title = "", description = "" }: Words): number =>
  new TextEncoder().encode(title + description).byteLength;

export class TaskRules {
  readonly graph: GraphStore;
  readonly tally: TallyStore;

  constructor(sql: SqlStorage) {
    this.graph = new GraphStore(sql);
    this.tally = new TallyStore(sql);
  }

  /** Room for so many more tasks with these words. */
  checkRoom(more: readonly Words[]): Refused | null {
    const { tasks, text_bytes } = this.tally.size();
    if (tasks + more.length > QUOTAS.tasks) {
      return refuse("quota_exceeded", { detail: `at most ${QUOTAS.tasks} tasks in a project` });
    }
    return checkBytes(text_bytes + more.reduce((sum, words) => sum + bytesOf(words), 0));
  }

  /** Room for so much more text. */
  checkText(more: string): Refused | null {
    return checkBytes(this.tally.size().text_bytes + new TextEncoder().encode(more).byteLength);
  }

  /** Room for other words in place of those that a task has. */
  checkRoomToChange(before: Task, after: Task): Refused | null {
    if (before.title === after.title && before.description === after.description) return null;
    const growth = bytesOf(after) - bytesOf(before);
    return growth <= 0 ? null : checkBytes(this.tally.size().text_bytes + growth);
  }

  /** What the task waits for, and what it is a part of, is there. */
  checkKnown({ depends_on, parent_id }: Pick<Task, "depends_on" | "parent_id">): Refused | null {
    const unknown = this.graph.unknown(parent_id === null ? depends_on : [...depends_on, parent_id]);
    if (unknown === undefined) return null;
    return refuse("conflict", { detail: `there is no task ${unknown} in this project` });
  }

  /** Its parent is neither settled above it nor too far down for what is below. */
  checkPlace({ id, status, parent_id }: Pick<Task, "id" | "status" | "parent_id">): Refused | null {
    if (parent_id === null) return null;
    if (this.graph.levelOf(parent_id) + this.graph.heightOf(id) > LEVELS_MAX) {
      return refuse("conflict", { detail: `at most ${LEVELS_MAX} levels of sub-tasks` });
    }
    const placed = checkFamily(status, this.graph.family(id, parent_id));
    return placed.ok ? null : placed;
  }

  /**
   * No task waits for itself, be it through what it depends on or through its sub-tasks. `left`: the parent in whose
   * place `parent_id` is to come; null where there is none.
   */
  checkAcyclic(
    { id, depends_on, parent_id }: Pick<Task, "id" | "depends_on" | "parent_id">,
    left: string | null = null,
  ): Refused | null {
    const own = [...depends_on, ...this.graph.childrenOf(id)];
    const edges = new Map<string, readonly string[]>();
    const get = (task: string): readonly string[] => {
      const known = edges.get(task);
      if (known) return known;
      let waits_for = task === id ? own : this.graph.waitsFor(task);
      // Once: it may depend on its sub-task besides.
      if (task === left) waits_for = waits_for.toSpliced(waits_for.lastIndexOf(id), 1);
      if (task === parent_id) waits_for = [...waits_for, id];
      edges.set(task, waits_for);
      return waits_for;
    };
    const cycle = findCycle({ get }, [id]);
    return cycle ? refuse("dependency_cycle", { detail: cycle.join(" → ") }) : null;
  }

  checkDeletion(id: string): Refused | null {
    const { dependent, child } = this.graph.inTheWay(id);
    if (dependent !== null) return refuse("conflict", { detail: `${dependent} waits for this task` });
    return child === null ? null : refuse("conflict", { detail: `${child} is a sub-task of this task` });
  }
}

const checkBytes = (text_bytes: number): Refused | null =>
  text_bytes <= QUOTAS.text_bytes
    ? null
    : refuse("quota_exceeded", { detail: `at most ${QUOTAS.text_bytes} bytes of text in a project` });
