// The schedule of a project inside an isolate. `GET /<tasks>` computes one of that many tasks, each of which waits for
// up to four earlier ones; `/0` costs what asking costs.
import { projectSchedule } from "../../../src/domain/project-schedule.ts";
import type { OpenTask } from "../../../src/schema/messages/project.ts";

const projects = new Map<number, readonly OpenTask[]>();

/** The same on every run: each pick is a fixed function of its place. */
function projectOf(size: number): readonly OpenTask[] {
  const known = projects.get(size);
  if (known) return known;
  const made = Array.from({ length: size }, (_, at): OpenTask => {
    const picks = at === 0 ? [] : [1, 2, 3, 4].map((step) => (at * 7_919 + step * 104_729) % at);
    const likely = 1 + (at % 40);
    return {
      id: `tsk_${at}`,
      title: `Task ${at}`,
      status: "open",
      estimate: at % 5 === 0 ? null : { optimistic: likely / 2, likely, pessimistic: likely * 3 },
      depends_on: [...new Set(picks)].map((pick) => `tsk_${pick}`),
      priority: "normal",
      skills: [],
      due_at: null,
      assigned_to: null,
      parent_id: null,
      updated_at: "2026-01-01T00:00:00.000Z",
    };
  });
  projects.set(size, made);
  return made;
}

export default {
  fetch(request: Request): Response {
    const tasks = projectOf(Number(new URL(request.url).pathname.slice(1)));
    const { expected_hours } = projectSchedule(tasks, 8);
    return Response.json({ expected_hours });
  },
};
