// The fixture: one workspace with a person for each role and place, a project they are members of, and another
// workspace whose ids they must never reach.
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { SUBJECTS, type Subject } from "./oracle.ts";

export interface Place {
  readonly project_id: string;
  readonly task_id: string;
  readonly user_id: string;
  readonly session_id: string;
}

export interface World extends Place {
  /** By the names of the oracle; `anonymous` is a USER whose token is not sent. */
  readonly people: Readonly<Record<string, Person>>;
  readonly admin: Person;
  readonly owner: Person;
  /** A USER to whom things are done. */
  readonly target: Person;
  /** A USER to sign in as. */
  readonly visitor: Person;
  /** What is in the other workspace. */
  readonly foreign: Place;
  /** The token of a session that was signed out. */
  readonly ended_token: string;
}

export async function createWorld(): Promise<World> {
  const ada = await admin("main");
  const people: Record<string, Person> = {};
  for (const subject of SUBJECTS) {
    const roles = [subject.role ?? "USER"] as const;
    people[subject.name] =
      subject.role === "ADMIN" ? ada : await userWithRoles(ada, [...roles], { mfa: true });
  }
  const owner = people["USER owner"]!;
  const { project } = (await owner.client.createProject({ body: { name: "Fixture" } })).body;
  for (const { name, place } of SUBJECTS as readonly Subject[]) {
    if (place === null || place === "owner") continue;
    const params = { project_id: project.id, user_id: people[name]!.id };
    await owner.client.setMember({ params, body: { role: place } });
  }
  const { task } = (
    await owner.client.createTask({ params: { project_id: project.id }, body: { title: "Fixture" } })
  ).body;
  const visitor = await signUp();
  const ended_token = visitor.token;
  await visitor.client.logout();
  const target = await signUp();
  return {
    people,
    admin: ada,
    owner,
    target,
    visitor,
    ended_token,
    project_id: project.id,
    task_id: task.id,
    user_id: target.id,
    session_id: target.session_id,
    foreign: await otherPlace(),
  };
}

async function otherPlace(): Promise<Place> {
  const { id: user_id, session_id, client } = await admin("other");
  const { project } = (await client.createProject({ body: { name: "Theirs" } })).body;
  const params = { project_id: project.id };
  const { task } = (await client.createTask({ params, body: { title: "Theirs" } })).body;
  return { project_id: project.id, task_id: task.id, user_id, session_id };
}
