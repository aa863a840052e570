// Webhooks of one project that are the integration of another, and back: what went out comes in as it is, signed by
// the one side and verified by the other, with nothing of ours in between.
import { beforeAll, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { type Integration, newIntegration } from "../harness/hooks.ts";
import type { Person } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";
import { type Received, Receiver, type Registered, register } from "../webhooks/receiver.ts";
import { deliver, deliveriesOf, newProject, stage, type TestProject } from "../webhooks/stage.ts";

/** A task over there is one here, and done once it is done. */
const MIRROR = {
  rules: [
    {
      name: "What is made there is made here",
      when: [{ body: "/type", equals: "task.created" }],
      actions: [{ action: "create_task" as const, task: "peer:{{/data/task_id}}", title: "{{/data/title}}" }],
    },
    {
      name: "What is done there is done here",
      when: [{ body: "/type", equals: "task.completed" }],
      actions: [{ action: "complete" as const, task: "peer:{{/data/task_id}}" }],
    },
  ],
};

/** One way from a project to another. */
interface Way {
  readonly hook: Registered;
  readonly integration: Integration;
  /** What each delivery, in the order of their first arrivals, was told has become of it, as often as it came. */
  readonly answers: Map<string, string[]>;
}

let olga: Person;
beforeAll(async () => {
  ({ olga } = await stage());
});

async function way(from: TestProject, to: TestProject): Promise<Way> {
  const receiver = new Receiver();
  const event_types = ["task.created", "task.completed"] as const;
  const hook = await register(olga, { project_id: from.id, event_types: [...event_types] }, receiver);
  const integration = await newIntegration(olga, to.id, { mapping: MIRROR, secret: hook.secret });
  const answers = new Map<string, string[]>();
  const forward = async ({ id, text, headers }: Received) => {
    const answer = await send(integration.path, {
      ...{ method: "POST", address: newAddress(), body: text, headers },
    });
    const { reason, body } = await open(answer.clone() as Response);
    const told = reason ?? (body as { delivery: { status: string } }).delivery.status;
    answers.set(id, [...(answers.get(id) ?? []), told]);
    return answer;
  };
  // Whatever comes is copied on the way, and each first answer is lost: the sender has to ask again.
  receiver.answer = async (received) => {
    const is_first = !answers.has(received.id);
    const answer = await forward(received);
    await forward(received);
    return is_first ? new Response("lost", { status: 502 }) : answer;
  };
  return { hook, integration, answers };
}

/** Changes are told and delivered to and fro until nothing is due within a minute. */
async function settle(projects: readonly TestProject[], ways: readonly Way[]): Promise<void> {
  for (let round = 0; round < 12; round += 1) {
    for (const project of projects) await project.tell();
    for (const { hook } of ways) await deliver(hook);
    clock.advance(6);
  }
  for (const { hook } of ways) {
    expect(await deliveriesOf(olga, hook, { status: "pending" })).toEqual([]);
  }
}

async function tasksOf(project: TestProject) {
  const { client } = await olga.awake();
  const params = { project_id: project.id };
  return (await client.listTasks({ params, query: {} })).body.tasks;
}

const hopsOf = async (project: TestProject, task_id: string) => {
  const params = { project_id: project.id, task_id };
  const { changes } = (await olga.client.listActivity({ params, query: {} })).body;
  return changes.find(({ type }) => type === "task.created")!.hops;
};

it("a task goes over once, with what becomes of it, however often its webhook comes", async () => {
  const [here, there] = [await newProject(olga), await newProject(olga)];
  const only = await way(here, there);
  const task = await here.task("Carry it over");
  await settle([here, there], [only]);
  const [copy, ...others] = await tasksOf(there);
  expect(others).toEqual([]);
  expect(copy).toMatchObject({
    title: "Carry it over",
    status: "open",
    created_by: only.integration.id,
  });
  expect(await hopsOf(there, copy!.id)).toBe(1);
  const params = { project_id: here.id, task_id: task.id };
  const { client } = await olga.awake();
  const { fencing_token } = (await client.claimTask({ params, body: {} })).body.lease;
  await client.completeTask({ params, body: { fencing_token } });
  await settle([here, there], [only]);
  expect(await tasksOf(there)).toMatchObject([{ id: copy!.id, status: "done" }]);
  const refused = "delivery_replayed";
  const expected = ["applied", refused, "applied", refused];
  expect([...only.answers.values()]).toEqual([expected, expected]);
});

it("two projects that tell each other everything do not go round: the fourth hop is stopped", async () => {
  const [here, there] = [await newProject(olga), await newProject(olga)];
  const ways = [await way(here, there), await way(there, here)];
  const task = await here.task("Echo");
  await settle([here, there], ways);
  const hops: Record<string, number> = {};
  for (const project of [here, there]) {
    for (const { id } of await tasksOf(project)) hops[id] = await hopsOf(project, id);
  }
  expect(hops[task.id]).toBe(0);
  expect(Object.values(hops).sort()).toEqual([0, 1, 2, 3]);
  const [out, back] = ways.map(({ answers }) => [...answers.values()].map(([first]) => first));
  expect(out).toEqual(["applied", "applied"]);
  expect(back).toEqual(["applied", "stopped"]);
});
