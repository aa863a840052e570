// Tasks before they are rows: one from its fields, or those of a plan, which name one another by `ref`.
// Refuses a ref that is there twice or not at all, tasks that would wait for each other, and sub-tasks too deep.
import { checkFamily, LEVELS_MAX } from "../../src/domain/task.ts";
import { findCycle } from "../../src/domain/task-graph.ts";
import { randomId } from "../../src/protocol/random.ts";
import type { NewTask } from "../../src/schema/messages/project.ts";
import type { PlannedTask, Task, TaskStatus } from "../../src/schema/project.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { toIso } from "../../src/schema/text.ts";

/** What is imported may have begun or ended already. */
export type Planned = PlannedTask & { readonly status?: TaskStatus };

export function newTask(project_id: string, created_by: string, fields: NewTask, now_ms: number): Task {
  const { title, description, estimate, skills, labels = [], parent_id = null, priority, due_at } = fields;
  return {
    id: randomId("tsk_"),
    project_id,
    title,
    description,
    status: "open",
    priority,
    estimate,
    skills: [...new Set(skills)],
    labels: [...labels],
    parent_id,
    depends_on: [...new Set(fields.depends_on)],
    blocked: false,
    due_at,
    created_by,
    assigned_to: null,
    lease: null,
    result: null,
    created_at: toIso(now_ms),
    updated_at: toIso(now_ms),
    started_at: null,
    completed_at: null,
    version: 1,
  };
}

/** The tasks of a plan in its order, with their ids in place of refs. */
export function resolvePlan(
  project_id: string,
  created_by: string,
  plan: readonly Planned[],
  now_ms: number,
): Result<readonly Task[]> {
  const refusal = checkPlan(plan);
  if (refusal) return refusal;
  const ids = new Map(plan.map(({ ref }) => [ref, randomId("tsk_")]));
  const idOf = (ref: string): string => ids.get(ref)!;
  return ok(
    plan.map(({ ref, parent = null, status = "open", ...fields }) => {
      const depends_on = fields.depends_on.map(idOf);
      const parent_id = parent === null ? null : idOf(parent);
      const task = newTask(project_id, created_by, { ...fields, depends_on, parent_id }, now_ms);
      return { ...task, id: idOf(ref), status, blocked: depends_on.length > 0 };
    }),
  );
}

function checkPlan(plan: readonly Planned[]) {
  const known = new Map(plan.map((planned) => [planned.ref, planned]));
  if (known.size < plan.length)
    return refuse("conflict", { detail: "two tasks of the plan have the same ref" });
  const edges = new Map(plan.map(({ ref, depends_on }) => [ref, [...depends_on]]));
  for (const { ref, depends_on, parent = null, status = "open" } of plan) {
    const unknown = [...depends_on, ...(parent === null ? [] : [parent])].find((each) => !known.has(each));
    if (unknown !== undefined) {
      return refuse("conflict", { detail: `${ref} names ${unknown}, which the plan does not have` });
    }
    if (parent === null) continue;
    edges.get(parent)!.push(ref);
    const above = { id: parent, status: known.get(parent)!.status ?? "open" };
    const placed = checkFamily(status, { parent: above, unsettled_child: null });
    if (!placed.ok) return placed;
  }
  const cycle = findCycle(edges, edges.keys());
  if (cycle) return refuse("dependency_cycle", { detail: cycle.join(" → ") });
  const deep = plan.find(({ ref }) => levelOf(ref, known) > LEVELS_MAX);
  return deep
    ? refuse("conflict", { detail: `${deep.ref}: at most ${LEVELS_MAX} levels of sub-tasks` })
    : null;
}

/** In an acyclic plan: how many levels from the top down to this task. */
function levelOf(ref: string, known: ReadonlyMap<string, Planned>): number {
  let level = 1;
  for (let above = known.get(ref)?.parent; above; above = known.get(above)?.parent) level += 1;
  return level;
}
