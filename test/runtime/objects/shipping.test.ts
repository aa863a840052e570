// Between a change and its audit event, and between a decision and who must obey it, everything may fail.
// Nothing is lost, nothing arrives twice, alarms never throw, and there is always a next one.
import { afterEach, expect, it, vi } from "vitest";
import { AuditLog } from "../../../durable-objects/audit-log/object.ts";
import { Principal } from "../../../durable-objects/principal/object.ts";
import type { Strangers } from "../../../durable-objects/strangers/object.ts";
import { Workspace } from "../../../durable-objects/workspace/object.ts";
import { clock } from "../harness/clock.ts";
import { crash, evict, inside, objectOf, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { eventsOf } from "../identity/trail.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
const bob = await signUp();
await shipAll();
afterEach(() => void vi.restoreAllMocks());

async function newProject(name: string) {
  const { project } = (await bob.client.createProject({ body: { name } })).body;
  const stub = objectOf("PROJECT", `main/${project.id}`);
  await shipAll();
  return { id: project.id, stub };
}

const addTask = async (project_id: string, title: string): Promise<string> => {
  const { audit_event } = await bob.client.createTask({ params: { project_id }, body: { title } });
  return audit_event!;
};
const idsOf = async (project_id: string): Promise<string[]> =>
  (await eventsOf("main"))
    .filter(({ event_type, targets }) => event_type === "task.created" && targets.includes(project_id))
    .map(({ id }) => id);
const waitingIn = (stub: DurableObjectStub) => rowsOf(stub, "SELECT sequence FROM outbox");
const alarmOf = (stub: DurableObjectStub) => inside(stub, (_, { storage }) => storage.getAlarm());

it("a change whose object is evicted before it ships still reaches the log", async () => {
  const { id, stub } = await newProject("evicted");
  const event = await addTask(id, "one");
  await evict(stub);
  expect(await waitingIn(stub)).toHaveLength(1);
  expect(await ringAlarm(stub), "waking armed the alarm").toBe(true);
  expect(await idsOf(id)).toEqual([event]);
});

it("a change ships a second later without an alarm, which is far off and stays where it is", async () => {
  const { id, stub } = await newProject("by timer");
  await ringAlarm(stub);
  const event = await addTask(id, "one");
  const at_ms = (await alarmOf(stub))!;
  expect(at_ms - clock.now_ms()).toBe(10_000);
  clock.advance(1);
  await addTask(id, "two");
  clock.advance(1); // for its timer, where the first has rung already
  await evict(stub); // waits for timers
  const log = objectOf("AUDIT_LOG", "main");
  expect(await rowsOf(log, "SELECT id FROM event WHERE id = ?", event)).toEqual([{ id: event }]);
  expect(await alarmOf(stub)).toBe(at_ms);
});

it("an alarm that cannot forget what was taken does not throw, and the next one does, without a double", async () => {
  const { id, stub } = await newProject("full disk");
  const first = await addTask(id, "one");
  await inside(stub, (_, { storage: { sql } }) => {
    sql.exec(
      "CREATE TRIGGER full BEFORE INSERT ON outbox_cursor BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    );
  });
  await ringAlarm(stub);
  expect(await waitingIn(stub), "deleted with its cursor, or not at all").toHaveLength(1);
  await inside(stub, (_, { storage: { sql } }) => void sql.exec("DROP TRIGGER full"));
  const second = await addTask(id, "two");
  await shipAll();
  expect(await waitingIn(stub)).toEqual([]);
  expect((await idsOf(id)).toSorted()).toEqual([first, second].toSorted());
});

it("a project is answered for though its workspace does not answer, and is listed there once it does", async () => {
  vi.spyOn(Workspace.prototype, "receive").mockImplementationOnce(() => new Promise(() => {}));
  const { setTimeout } = globalThis;
  const hurried = (call: () => void, ms?: number) => setTimeout(call, ms === 5_000 ? 0 : ms);
  vi.spyOn(globalThis, "setTimeout").mockImplementation(hurried as typeof setTimeout);
  const { project } = (await bob.client.createProject({ body: { name: "unheard" } })).body;
  vi.restoreAllMocks();
  const stub = objectOf("PROJECT", `main/${project.id}`);
  const waiting = await rowsOf(stub, "SELECT sequence FROM outbox WHERE destination = 'workspace'");
  expect(waiting).toHaveLength(1);
  await crash(objectOf("WORKSPACE", "main"));
  await shipAll();
  const listed = (await ada.client.listProjects({ query: { scope: "all" } })).body.projects;
  expect(listed.map(({ id }) => id)).toContain(project.id);
});

it("waking arms the alarm even where the alarm itself was lost", async () => {
  const { id, stub } = await newProject("unarmed");
  const event = await addTask(id, "one");
  await inside(stub, (_, { storage }) => storage.deleteAlarm());
  await evict(stub);
  expect(await ringAlarm(stub)).toBe(true);
  expect(await idsOf(id)).toEqual([event]);
});

it("an alarm that went with a transaction that was rolled back is set by the next one", async () => {
  const stub = objectOf("STRANGERS", "strangers/undone");
  const lift = (strangers: object) => (strangers as Strangers).liftBlock("192.0.2.1");
  await inside(stub, lift);
  await ringAlarm(stub);
  expect(await alarmOf(stub)).toBeNull();
  await inside(stub, async (strangers, { storage }) => {
    storage.sql.exec("ALTER TABLE refusal RENAME TO elsewhere");
    await expect(lift(strangers)).rejects.toThrow("no such table");
    storage.sql.exec("ALTER TABLE elsewhere RENAME TO refusal");
    await lift(strangers);
  });
  expect(await alarmOf(stub)).toBe(clock.now_ms() + 60_000);
});

it("while the log is out of reach rows stay, the alarm comes back later and later, and then all arrive in order", async () => {
  const { id, stub } = await newProject("unreachable");
  const append = vi.spyOn(AuditLog.prototype, "append").mockRejectedValue(new Error("out of reach"));
  const events: string[] = [];
  const waits_ms: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    events.push(await addTask(id, `task ${round}`));
    clock.advance(1);
    expect(await ringAlarm(stub)).toBe(true);
    waits_ms.push((await alarmOf(stub))! - clock.now_ms());
  }
  expect(await waitingIn(stub)).toHaveLength(9);
  expect(
    waits_ms.every(
      (wait_ms, index) => wait_ms > 0 && wait_ms <= 60_000 && wait_ms >= (waits_ms[index - 1] ?? 0),
    ),
  ).toBe(true);
  append.mockRestore();
  await ringAlarm(stub);
  expect(await waitingIn(stub)).toEqual([]);
  expect(await idsOf(id)).toEqual(events);
});

it("a log that took the rows but whose answer was lost takes them once", async () => {
  const { id, stub } = await newProject("twice");
  const { append } = AuditLog.prototype;
  vi.spyOn(AuditLog.prototype, "append").mockImplementationOnce(async function (this: AuditLog, batch) {
    await append.call(this, batch);
    throw new Error("lost on the way back");
  });
  const events = [await addTask(id, "one"), await addTask(id, "two")];
  await ringAlarm(stub);
  expect(await waitingIn(stub)).toHaveLength(2);
  await evict(stub);
  events.push(await addTask(id, "three"));
  await ringAlarm(stub);
  expect(await idsOf(id)).toEqual(events);
});

it("housekeeping that fails does not keep rows from being shipped, nor the alarm from coming back", async () => {
  const parts = Principal.prototype as unknown as { housekeep(): void; mustClean(): boolean };
  vi.spyOn(parts, "mustClean").mockReturnValue(true);
  vi.spyOn(parts, "housekeep").mockImplementation(() => {
    throw new Error("a defect\nof \u001b[31m\u202ethe line");
  });
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const carl = await signUp();
  const stub = objectOf("PRINCIPAL", `main/${carl.id}`);
  expect(await ringAlarm(stub)).toBe(true);
  expect(await waitingIn(stub)).toEqual([]);
  expect((await alarmOf(stub))!).toBeGreaterThan(clock.now_ms());
  // What an object logs is inert, as what the Worker logs is.
  const [line] = log.mock.calls.map(([text]) => String(text)).filter((text) => text.includes("a defect"));
  expect(line).toContain('"a defect\\nof \\u001b[31m\\u202ethe line"');
});

it("a decision whose subject is out of reach is answered 503, and obeyed as soon as it can be", async () => {
  await ada.recent();
  const dora = await signUp();
  const receive = vi.spyOn(Principal.prototype, "receive").mockRejectedValue(new Error("out of reach"));
  const answer = await ada.send(`/v1/users/${dora.id}/suspend`, { method: "POST" });
  expect(answer.status).toBe(503);
  expect((await dora.send("/v1/session")).status).toBe(200);
  receive.mockRestore();
  await evict(objectOf("WORKSPACE", "main"));
  await ringAlarm(objectOf("WORKSPACE", "main"));
  expect((await dora.send("/v1/session")).status).toBe(401);
});

it("an order that arrives twice or late is obeyed once, and the newest wins", async () => {
  await ada.recent();
  const eric = await signUp();
  const params = { user_id: eric.id };
  await ada.client.setRoles({ params, body: { roles: ["OBSERVER"] } });
  await ada.client.setRoles({ params, body: { roles: ["USER", "OBSERVER"] } });
  await eric.signIn();
  const stub = objectOf("PRINCIPAL", `main/${eric.id}`) as unknown as Principal;
  const late = { kind: "order", version: 1, roles: ["ADMIN"] } as const;
  const batch = { version: 1, source: "workspace/main", incarnation: "inc_late", first_sequence: 1 } as const;
  await stub.receive({ ...batch, rows: [late] });
  const { user } = (await eric.client.currentSession()).body;
  expect([...user.roles].sort()).toEqual(["OBSERVER", "USER"]);
});

it("rows for somebody who is gone are dropped, and others are not held up by them", async () => {
  const { id, stub } = await newProject("for-nobody");
  await inside(stub, (_, { storage }) => {
    storage.sql.exec("INSERT INTO outbox (destination, sequence, row) VALUES ('main/usr_gone', 1, '{}')");
  });
  const event = await addTask(id, "one");
  await ringAlarm(stub);
  expect(await waitingIn(stub)).toEqual([]);
  expect(await idsOf(id)).toEqual([event]);
});

it("a receiver that throws on one destination does not hold up the others", async () => {
  const { id, stub } = await newProject("half");
  vi.spyOn(Principal.prototype, "receive").mockRejectedValue(new Error("out of reach"));
  await bob.client.setMember({ params: { project_id: id, user_id: ada.id }, body: { role: "viewer" } });
  const event = await addTask(id, "one");
  await ringAlarm(stub);
  expect(await rowsOf(stub, "SELECT DISTINCT destination FROM outbox")).toEqual([
    { destination: `main/${ada.id}` },
  ]);
  vi.restoreAllMocks();
  await shipAll();
  expect(await idsOf(id)).toEqual([event]);
  expect((await ada.client.listProjects({ query: {} })).body.projects.map((each) => each.id)).toContain(id);
});

it("an object with nothing to do sets no alarm for now", async () => {
  const { stub } = await newProject("idle");
  await ringAlarm(stub);
  const at_ms = await alarmOf(stub);
  expect(at_ms === null || at_ms > clock.now_ms()).toBe(true);
});
