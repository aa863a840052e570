// What the tests of webhooks stand on: an ADMIN, an owner of projects, and projects whose changes are told on request.
import type { Client } from "../../../src/api/client.ts";
import { clock } from "../harness/clock.ts";
import { objectOf, ringAlarm, shipAll } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import type { Registered } from "./receiver.ts";

type Task = Awaited<ReturnType<Client["createTask"]>>["body"]["task"];

export async function stage() {
  await hurry();
  await widenBuckets();
  const ada = await admin("main");
  return { ada, olga: await signUp() };
}

export class TestProject {
  readonly id: string;
  readonly owner: Person;

  constructor(id: string, owner: Person) {
    this.id = id;
    this.owner = owner;
  }

  get stub(): DurableObjectStub {
    return objectOf("PROJECT", `${this.owner.workspace}/${this.id}`);
  }

  async task(title = "Write"): Promise<Task> {
    const { client } = await this.owner.awake();
    return (await client.createTask({ params: { project_id: this.id }, body: { title } })).body.task;
  }

  async rename(task: Task, title: string): Promise<void> {
    const params = { project_id: this.id, task_id: task.id };
    await this.owner.client.updateTask({ params, body: { title }, if_match: "*" });
  }

  /** The project tells its endpoints, and these deliver what is due. */
  async tell(...hooks: Registered[]): Promise<void> {
    await ringAlarm(this.stub);
    for (const hook of hooks) await deliver(hook);
  }
}

export async function newProject(owner: Person): Promise<TestProject> {
  const { client } = await owner.awake();
  const { project } = (await client.createProject({ body: { name: "Launch" } })).body;
  return new TestProject(project.id, owner);
}

/** One round of the endpoint's alarm. */
export const deliver = async ({ stub }: Registered): Promise<boolean> => ringAlarm(stub);

export async function deliveriesOf(
  by: Person,
  hook: Registered,
  query: { status?: "dead" | "pending" } = {},
) {
  const { client } = await by.awake();
  return (await client.listDeliveries({ params: hook.params, query })).body.deliveries;
}

export async function webhookOf(by: Person, hook: Registered) {
  const { client } = await by.awake();
  return (await client.readWebhook({ params: hook.params })).body;
}

/** Moves on to that time, to the ms. */
export function goTo(iso: string): void {
  clock.advance((Date.parse(iso) - clock.now_ms()) / 1000);
}

/** Everything that waits anywhere is told: workspace to projects, projects to endpoints, endpoints to receivers. */
export async function tellAll(projects: readonly TestProject[], ...hooks: Registered[]): Promise<void> {
  await ringAlarm(objectOf("WORKSPACE", "main"));
  await shipAll();
  for (const project of projects) await project.tell();
  for (const hook of hooks) await deliver(hook);
}
