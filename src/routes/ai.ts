// Handlers of planning.
import { assessComplexity } from "../assist/complexity.ts";
import { assessRisks, wantedSkills } from "../assist/risks.ts";
import { type Handlers, replyWith } from "../edge/call.ts";
import { ok } from "../schema/result.ts";
import { workspaceOf } from "./people.ts";
import { projectOf } from "./projects.ts";

export const aiHandlers: Handlers<"assessComplexity" | "assessRisks"> = {
  assessComplexity(call) {
    const { assumed_hours, seed } = call.body;
    return replyWith(projectOf(call).openWork(call.actor), ({ tasks }) => ({
      complexity: assessComplexity(tasks, assumed_hours, seed),
      provider: "rules",
    }));
  },

  async assessRisks(call) {
    const work = await projectOf(call).openWork(call.actor);
    if (!work.ok) return work;
    const { owner, tasks } = work.value;
    const skills = [...wantedSkills(tasks).keys()];
    const counts = skills.length === 0 ? [] : await workspaceOf(call).skillHolders(skills);
    const holders = new Map(skills.map((skill, at) => [skill, counts[at]!]));
    const report = assessRisks(tasks, owner, holders, call.body.assumed_hours, Date.now());
    return ok({ body: { report, provider: "rules" } });
  },
};
