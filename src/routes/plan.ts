// Handlers of a project's tasks as a whole.
import { projectSchedule } from "../domain/project-schedule.ts";
import { type Handlers, replyWith } from "../edge/call.ts";
import { projectOf } from "./projects.ts";

export const planHandlers: Handlers<"readSchedule"> = {
  readSchedule(call) {
    return replyWith(projectOf(call).openTasks(call.actor), (tasks) => ({
      schedule: projectSchedule(tasks, call.query.assumed_hours),
    }));
  },
};
