// Handlers of a project's tasks as a whole.
import { projectSchedule } from "../domain/project-schedule.ts";
import { type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import { streamOf } from "../protocol/json-lines.ts";
import { ok } from "../schema/result.ts";
import { planDocument } from "./plan-export.ts";
import { PLAN_FORMATS } from "./plan-formats.ts";
import { projectOf } from "./projects.ts";

export const planHandlers: Handlers<"readSchedule" | "exportPlan" | "importPlan"> = {
  readSchedule(call) {
    return replyWith(projectOf(call).openWork(call.actor), ({ tasks }) => ({
      schedule: projectSchedule(tasks, call.query.assumed_hours),
    }));
  },

  async exportPlan(call) {
    const { project_id } = call.params;
    const { format } = call.query;
    const lines = await projectOf(call).exportPlan(call.actor);
    if (!lines.ok) return lines;
    return ok({
      document: streamOf(planDocument(lines.value, format)),
      media_type: PLAN_FORMATS[format].media_type,
      file_name: `${project_id}.${format}`,
    });
  },

  importPlan(call) {
    return replyChanged(projectOf(call).importPlan(call.actor, call.body.tasks), (ids) => ({
      tasks: call.body.tasks.map(({ ref }, at) => ({ ref, id: ids[at]! })),
      count: ids.length,
    }));
  },
};
