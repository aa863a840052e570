// The handler of recommendations: the table first, judgement over it after.
import { OFFLINE_PLANNER } from "../assist/offline-planner.ts";
import { plan } from "../assist/plan.ts";
import { recommend, taskFacts, workerFacts } from "../assist/recommendation.ts";
import { candidatesFor } from "../domain/candidates.ts";
import type { Handlers } from "../edge/call.ts";
import { ok } from "../schema/result.ts";
import { countCall } from "./ai-limits.ts";
import { workspaceOf } from "./people.ts";
import { projectOf } from "./projects.ts";

const SECONDS_MAX = 25;

export const assigneesHandlers: Handlers<"recommendAssignees"> = {
  async recommendAssignees(call) {
    const read = await projectOf(call).taskAndWorkers(call.actor, call.params.task_id);
    if (!read.ok) return read;
    const counted = await countCall(call, "assignees");
    if (!counted.ok) return counted;
    const { task, workers } = read.value;
    const held = new Map(workers.map((each) => [each.id, each.held]));
    const known = await workspaceOf(call).workersOf([...held.keys()]);
    if (!known.ok) return known;
    const applicants = known.value.map((worker) => ({ worker, held: held.get(worker.id)! }));
    const found = candidatesFor(task, applicants, Date.now());
    const table = new Map(known.value.map((worker) => [worker.id, worker]));
    const { result, provider, notes } = await plan(
      {
        feature: "assignees",
        text: { title: task.title, description: task.description },
        facts: { task: taskFacts(task), workers: workerFacts(found, table) },
        signal: AbortSignal.timeout(SECONDS_MAX * 1_000),
      },
      [OFFLINE_PLANNER],
    );
    const { alternatives_max } = call.body;
    const shown = { is_judged: provider !== "rules", alternatives_max };
    const recommendation = recommend(task, found, table, result, shown);
    return ok({ body: { recommendation, provider, notes: [...notes] } });
  },
};
