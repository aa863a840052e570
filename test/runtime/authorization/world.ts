// The fixture: one workspace with a person for each role and place, a project they are members of, and another
// workspace whose ids they must never reach.

import { failedDelivery, type Integration, newIntegration } from "../harness/hooks.ts";
import { shipAll } from "../harness/objects.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { newAgent, registerWorker } from "../harness/workers.ts";
import { SUBJECTS, type Subject } from "./oracle.ts";

export interface Place {
  readonly project_id: string;
  readonly task_id: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly token_id: string;
  readonly comment_id: string;
  readonly worker_id: string;
  readonly key_id: string;
  readonly webhook_id: string;
  readonly integration_id: string;
  readonly failure_id: string;
  readonly delivery_id: string;
}

export interface World {
  readonly project_id: string;
  readonly task_id: string;
  /** A worker to which things are done. */
  readonly worker_id: string;
  /** An integration of the project. */
  readonly integration: Integration;
  /** By the names of the oracle; `anonymous` is a USER whose token is not sent. */
  readonly people: Readonly<Record<string, Person>>;
  /** API tokens, by the names of the oracle. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly admin: Person;
  readonly owner: Person;
  /** A USER to whom things are done. */
  readonly target: Person;
  /** A USER to sign in as. */
  readonly visitor: Person;
  /** What is in the other workspace. */
  readonly foreign: Place;
  /** What is of others in the same workspace, or in another project of the same owner. */
  readonly neighbour: Partial<Place>;
  /** The token of a session that was signed out. */
  readonly ended_token: string;
}

export async function createWorld(): Promise<World> {
  const ada = await admin("main");
  const people: Record<string, Person> = {};
  for (const { name, role, token, signed } of SUBJECTS as readonly Subject[]) {
    if (signed) people[name] = await newAgent(ada);
    else if (role === "ADMIN") people[name] = ada;
    else if (!token) people[name] = await userWithRoles(ada, [role ?? "USER"], { mfa: true });
  }
  const owner = people["USER owner"]!;
  const tokens: Record<string, string> = {};
  for (const { name, role, token } of SUBJECTS as readonly Subject[]) {
    if (!token) continue;
    people[name] = role === "ADMIN" ? ada : owner;
    tokens[name] = (
      await people[name].client.createToken({ body: { name, permissions: [...token] } })
    ).body.token;
  }
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
  // The neighbouring project is the owner's too, and so are its endpoints and integrations: only what is in them must
  // not be found through others.
  const {
    project_id: _project_id,
    webhook_id: _webhook_id,
    integration_id: _integration_id,
    ...neighbours
  } = await next(owner, target);
  const integration = await newIntegration(owner, project.id);
  const { worker_id } = await registerWorker(ada);
  const { key_id } = await registerWorker(ada);
  await shipAll();
  return {
    people,
    tokens,
    admin: ada,
    owner,
    target,
    visitor,
    ended_token,
    project_id: project.id,
    task_id: task.id,
    worker_id,
    integration,
    neighbour: { ...neighbours, key_id },
    foreign: await otherPlace(),
  };
}

async function otherPlace(): Promise<Place> {
  const gwen = await admin("other");
  return { ...(await next(gwen, gwen)), ...(await registerWorker(gwen)), user_id: gwen.id };
}

/** A task of another project, and somebody else's session and API token. */
async function next(owner: Person, other: Person) {
  const { project } = (await owner.client.createProject({ body: { name: "Theirs" } })).body;
  const params = { project_id: project.id };
  const { task } = (await owner.client.createTask({ params, body: { title: "Theirs" } })).body;
  const said = await owner.client.createComment({
    params: { ...params, task_id: task.id },
    body: { text: "Theirs" },
  });
  const endpoint = { url: "http://127.0.0.1:9/theirs", project_id: project.id };
  const { webhook } = (await owner.client.createWebhook({ body: endpoint })).body;
  const { delivery } = (await owner.client.testWebhook({ params: { webhook_id: webhook.id } })).body;
  const body = { name: "Theirs", permissions: ["project:list" as const] };
  const { api_token } = (await other.client.createToken({ body })).body;
  const integration = await newIntegration(owner, project.id);
  return {
    integration_id: integration.id,
    failure_id: await failedDelivery(integration),
    project_id: project.id,
    task_id: task.id,
    comment_id: said.body.comment.id,
    session_id: other.session_id,
    token_id: api_token.id,
    webhook_id: webhook.id,
    delivery_id: delivery.id,
  };
}
