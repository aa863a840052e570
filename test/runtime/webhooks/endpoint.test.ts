// What is decided about an endpoint: where it may be, which secrets sign, who answers for it, and how it ends.
import { beforeAll, describe, expect, it, vi } from "vitest";
import { attempt } from "../../../durable-objects/webhook-endpoint/attempt.ts";
import { clock } from "../harness/clock.ts";
import { allOf, KINDS, objectOf, ringAlarm, rowsOf, shipAll, tablesOf } from "../harness/objects.ts";
import { type Person, signUp, userWithRoles } from "../harness/people.ts";
import { OK, Receiver, register, verify } from "./receiver.ts";
import { deliver, deliveriesOf, newProject, stage, webhookOf } from "./stage.ts";

let ada: Person;
let olga: Person;
beforeAll(async () => {
  ({ ada, olga } = await stage());
});

describe("an address", () => {
  it.each([
    "https://169.254.169.254/latest/meta-data/",
    "http://hooks.example.com/",
    "https://10.0.0.1.nip.io/",
    "https://user:secret@hooks.example.com/",
    "https://hooks.example.com:22/",
    "https://intranet/",
  ])("that leads inside is refused, now and by a change: %s", async (url) => {
    const project = await newProject(olga);
    const { client } = await olga.recent();
    const made = await olga.send("/v1/webhooks", { json: { url, project_id: project.id } });
    expect(made.status).toBe(422);
    expect(await made.text()).not.toContain(url);
    const hook = await register(olga, { project_id: project.id });
    const changed = await olga.send(`/v1/webhooks/${hook.id}`, { method: "PATCH", json: { url } });
    expect(changed.status).toBe(422);
    const { webhook } = (await client.readWebhook({ params: hook.params })).body;
    expect(webhook.url).toBe(hook.receiver.url);
  });

  it("is judged again before each attempt: what was allowed once is not asked when it no longer is", async () => {
    const asked: unknown[] = [];
    const ask = (async (...request: unknown[]) => {
      asked.push(request);
      return new Response("ok");
    }) as typeof fetch;
    const message = { url: "http://127.0.0.1:9/", id: "msg_1", body: "{}" };
    const options = { now_ms: clock.now_ms(), fetch: ask };
    expect(await attempt(message, [], { ...options, allow_loopback: false })).toMatchObject({
      status: null,
      error: "target_refused",
    });
    expect(asked).toEqual([]);
    expect(await attempt(message, [], { ...options, allow_loopback: true })).toMatchObject({ status: 200 });
  });

  it("may answer as much as it likes: no more than the beginning is read", async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1_024;
        controller.enqueue(new TextEncoder().encode("é".repeat(512)));
      },
    });
    const message = { url: "https://hooks.example.com/", id: "msg_1", body: "{}" };
    const ask = (async () => new Response(endless)) as typeof fetch;
    const made = await attempt(message, [], { now_ms: 0, fetch: ask, allow_loopback: false });
    expect(made).toMatchObject({ status: 200, error: null });
    expect(made.answer).toBe("é".repeat(1_024));
    expect(sent).toBeLessThan(10_000);
  });

  it.each([
    ["not at all", null],
    ["not to the end", 200],
  ])("that answers %s is given up after fifteen seconds", async (_, status) => {
    const timers: { work: () => void; ms: number | undefined }[] = [];
    const asked = Promise.withResolvers<void>();
    const ask = ((_url: string, { signal }: { signal: AbortSignal }) => {
      asked.resolve();
      const over = new Promise<never>((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
      );
      over.catch(() => undefined);
      if (status === null) return over;
      return new Response(new ReadableStream({ pull: () => over }), { status });
    }) as unknown as typeof fetch;
    const spy = vi.spyOn(globalThis, "setTimeout").mockImplementation(((work: () => void, ms?: number) => {
      timers.push({ work, ms });
      return 0;
    }) as never);
    try {
      const message = { url: "https://hooks.example.com/", id: "msg_1", body: "{}" };
      const made = attempt(message, [], { now_ms: 0, fetch: ask, allow_loopback: false });
      await asked.promise;
      const deadline = timers.find(({ ms }) => ms === 15_000);
      deadline!.work();
      expect(await made).toMatchObject({ status, error: "timeout" });
    } finally {
      spy.mockRestore();
    }
  });
});

describe("secrets", () => {
  it("sign side by side while they are rotated, and an old one ends in time", async () => {
    const project = await newProject(olga);
    const hook = await register(olga, { project_id: project.id });
    const rotate = async (overlap_seconds: number) =>
      (await olga.recent()).client.rotateWebhook({ params: hook.params, body: { overlap_seconds } });
    const second = (await rotate(600)).body;
    expect(second.webhook.secrets).toHaveLength(2);
    const next = async () => {
      await project.task();
      await project.tell(hook);
      return hook.receiver.received.at(-1)!;
    };
    const both = await next();
    for (const secret of [hook.secret, second.secret]) expect(() => verify(both, secret)).not.toThrow();
    clock.advance(601);
    const after = await next();
    expect(() => verify(after, second.secret)).not.toThrow();
    expect(() => verify(after, hook.secret)).toThrow();
    const third = (await rotate(0)).body;
    const last = await next();
    expect(() => verify(last, third.secret)).not.toThrow();
    expect(() => verify(last, second.secret)).toThrow();
    for (let count = 0; count < 4; count += 1) await rotate(600);
    expect((await webhookOf(olga, hook)).webhook.secrets).toHaveLength(3);
    expect((await next()).headers["webhook-signature"]!.split(" ")).toHaveLength(6);
  });

  it("that end while a delivery is under way sign nothing that is sent after", async () => {
    const project = await newProject(olga);
    const slow = new Receiver();
    const hook = await register(olga, { project_id: project.id }, slow);
    const body = { overlap_seconds: 60 };
    const { secret } = (await (await olga.recent()).client.rotateWebhook({ params: hook.params, body })).body;
    const arrived = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<Response>();
    slow.answer = () => {
      arrived.resolve();
      return slow.received.length === 1 ? answered.promise : new Response("thanks");
    };
    await project.task();
    await ringAlarm(project.stub);
    const delivering = deliver(hook);
    await arrived.promise;
    expect(() => verify(slow.received[0]!, hook.secret)).not.toThrow();
    clock.advance(61);
    // The endpoint is awake, and takes it along without waiting for its next alarm.
    await project.task();
    await ringAlarm(project.stub);
    answered.resolve(new Response("thanks"));
    await delivering;
    expect(slow.received).toHaveLength(2);
    expect(() => verify(slow.received[1]!, secret)).not.toThrow();
    expect(() => verify(slow.received[1]!, hook.secret)).toThrow();
  });

  it("stand nowhere but in the one answer that shows them", async () => {
    const project = await newProject(olga);
    // As a whole: a few characters of it stand by chance in one of so many ids and hashes.
    const told = "the receiver's own secret 4711";
    const leaky = new Receiver(() => new Response(told));
    const hook = await register(olga, { project_id: project.id }, leaky);
    await project.task();
    await project.tell(hook);
    const { secret } = (await (await olga.recent()).client.rotateWebhook({ params: hook.params, body: {} }))
      .body;
    await shipAll();
    const wanted = [hook.secret, secret].map((each) => each.slice("whsec_".length, -1));
    for (const kind of KINDS) {
      for (const stub of await allOf(kind)) {
        for (const table of (await tablesOf(stub)).filter((name) => !/^task_text|^sqlite/.test(name))) {
          const text = JSON.stringify(await rowsOf(stub, `SELECT * FROM ${table}`));
          for (const each of wanted) expect(text.includes(each), `${kind} ${table}`).toBe(false);
          expect(text.includes(told), `${kind} ${table}`).toBe(false);
        }
      }
    }
    const delivery_id = (await deliveriesOf(olga, hook))[0]!.id;
    const { attempts } = (await olga.client.readDelivery({ params: { ...hook.params, delivery_id } })).body;
    expect(attempts[0]!.answer).toBe(told);
  });

  it("are shown once: a repeat of the request names what it made, and makes nothing more", async () => {
    const project = await newProject(olga);
    await olga.recent();
    const json = { url: "https://hooks.example.com/once", project_id: project.id };
    const headers = { "Idempotency-Key": "once" };
    const first = await olga.send("/v1/webhooks", { json, headers });
    const { webhook } = await first.json<{ webhook: { id: string } }>();
    const again = await olga.send("/v1/webhooks", { json, headers });
    expect(again.status).toBe(409);
    expect(await again.text()).toContain(webhook.id);
    const { count } = (await olga.client.listWebhooks({ query: { project_id: project.id } })).body;
    expect(count).toBe(1);
  });
});

it("a test event arrives as a change does: signed, recorded, and under the id that was answered", async () => {
  const project = await newProject(olga);
  const hook = await register(olga, { project_id: project.id, event_types: ["comment.created"] });
  const { delivery } = (await olga.client.testWebhook({ params: hook.params })).body;
  await deliver(hook);
  const [received, ...others] = hook.receiver.received;
  expect(others).toEqual([]);
  expect(received!.id).toBe(delivery.id);
  expect(verify(received!, hook.secret)).toMatchObject({
    type: "webhook.test",
    data: { webhook_id: hook.id, actor: olga.id },
  });
  expect(await deliveriesOf(olga, hook)).toMatchObject([{ id: delivery.id, status: "delivered" }]);
});

describe("a pause", () => {
  it("keeps what comes, and lets it go on in the end", async () => {
    const project = await newProject(olga);
    const hook = await register(olga, { project_id: project.id });
    const setStatus = async (status: "active" | "paused") =>
      (await olga.recent()).client.updateWebhook({ params: hook.params, body: { status } });
    await setStatus("paused");
    await project.task();
    await project.task();
    await project.tell(hook);
    clock.advance(600);
    await project.tell(hook);
    expect(hook.receiver.received).toEqual([]);
    expect((await webhookOf(olga, hook)).metrics.pending).toBe(2);
    await setStatus("active");
    await deliver(hook);
    expect(hook.receiver.received).toHaveLength(2);
  });
});

describe("whoever answers for an endpoint", () => {
  it("is suspended: nothing is sent and everything is kept, until they are back", async () => {
    const uma = await signUp();
    const project = await newProject(uma);
    const hook = await register(uma, { project_id: project.id });
    await project.task();
    await (await ada.recent()).client.suspendUser({ params: { user_id: uma.id } });
    await project.tell(hook);
    expect(hook.receiver.received).toEqual([]);
    expect((await webhookOf(ada, hook)).metrics).toMatchObject({ held: true, pending: 1 });
    await (await ada.recent()).client.restoreUser({ params: { user_id: uma.id } });
    clock.advance(301);
    await deliver(hook);
    expect(hook.receiver.received).toHaveLength(1);
  });

  it("leaves the project: they hear nothing more of it, until they are back or somebody else takes it over", async () => {
    const uma = await signUp();
    const project = await newProject(uma);
    const hook = await register(uma, { project_id: project.id });
    const params = { project_id: project.id };
    await (await ada.recent()).client.transferProject({ params, body: { user_id: olga.id } });
    await project.tell(hook);
    const before = hook.receiver.received.length;
    expect(before).toBeGreaterThan(0);
    await olga.client.removeMember({ params: { ...params, user_id: uma.id } });
    await olga.client.createTask({ params, body: { title: "Not for those who left" } });
    clock.advance(2);
    await project.tell(hook);
    expect(hook.receiver.received).toHaveLength(before);
    expect((await webhookOf(olga, hook)).metrics.held).toBe(true);
    await (await olga.recent()).client.updateWebhook({ params: hook.params, body: { description: "ours" } });
    await deliver(hook);
    expect(hook.receiver.types).toContain("task.created");
  });

  it("was an ADMIN, and answered for one of a project of others: it is held, too", async () => {
    const eve = await userWithRoles(ada, ["ADMIN"]);
    const project = await newProject(olga);
    const hook = await register(eve, { project_id: project.id });
    await project.task();
    await project.tell(hook);
    expect(hook.receiver.types).toContain("task.created");
    await (await ada.recent()).client.setRoles({ params: { user_id: eve.id }, body: { roles: ["USER"] } });
    const before = hook.receiver.received.length;
    await project.task();
    clock.advance(2);
    await project.tell(hook);
    expect(hook.receiver.received).toHaveLength(before);
  });

  it("is erased: it waits until somebody else takes it over", async () => {
    const uma = await signUp();
    const project = await newProject(uma);
    const hook = await register(uma, { project_id: project.id });
    await project.task();
    await (await ada.recent()).client.transferProject({
      params: { project_id: project.id },
      body: { user_id: olga.id },
    });
    await ada.client.eraseUser({ params: { user_id: uma.id } });
    await project.tell(hook);
    expect(hook.receiver.received).toEqual([]);
    await (await olga.recent()).client.updateWebhook({
      params: hook.params,
      body: { description: "ours now" },
    });
    await deliver(hook);
    expect(hook.receiver.types).toContain("task.created");
    expect((await webhookOf(olga, hook)).webhook.responsible).toBe(olga.id);
  });
});

describe("the end", () => {
  it("of an endpoint leaves nothing behind, and nothing more is sent", async () => {
    const project = await newProject(olga);
    const hook = await register(
      olga,
      { project_id: project.id },
      new Receiver(() => new Response("", { status: 500 })),
    );
    await project.task();
    await project.tell(hook);
    hook.receiver.answer = OK;
    await olga.client.deleteWebhook({ params: hook.params });
    await project.task();
    for (let round = 0; round < 3; round += 1) {
      await project.tell(hook);
      clock.advance(600);
    }
    expect(hook.receiver.received).toHaveLength(1);
    expect(await tablesOf(hook.stub)).toEqual([]);
    expect((await (await olga.awake()).send(`/v1/webhooks/${hook.id}`)).status).toBe(404);
  });

  it("of a project is told, and takes its endpoints with it", async () => {
    const project = await newProject(olga);
    const hook = await register(olga, { project_id: project.id, event_types: ["project.*"] });
    await olga.client.deleteProject({ params: { project_id: project.id }, if_match: "*" });
    await project.tell(hook);
    expect(hook.receiver.types).toEqual(["project.deleted"]);
    clock.advance(30 * 86_400 + 1);
    for (let round = 0; round < 6; round += 1) {
      await shipAll();
      await ringAlarm(objectOf("PROJECT", `main/${project.id}`));
      await deliver(hook);
      clock.advance(130);
    }
    expect(hook.receiver.types).toEqual(["project.deleted", "project.erased"]);
    expect(await tablesOf(project.stub)).toEqual([]);
    expect(await tablesOf(hook.stub)).toEqual([]);
  });
});
