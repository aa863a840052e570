// The handler of recommendations: the table first, judgement over it after.
import { recommend, taskFacts, workerFacts } from "../assist/recommendation.ts";
import { candidatesFor } from "../domain/candidates.ts";
import type { Handlers } from "../edge/call.ts";
import { ok } from "../schema/result.ts";
import { planFor } from "./ai-plan.ts";
import { workspaceOf } from "./people.ts";
import { projectOf } from "./projects.ts";

export const assigneesHandlers: Handlers<"recommendAssignees"> = {
  async recommendAssignees(call) {
    const read = await projectOf(call).taskAndWorkers(call.actor, call.params.task_id);
    if (!read.ok) return read;
    const { task, workers } = read.value;
    const held = new Map(workers.map((each) => [each.id, each.held]));
    const known = await workspaceOf(call).workersOf([...held.keys()]);
    if (!known.ok) return known;
    const applicants = known.value.map((worker) => ({ worker, held: held.get(worker.id)! }));
    const found = candidatesFor(task, applicants, Date.now());
    const table = new Map(known.value.map((worker) => [worker.id, worker]));
    const planned = await planFor(call, "assignees", () => ({
      text: { title: task.title, description: task.description },
      facts: { task: taskFacts(task), workers: workerFacts(found, table) },
    }));
    if (!planned.ok) return planned;
    const { result, provider, notes } = planned.value;
    const { alternatives_max } = call.body;
    const shown = { is_judged: provider !== "rules", alternatives_max };
    return ok({
      body: { recommendation: recommend(task, found, table, result, shown), provider, notes: [...notes] },
    });
  },
};
