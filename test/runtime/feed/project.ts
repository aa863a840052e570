// Projects of the feed's tests: made through the API, changed at random, and read back by their feed alone.
import type { Change } from "../../../src/schema/change.ts";
import type { Task } from "../../../src/schema/project.ts";
import { objectOf } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";

export const projectObject = (project_id: string, workspace = "main"): DurableObjectStub =>
  objectOf("PROJECT", `${workspace}/${project_id}`);

export const newProject = async (owner: Person): Promise<string> =>
  (await owner.client.createProject({ body: { name: "Feed" } })).body.project.id;

export const newTask = async (by: Person, project_id: string, title = "task"): Promise<Task> =>
  (await by.client.createTask({ params: { project_id }, body: { title } })).body.task;

/** All changes after a number, read in pages of that size. */
export async function readFeed(by: Person, project_id: string, from = 0, size = 200): Promise<Change[]> {
  const changes: Change[] = [];
  for (let after = from; ; ) {
    const query = { after: String(after), limit: String(size) };
    const page = (await by.client.listChanges({ params: { project_id }, query })).body;
    changes.push(...page.changes);
    after = page.next_after;
    if (after === page.newest) return changes;
  }
}

/** One random thing that somebody may try; what is refused is no change. */
export type Move = readonly [kind: "create" | "plan" | "title" | "status" | "assign" | "delete", at: number];

/** Tries it; answers the event that a change named, or null where it was refused. */
export async function tryMove(by: Person, project_id: string, ids: string[], [kind, at]: Move) {
  const path = `/v1/projects/${project_id}/tasks`;
  const task = `${path}/${ids[at % Math.max(1, ids.length)] ?? `tsk_${"0".repeat(26)}`}`;
  const change = (json: object) =>
    by.send(task, { method: "PATCH", json, headers: { "If-Match": at % 5 === 0 ? '"v1"' : "*" } });
  const moves: Record<Move[0], () => Promise<Response>> = {
    create: () => by.send(path, { json: { title: `made ${at}` } }),
    plan: () =>
      by.send(`${path}/bulk`, {
        json: {
          tasks: Array.from({ length: 1 + (at % 4) }, (_, ref) => ({ ref: `t${ref}`, title: `${at}` })),
        },
      }),
    title: () => change({ title: `renamed ${at}` }),
    status: () => change({ status: ["in_progress", "blocked", "done", "open"][at % 4] }),
    assign: () => by.send(`${task}/assign`, { json: { user_id: by.id } }),
    delete: () => by.send(task, { method: "DELETE", headers: { "If-Match": "*" } }),
  };
  const answer = await moves[kind]();
  const text = await answer.text();
  if (!answer.ok) return null;
  const body = (text === "" ? {} : JSON.parse(text)) as { task?: Task; tasks?: Task[] };
  if (kind === "create") ids.push(body.task!.id);
  if (kind === "plan") ids.push(...body.tasks!.map(({ id }) => id));
  return answer.headers.get("audit-event")!;
}

/** What a reader knows of the tasks who has never seen more than the feed. */
export function replay(changes: readonly Change[]): Map<string, Change["data"]> {
  const known = new Map<string, Change["data"]>();
  for (const { task_id, type, data } of changes) {
    if (task_id === null) continue;
    if (type === "task.deleted") known.delete(task_id);
    else known.set(task_id, data);
  }
  return known;
}
