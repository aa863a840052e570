// A plan is a file of tasks that name one another: our own shape, as in plans/community-library.json, or one
// of the foreign shapes of plan-formats.ts. Each field is checked by the operation that will take it;
// unknown and circular dependencies are left to the server, which refuses them.
import { readFileSync } from "node:fs";
import * as v from "valibot";
import type { RequestFor } from "../api/client.ts";
import { operations } from "../api/operations/index.ts";
import { BULK_MAX } from "../api/operations/tasks.ts";
import { check, PlanError } from "./plan-check.ts";
import { fromForeignFormat } from "./plan-formats.ts";

export type PlanTask = RequestFor<"createTasks">["body"]["tasks"][number];

export interface Plan {
  readonly name: string;
  readonly description: string;
  readonly tasks: readonly PlanTask[];
  /** What of the file could not be carried over, for the reader. */
  readonly notes: readonly string[];
}

const OwnFormat = v.strictObject({
  name: v.string(),
  description: v.optional(v.string(), ""),
  tasks: v.pipe(v.array(v.unknown()), v.minLength(1, "expected at least one task")),
});
const SHAPE = '{"name": "…", "tasks": [{"ref": "…", "title": "…", "depends_on": ["…"]}, …]}';

/** Reads a plan, of a .jsonl file the first line; throws PlanError. */
export function readPlan(file: string): Plan {
  try {
    // A byte order mark is a blank.
    const text = readFileSync(file, "utf8").trim();
    return parsePlan(file.endsWith(".jsonl") ? text.split("\n", 1)[0]! : text);
  } catch (error) {
    throw new PlanError(`The plan ${file} cannot be used.\n  ${(error as Error).message}`);
  }
}

/** Reads a plan from its JSON; throws PlanError. */
export function parsePlan(text: string): Plan {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new PlanError(`It is not JSON: ${(error as Error).message}`);
  }
  const { name, description, tasks, notes } = fromForeignFormat(json) ?? {
    ...check(OwnFormat, json, { hint: `A plan is like ${SHAPE}` }),
    notes: [],
  };
  check(operations.createProject.body, { name, description });
  for (let first = 0; first < tasks.length; first += BULK_MAX)
    check(
      operations.createTasks.body,
      { tasks: tasks.slice(first, first + BULK_MAX) },
      { rename: (place) => place.replace(/^tasks\.(\d+)/, (_, index) => `tasks.${first + Number(index)}`) },
    );
  const refs = new Set<string>();
  for (const { ref } of tasks as PlanTask[]) {
    if (refs.has(ref)) throw new PlanError(`tasks: two of them have the ref "${ref}"`);
    refs.add(ref);
  }
  return { name, description, tasks: tasks as PlanTask[], notes };
}

/**
 * The plan as requests of at most `size` tasks. Tasks name one another within a request alone: those that
 * hang together share one where they fit in, and `dropped` counts the dependencies that had to be left out.
 */
export function inRequests(
  tasks: readonly PlanTask[],
  size = BULK_MAX,
): { requests: PlanTask[][]; dropped: number } {
  const requests: PlanTask[][] = [[]];
  for (const group of connectedGroups(tasks)) {
    const room = size - requests.at(-1)!.length;
    if (group.length > room && group.length <= size) requests.push([]);
    for (const task of group) {
      if (requests.at(-1)!.length === size) requests.push([]);
      requests.at(-1)!.push(task);
    }
  }
  const requestOf = new Map(requests.flatMap((request, index) => request.map(({ ref }) => [ref, index])));
  let dropped = 0;
  const cut = requests.map((request, index) =>
    request.map((task) => {
      // A ref that no task has stays: the server shall refuse it.
      const kept = (task.depends_on ?? []).filter((ref) => (requestOf.get(ref) ?? index) === index);
      dropped += (task.depends_on?.length ?? 0) - kept.length;
      return { ...task, depends_on: kept };
    }),
  );
  return { requests: cut, dropped };
}

/** Tasks that depend on one another, directly or through others, in groups; the plan's order is kept within. */
function connectedGroups(tasks: readonly PlanTask[]): PlanTask[][] {
  const neighbours = new Map(tasks.map(({ ref }) => [ref, [] as string[]]));
  for (const { ref, depends_on = [] } of tasks)
    for (const other of depends_on) {
      neighbours.get(ref)!.push(other);
      neighbours.get(other)?.push(ref);
    }
  const groupOf = new Map<string, number>();
  for (const { ref } of tasks) {
    if (groupOf.has(ref)) continue;
    const group = groupOf.size;
    for (const open = [ref]; open.length > 0; ) {
      const next = open.pop()!;
      if (groupOf.has(next) || !neighbours.has(next)) continue;
      groupOf.set(next, group);
      open.push(...neighbours.get(next)!);
    }
  }
  return [...Map.groupBy(tasks, ({ ref }) => groupOf.get(ref)!).values()];
}
