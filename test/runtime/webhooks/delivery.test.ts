// From a change to whoever is told of it by webhook: once per event, signed, and again until it has arrived.
import { beforeAll, describe, expect, it } from "vitest";
import { RETRY_DELAYS_MS } from "../../../src/domain/delivery.ts";
import { clock } from "../harness/clock.ts";
import { crash, evict, inside, objectOf, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import type { Person } from "../harness/people.ts";
import { env, type TestEnv } from "../harness/worker.ts";
import { type Answering, OK, Receiver, register, verify } from "./receiver.ts";
import { deliver, deliveriesOf, goTo, newProject, stage, webhookOf } from "./stage.ts";

let olga: Person;
beforeAll(async () => {
  ({ olga } = await stage());
});

const status =
  (code: number, headers: Record<string, string> = {}): Answering =>
  () =>
    new Response("no", { status: code, headers });
const unreachable: Answering = () => Promise.reject(new TypeError("connection refused"));
const breaksOff: Answering = () => {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("half"));
      controller.error(new Error("connection reset"));
    },
  });
  return new Response(body);
};

describe("a change", () => {
  it("reaches whoever wants it, signed so that the published library accepts it, once", async () => {
    const project = await newProject(olga);
    await project.task("before the endpoint was there");
    const hook = await register(olga, { project_id: project.id, event_types: ["task.*"] });
    const task = await project.task("Grüße ✓");
    await olga.client.createComment({
      params: { project_id: project.id, task_id: task.id },
      body: { text: "x" },
    });
    await project.tell(hook);
    expect(hook.receiver.types).toEqual(["task.created"]);
    const [received] = hook.receiver.received;
    const timestamp = new Date(clock.now_ms()).toISOString();
    expect(verify(received!, hook.secret)).toMatchObject({ type: "task.created", timestamp });
    expect(received!.data).toMatchObject({
      workspace: "main",
      project_id: project.id,
      task_id: task.id,
      actor: olga.id,
      title: "Grüße ✓",
      status: "open",
    });
    expect(received!.headers["webhook-signature"]).toMatch(/^v1,\S{44} v1a,\S{88}$/);
    await project.tell(hook);
    await project.tell(hook);
    expect(hook.receiver.received).toHaveLength(1);
    expect((await webhookOf(olga, hook)).metrics).toMatchObject({ delivered: 1, pending: 0, dead: 0 });
  });

  it("is told once, though its project tells of it again after a crash", async () => {
    const project = await newProject(olga);
    const hook = await register(olga, { project_id: project.id });
    const { title: _title, ...rest } = await project.task();
    const [{ incarnation }] = (await rowsOf<{ incarnation: string }>(
      project.stub,
      "SELECT incarnation FROM object",
    )) as [{ incarnation: string }];
    const change = {
      ...{ number: 50, at: "2026-01-01T00:00:00Z", type: "task.created", actor: olga.id, task_id: rest.id },
      ...{ event_id: "evt_00000000000000000000000000", hops: 0, data: {} },
    };
    const source = { source: `feed/main/${project.id}`, incarnation, project_id: project.id };
    const batch = { version: 1 as const, ...source, changes: [change], through: 60 };
    const told = () => env.WEBHOOK_ENDPOINT.getByName(`main/${hook.id}`).deliver(batch);
    await Promise.all([told(), told()]);
    await crash(hook.stub);
    await told();
    await ringAlarm(objectOf("WEBHOOK_ENDPOINT", `main/${hook.id}`));
    expect(hook.receiver.received.filter(({ data }) => data.number === 50)).toHaveLength(1);
  });

  it("is not lost where its endpoint cannot be reached for a while", async () => {
    const project = await newProject(olga);
    const hook = await register(olga, { project_id: project.id });
    const task = await project.task();
    const reach = await outOfReach(project.stub);
    for (let round = 0; round < 3; round += 1) {
      await project.tell(hook);
      clock.advance(120);
    }
    expect(hook.receiver.received).toEqual([]);
    reach();
    await project.tell(hook);
    expect(hook.receiver.received.map(({ data }) => data.task_id)).toEqual([task.id]);
  });

  it("that is too old to be kept, but still to be told, stays and lets its project sleep until the next attempt", async () => {
    const project = await newProject(olga);
    const hook = await register(olga, { project_id: project.id, event_types: ["task.*"] });
    const reach = await outOfReach(project.stub);
    const task = await project.task();
    await project.task();
    clock.advance(91 * 86_400);
    for (let attempt = 0; attempt < 8; attempt += 1) {
      clock.advance(60);
      await ringAlarm(project.stub);
    }
    const alarm_ms = await inside(project.stub, (_, { storage }) => storage.getAlarm());
    expect(alarm_ms! - clock.now_ms()).toBeGreaterThanOrEqual(60_000);
    reach();
    clock.advance(60);
    await project.tell(hook);
    expect(hook.receiver.received[0]!.data.task_id).toBe(task.id);
  });

  it("waits for no endpoint that cannot be reached: the others are told at once", async () => {
    const project = await newProject(olga);
    const away = await register(olga, { project_id: project.id });
    const hook = await register(olga, { project_id: project.id });
    const reach = await outOfReach(project.stub, away.id);
    const numbers = () => hook.receiver.received.length;
    for (let told = 1; told <= 3; told += 1) {
      await project.task();
      await project.tell(hook);
      expect(numbers()).toBe(told);
    }
    reach();
    clock.advance(2);
    await project.tell(away);
    expect(away.receiver.received).toHaveLength(3);
  });
});

/** Endpoints, or that one alone, as that object sees them: out of reach, until the answer is called. */
function outOfReach(stub: DurableObjectStub, id = ""): Promise<() => void> {
  return inside(stub, (instance) => {
    const { env: own } = instance as unknown as { env: Record<string, unknown> };
    const before = own.WEBHOOK_ENDPOINT as TestEnv["WEBHOOK_ENDPOINT"];
    const deliver = () => Promise.reject(new Error("out of reach"));
    const getByName = (name: string) => (name.endsWith(id) ? { deliver } : before.getByName(name));
    own.WEBHOOK_ENDPOINT = { getByName };
    return () => {
      own.WEBHOOK_ENDPOINT = before;
    };
  });
}

describe("an endpoint that fails", () => {
  it("is asked again by the published schedule, under the same id, until ten attempts are used up", async () => {
    const project = await newProject(olga);
    const answers = [
      status(500),
      status(302, { Location: "https://hooks.example.com/x" }),
      unreachable,
      breaksOff,
    ];
    const receiver = new Receiver((received) =>
      answers[receiver.received.indexOf(received) % answers.length]!(received),
    );
    const hook = await register(olga, { project_id: project.id, event_types: ["task.created"] }, receiver);
    await project.task();
    await project.tell(hook);
    const begun_ms = clock.now_ms();
    let due_ms = begun_ms;
    for (const [tried, delay_ms] of RETRY_DELAYS_MS.entries()) {
      expect(receiver.received).toHaveLength(tried + 1);
      if (tried === 6) break; // from here on, it is disabled and probed: see below
      const [delivery] = await deliveriesOf(olga, hook);
      const wait_ms = Date.parse(delivery!.next_attempt_at!) - due_ms;
      expect(wait_ms).toBeGreaterThanOrEqual(delay_ms);
      expect(wait_ms).toBeLessThanOrEqual(delay_ms * 1.1 + 1);
      expect(delivery).toMatchObject({ status: "pending", attempts: tried + 1 });
      goTo(new Date(Date.parse(delivery!.next_attempt_at!) - 1_000).toISOString());
      await deliver(hook);
      expect(receiver.received, "not before its time").toHaveLength(tried + 1);
      await evict(hook.stub);
      goTo(delivery!.next_attempt_at!);
      due_ms = clock.now_ms();
      await deliver(hook);
    }
    const ids = new Set(receiver.received.map(({ id }) => id));
    expect(ids.size).toBe(1);
    for (const received of receiver.received) {
      expect(received.headers["webhook-timestamp"]).toBe(String(Math.floor(received.at_ms / 1000)));
    }
    await olga.awake();
    const params = { ...hook.params, delivery_id: [...ids][0]! };
    const { attempts } = (await olga.client.readDelivery({ params })).body;
    expect(
      attempts.slice(0, 4).map(({ status_code, error, answer }) => [status_code, error, answer]),
    ).toEqual([
      [500, null, "no"],
      [302, null, "no"],
      [null, "unreachable", null],
      [200, "cut_off", null],
    ]);
    receiver.answer = OK;
    const { delivery } = (await olga.client.replayDelivery({ params })).body;
    expect(delivery.status).toBe("pending");
    await deliver(hook);
    expect((await deliveriesOf(olga, hook))[0]).toMatchObject({ status: "delivered" });
  });

  it("is disabled after a day, told of, probed once an hour, and brought back by its first success", async () => {
    const project = await newProject(olga);
    const hook = await register(olga, { project_id: project.id }, new Receiver(status(503)));
    await project.task();
    for (let hour = 0; hour < 25; hour += 1) {
      await project.tell(hook);
      clock.advance(4_000); // beyond every probe, however long chance has made its wait
      if (hour % 3 === 0) await project.task();
    }
    await project.tell(hook);
    expect((await webhookOf(olga, hook)).webhook.status).toBe("disabled");
    await shipAll();
    const { notices } = (await olga.client.listNotices({ query: { limit: "1" } })).body;
    expect(notices[0]).toMatchObject({ type: "webhook.disabled", details: { webhook_id: hook.id } });
    const query = { project_id: project.id };
    expect((await olga.client.listWebhooks({ query })).body.webhooks[0]!.status).toBe("disabled");
    const before = hook.receiver.received.length;
    clock.advance(60);
    await project.tell(hook);
    expect(hook.receiver.received.length).toBe(before);
    clock.advance(4_000);
    await deliver(hook);
    expect(hook.receiver.received.length, "one probe").toBe(before + 1);
    hook.receiver.answer = OK;
    clock.advance(4_000);
    await deliver(hook);
    await deliver(hook);
    const { webhook, metrics } = await webhookOf(olga, hook);
    expect([webhook.status, metrics.pending]).toEqual(["active", 0]);
  });

  it("with 410 is left alone: nothing more is sent, until somebody says otherwise", async () => {
    const project = await newProject(olga);
    const hook = await register(olga, { project_id: project.id }, new Receiver(status(410)));
    await project.task();
    await project.tell(hook);
    expect(hook.receiver.received).toHaveLength(1);
    await project.task();
    await project.task();
    for (let day = 0; day < 3; day += 1) {
      await project.tell(hook);
      clock.advance(86_400);
    }
    expect(hook.receiver.received).toHaveLength(1);
    expect((await webhookOf(olga, hook)).webhook.status).toBe("gone");
    const dead = await deliveriesOf(olga, hook, { status: "dead" });
    expect(dead.map(({ reason }) => reason)).toEqual(Array(3).fill("endpoint_gone"));
    const refused = await olga.send(`/v1/webhooks/${hook.id}/test`, { method: "POST" });
    expect(refused.status).toBe(409);
    hook.receiver.answer = OK;
    await (await olga.recent()).client.updateWebhook({ params: hook.params, body: { status: "active" } });
    const range = { from: "2026-01-01T00:00:00Z", until: "2099-01-01T00:00:00Z" };
    const replayed = await olga.client.replayDeliveries({ params: hook.params, body: range });
    expect(replayed.body).toEqual({ replayed: 3, more: false });
    await deliver(hook);
    expect(hook.receiver.received).toHaveLength(4);
    expect(new Set(hook.receiver.received.map(({ id }) => id)).size).toBe(3);
  });

  it("is given the time that it asks for, all of it", async () => {
    const project = await newProject(olga);
    const hook = await register(
      olga,
      { project_id: project.id },
      new Receiver(status(429, { "Retry-After": "600" })),
    );
    await project.task();
    await project.tell(hook);
    hook.receiver.answer = OK;
    await project.task();
    clock.advance(590);
    await project.tell(hook);
    expect(hook.receiver.received).toHaveLength(1);
    clock.advance(11);
    await deliver(hook);
    expect(hook.receiver.received).toHaveLength(3);
  });

  it("holds up no other", async () => {
    const project = await newProject(olga);
    const hanging = await register(
      olga,
      { project_id: project.id },
      new Receiver(() => new Promise(() => undefined)),
    );
    const healthy = await register(olga, { project_id: project.id });
    for (let count = 0; count < 8; count += 1) await project.task();
    await project.tell(hanging, healthy);
    expect(healthy.receiver.received).toHaveLength(8);
    expect(hanging.receiver.received, "no more than the platform's connections").toHaveLength(6);
  });
});

describe("an endpoint that asks for order", () => {
  it("gets what happens to one task one after the other, and other tasks meanwhile", async () => {
    const project = await newProject(olga);
    const failing = new Set<string>();
    const receiver = new Receiver(({ data }) =>
      failing.has(data.task_id as string) ? new Response("no", { status: 500 }) : new Response("ok"),
    );
    const hook = await register(olga, { project_id: project.id, order: "task" }, receiver);
    const [a, b] = [await project.task("a"), await project.task("b")];
    failing.add(a.id);
    for (const title of ["1", "2", "3"]) {
      await project.rename(a, `a${title}`);
      await project.rename(b, `b${title}`);
    }
    await project.tell(hook);
    const titles = (task_id: string) =>
      receiver.received.filter(({ data }) => data.task_id === task_id).map(({ data }) => data.title);
    expect(titles(b.id)).toEqual(["b", "b1", "b2", "b3"]);
    expect(titles(a.id)).toEqual(["a"]);
    failing.clear();
    clock.advance(6);
    await deliver(hook);
    expect(titles(a.id)).toEqual(["a", "a", "a1", "a2", "a3"]);
    expect((await webhookOf(olga, hook)).metrics.pending).toBe(0);
  });
});

describe("an endpoint's rate", () => {
  it("is kept, however much there is to tell", async () => {
    const project = await newProject(olga);
    const hook = await register(olga, { project_id: project.id, deliveries_per_minute: 12 });
    for (let count = 0; count < 8; count += 1) await project.task();
    await project.tell(hook);
    expect(hook.receiver.received, "a burst of ten seconds").toHaveLength(2);
    clock.advance(10);
    await deliver(hook);
    expect(hook.receiver.received).toHaveLength(4);
    clock.advance(60);
    await deliver(hook);
    await deliver(hook);
    expect(hook.receiver.received.length).toBeLessThanOrEqual(6);
  });
});
