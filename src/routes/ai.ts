// Handlers of planning.
import { assessComplexity } from "../assist/complexity.ts";
import { factsOf, withRisks, withWords } from "../assist/judgement.ts";
import { assessRisks, wantedSkills } from "../assist/risks.ts";
import { allows } from "../domain/role.ts";
import type { Handlers } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import { ok } from "../schema/result.ts";
import { planFor } from "./ai-plan.ts";
import { principalOf } from "./auth.ts";
import { workspaceOf } from "./people.ts";
import { projectOf } from "./projects.ts";

export const aiHandlers: Handlers<"assessComplexity" | "assessRisks" | "aiUsage" | "listAiRecords"> = {
  async assessComplexity(call) {
    const work = await projectOf(call).openWork(call.actor);
    if (!work.ok) return work;
    const { tasks } = work.value;
    const { assumed_hours, seed, judgement } = call.body;
    const assess = () => assessComplexity(tasks, assumed_hours, seed);
    if (!judgement) return ok({ body: { complexity: assess(), provider: "rules", notes: [] } });
    const want = () => ({ text: {}, facts: { complexity: assess(), tasks: tasks.map(factsOf) } });
    const planned = await planFor(call, "complexity", want);
    if (!planned.ok) return planned;
    const { facts, result, provider, notes } = planned.value;
    return ok({ body: { complexity: withWords(facts.complexity, result), provider, notes: [...notes] } });
  },

  async assessRisks(call) {
    const work = await projectOf(call).openWork(call.actor);
    if (!work.ok) return work;
    const { owner, tasks } = work.value;
    const assess = async () => {
      const skills = [...wantedSkills(tasks).keys()];
      const counts = skills.length === 0 ? [] : await workspaceOf(call).skillHolders(skills);
      const holders = new Map(skills.map((skill, at) => [skill, counts[at]!]));
      return assessRisks(tasks, owner, holders, call.body.assumed_hours, Date.now());
    };
    if (!call.body.judgement) return ok({ body: { report: await assess(), provider: "rules", notes: [] } });
    const want = async () => ({
      text: {},
      facts: { report: await assess(), tasks: tasks.map(factsOf) },
    });
    const planned = await planFor(call, "risks", want);
    if (!planned.ok) return planned;
    const { facts, result, provider, notes } = planned.value;
    const report = withRisks(facts.report, result, tasks, owner);
    return ok({ body: { report, provider, notes: [...notes] } });
  },

  listAiRecords(call) {
    const { actor, env, params } = call;
    const principal = env.PRINCIPAL.getByName(`${actor.workspace}/${params.principal_id}`);
    return replyPage(call, "records", (limit, before) => principal.aiRecords(limit, before));
  },

  async aiUsage(call) {
    const usage = await principalOf(call).aiUsage();
    if (!usage.ok) return usage;
    if (!allows(call.actor.permissions, "system:admin")) {
      return ok({ body: { usage: usage.value, workspace: null } });
    }
    const workspace = await workspaceOf(call).aiUsage();
    return workspace.ok ? ok({ body: { usage: usage.value, workspace: workspace.value } }) : workspace;
  },
};
