// The way of an event into the order, cut off before and after each of its steps, at either end: every change has its
// event once, every event its change, in the order in which they happened, without a gap.
import { afterEach, expect, it, vi } from "vitest";
import { EventPlaceStore } from "../../../durable-objects/audit-log/event-place-store.ts";
import { AuditLog } from "../../../durable-objects/audit-log/object.ts";
import { Personal } from "../../../durable-objects/audit-log/personal.ts";
import { LoggedObject } from "../../../durable-objects/logged-object.ts";
import type { EventBatch, Receipt } from "../../../src/schema/messages/outbox.ts";
import { clock } from "../harness/clock.ts";
import { inside, objectOf, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { eventsOf } from "../identity/trail.ts";
import { verified } from "./logs.ts";

await hurry();
await widenBuckets();
await admin("main");
/** Anew each time: who has crashed is reached no more by those who knew it before. */
const log = () => objectOf("AUDIT_LOG", "main");
afterEach(() => void vi.restoreAllMocks());

type Kill = () => void;
type Send = (batch: EventBatch) => Promise<Receipt>;
type Steps = { readonly before?: true; readonly after?: true };

/** Ends whoever runs the next call of that method, before or after it. */
const around =
  (methods: object, name: string, { before, after }: Steps) =>
  (end: Kill) => {
    const method = (methods as Record<string, Send>)[name]!;
    vi.spyOn(methods as Record<string, Send>, name).mockImplementationOnce(async function (
      this: unknown,
      batch,
    ) {
      if (before) end();
      const receipt = await method.call(this, batch);
      if (after) end();
      return receipt;
    });
  };
const inTheLog = (steps: Steps) => around(AuditLog.prototype, "append", steps);
const inTheSender = (steps: Steps) => around(LoggedObject.prototype, "sendAudit", steps);

/** Ends an object, by a crash or an error, at one point of the way. */
const STEPS: Readonly<Record<string, { whose: "log" | "project"; strike: (end: Kill) => void }>> = {
  "the log, before it has read the batch": { whose: "log", strike: inTheLog({ before: true }) },
  "the log, once the batch is sealed": {
    whose: "log",
    strike(end) {
      const { seal } = Personal.prototype;
      vi.spyOn(Personal.prototype, "seal").mockImplementationOnce(async function (this: Personal, events) {
        await seal.call(this, events);
        end();
        return [];
      });
    },
  },
  "the log, between the events of a batch and where they are found": {
    whose: "log",
    strike(end) {
      const { add } = EventPlaceStore.prototype;
      vi.spyOn(EventPlaceStore.prototype, "add").mockImplementationOnce(function (
        this: EventPlaceStore,
        ...args
      ) {
        end();
        return add.apply(this, args);
      });
    },
  },
  "the log, after its commit": { whose: "log", strike: inTheLog({ after: true }) },
  "the sender, before it sends": { whose: "project", strike: inTheSender({ before: true }) },
  "the sender, before it forgets what was taken": {
    whose: "project",
    strike: inTheSender({ after: true }),
  },
};

const CASES = Object.entries(STEPS).flatMap(([step, { whose }]) =>
  (whose === "log" ? ["crashes", "fails"] : ["crashes"]).map((how) => ({ step, how })),
);

it.each(CASES)("where $step, $how, the order is as if nothing had happened", async ({ step, how }) => {
  const bob = await signUp();
  const { project } = (await bob.client.createProject({ body: { name: "Cut off" } })).body;
  await shipAll();
  const params = { project_id: project.id };
  const events: string[] = [];
  const add = async (title: string) =>
    events.push((await bob.client.createTask({ params, body: { title } })).audit_event!);
  for (const title of ["one", "two", "three"]) await add(title);
  const { whose, strike } = STEPS[step]!;
  const stub = () => objectOf("PROJECT", `main/${project.id}`);
  const state = await inside(whose === "log" ? log() : stub(), (_, state) => state);
  let struck = 0;
  strike(() => {
    struck += 1;
    if (how === "crashes") state.abort("crashed by a test");
    throw new Error("failed by a test");
  });
  await ringAlarm(stub()).catch(() => undefined);
  expect(struck).toBeGreaterThan(0);
  vi.restoreAllMocks();
  await add("four");
  // Asked before the log is read: what is noted of it comes a moment later.
  const { tasks } = (await bob.client.listTasks({ params })).body;
  clock.advance(70);
  await shipAll();
  const all = await eventsOf("main");
  const own = all.filter(
    ({ targets, event_type }) => event_type === "task.created" && targets[0] === project.id,
  );
  expect(own.map(({ id }) => id)).toEqual(events);
  expect(all.map(({ index }) => index)).toEqual(all.map((_, at) => at));
  expect(tasks).toHaveLength(events.length);
  expect(await rowsOf(stub(), "SELECT 1 FROM outbox WHERE destination = 'audit'")).toEqual([]);
  await ringAlarm(log());
  expect(await verified("main")).toMatchObject({ ok: true, checkpoint: { size: all.length } });
});
