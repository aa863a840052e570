// Edits of a plan before it is applied. Pure.
import type { RequestFor } from "../../../api/client.ts";
import type { ProjectPlan } from "../../../schema/breakdown.ts";

export type PlanBody = RequestFor<"editPlan">["body"];
type PlannedTask = PlanBody["tasks"][number];

/** What the next version of a plan consists of: its phases in order, and its tasks. */
export const bodyOf = ({ phases, tasks }: Pick<ProjectPlan, "phases" | "tasks">): PlanBody => ({
  phases: phases.map(({ name }) => name),
  tasks,
});

/** Without a task; what waited for it waits for what it waited for. Phases that are left empty go too. */
export function without({ phases, tasks }: PlanBody, ref: string): PlanBody {
  const gone = tasks.find((task) => task.ref === ref);
  const kept = tasks
    .filter((task) => task.ref !== ref)
    .map((task) =>
      task.depends_on.includes(ref)
        ? {
            ...task,
            depends_on: [
              ...new Set([...task.depends_on.filter((each) => each !== ref), ...(gone?.depends_on ?? [])]),
            ],
          }
        : task,
    );
  return { phases: phases.filter((name) => kept.some(({ phase }) => phase === name)), tasks: kept };
}

/** With one task changed. */
export const withTask = ({ phases, tasks }: PlanBody, changed: PlannedTask): PlanBody => ({
  phases,
  tasks: tasks.map((task) => (task.ref === changed.ref ? changed : task)),
});
