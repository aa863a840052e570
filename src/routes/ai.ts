// Handlers of planning.
import { assessComplexity } from "../assist/complexity.ts";
import { assessRisks, wantedSkills } from "../assist/risks.ts";
import { allows } from "../domain/role.ts";
import type { Handlers } from "../edge/call.ts";
import { ok } from "../schema/result.ts";
import { countCall } from "./ai-limits.ts";
import { principalOf } from "./auth.ts";
import { workspaceOf } from "./people.ts";
import { projectOf } from "./projects.ts";

export const aiHandlers: Handlers<"assessComplexity" | "assessRisks" | "aiUsage"> = {
  async assessComplexity(call) {
    const work = await projectOf(call).openWork(call.actor);
    if (!work.ok) return work;
    const counted = await countCall(call, "complexity");
    if (!counted.ok) return counted;
    const { assumed_hours, seed } = call.body;
    const complexity = assessComplexity(work.value.tasks, assumed_hours, seed);
    return ok({ body: { complexity, provider: "rules" } });
  },

  async assessRisks(call) {
    const work = await projectOf(call).openWork(call.actor);
    if (!work.ok) return work;
    const counted = await countCall(call, "risks");
    if (!counted.ok) return counted;
    const { owner, tasks } = work.value;
    const skills = [...wantedSkills(tasks).keys()];
    const counts = skills.length === 0 ? [] : await workspaceOf(call).skillHolders(skills);
    const holders = new Map(skills.map((skill, at) => [skill, counts[at]!]));
    const report = assessRisks(tasks, owner, holders, call.body.assumed_hours, Date.now());
    return ok({ body: { report, provider: "rules" } });
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
