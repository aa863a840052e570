// A project with people who claim in it: what the tests of claims share.
import type { Task } from "../../../src/schema/project.ts";
import type { Role } from "../../../src/schema/role.ts";
import { objectOf, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { hurry, liftCoarseLimit, widenBuckets } from "../identity/settings.ts";

await hurry();
await widenBuckets();
liftCoarseLimit();

export const ada = await admin("main");
/** Owner of every project here. */
export const owner = await signUp();

export async function newProject(members: readonly Person[] = []): Promise<string> {
  const { project } = (await owner.client.createProject({ body: { name: "Claims" } })).body;
  for (const { id } of members) {
    await owner.client.setMember({
      params: { project_id: project.id, user_id: id },
      body: { role: "editor" },
    });
  }
  return project.id;
}

export const person = (roles: Role[] = ["USER"]): Promise<Person> => userWithRoles(ada, roles);

export async function add(project_id: string, more: Partial<Task> = {}): Promise<Task> {
  const { title = "A task", depends_on = [], skills = [], priority = "normal", due_at = null } = more;
  const body = { title, depends_on, skills, priority, due_at, parent_id: more.parent_id ?? null };
  return (await owner.client.createTask({ params: { project_id }, body })).body.task;
}

export const paramsOf = ({ project_id, id }: Pick<Task, "project_id" | "id">) => ({
  project_id,
  task_id: id,
});

export const read = async (task: Pick<Task, "project_id" | "id">): Promise<Task> =>
  (await owner.client.readTask({ params: paramsOf(task) })).body.task;

/** One of the acts on a lease, as it would be sent; nothing throws. */
export function act(
  who: Person,
  task: Pick<Task, "project_id" | "id">,
  what: "claim" | "renew" | "release" | "complete",
  json: object = {},
): Promise<Response> {
  return who.send(`/v1/projects/${task.project_id}/tasks/${task.id}/${what}`, { json });
}

/** Claims a task and answers its fencing token. */
export async function claim(who: Person, task: Task, lease_seconds = 900): Promise<number> {
  const { lease } = (await who.client.claimTask({ params: paramsOf(task), body: { lease_seconds } })).body;
  return lease.fencing_token;
}

export const change = (who: Person, task: Pick<Task, "project_id" | "id">, json: object): Promise<Response> =>
  who.send(`/v1/projects/${task.project_id}/tasks/${task.id}`, {
    method: "PATCH",
    json,
    headers: { "If-Match": "*" },
  });

/** The status of an answer, and the reason where it is a refusal. */
export async function said(answer: Response | Promise<Response>): Promise<string> {
  const { status, type } = {
    type: null,
    ...(await (await answer).json<{ status?: number; type?: string }>()),
  };
  return type === null ? "ok" : `${status} ${type!.replace("/problems/", "")}`;
}

export const projectObject = (project_id: string): DurableObjectStub =>
  objectOf("PROJECT", `main/${project_id}`);

/** Events that wait in the project's outbox or have been shipped from it: those of one type, oldest first. */
export async function rowsOfTask(project_id: string, id: string) {
  const [row] = await rowsOf<{ fencing_token: number; blocked_by: number; status: string }>(
    projectObject(project_id),
    "SELECT fencing_token, blocked_by, status FROM task WHERE id = ?",
    id,
  );
  return row!;
}
