// Events on their way to R2: JSON Lines that hold exactly the log, in order, whatever fails between a put and the
// cursor: a repeat writes the same object again.
import { expect, it } from "vitest";
import type { AuditLogRpc } from "../../../src/schema/messages/audit-log.ts";
import { clock } from "../harness/clock.ts";
import { evict, inside, ringAlarm, rowsOf } from "../harness/objects.ts";
import { env } from "../harness/worker.ts";
import { newLog } from "./logs.ts";

/** The log's chunks by name, and all their lines in the order of names. */
async function written(workspace: string) {
  const { objects } = await env.AUDIT_BUCKET.list({ prefix: `audit/${workspace}/events/` });
  const keys = objects.map(({ key }) => key).sort();
  const texts = await Promise.all(keys.map(async (key) => (await env.AUDIT_BUCKET.get(key))!.text()));
  const events = texts.flatMap((text) =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  );
  return { keys, texts, events: events as { id: string; index: number }[] };
}

/** Objects are closed after a minute. */
function rotate(stub: DurableObjectStub): Promise<boolean> {
  clock.advance(61);
  return ringAlarm(stub);
}

async function expectWhole({ workspace, stub }: { workspace: string; stub: DurableObjectStub }) {
  const rows = await rowsOf<{ idx: number; id: string }>(stub, "SELECT idx, id FROM event ORDER BY idx");
  const { events } = await written(workspace);
  expect(events.map(({ index, id }) => ({ idx: index, id }))).toEqual(rows);
}

type Put = R2Bucket["put"];

/** Does something in the place of the next put, inside the log. */
const atNextPut = (
  stub: DurableObjectStub,
  instead: (put: () => Promise<unknown>, log: AuditLogRpc) => Promise<unknown>,
) =>
  inside(stub, (instance) => {
    const log = instance as unknown as AuditLogRpc & { env: { AUDIT_BUCKET: R2Bucket } };
    const bucket = log.env.AUDIT_BUCKET;
    log.env.AUDIT_BUCKET = Object.assign(Object.create(bucket), {
      put: (...args: Parameters<Put>) => {
        log.env.AUDIT_BUCKET = bucket;
        return instead(() => bucket.put(...args), log);
      },
    });
  });

it("every event is written, in order, in objects that are named by what they hold", async () => {
  const log = await newLog();
  await log.append(3);
  await rotate(log.stub);
  await log.append(2);
  await rotate(log.stub);
  const { keys, texts } = await written(log.workspace);
  expect(keys).toEqual([
    `audit/${log.workspace}/events/000000000000-000000000002.jsonl`,
    `audit/${log.workspace}/events/000000000003-000000000004.jsonl`,
  ]);
  expect(texts.every((text) => text.endsWith("}\n"))).toBe(true);
  await expectWhole(log);
});

it("a backlog is cut into objects of at most 1,000 events", async () => {
  const log = await newLog();
  for (let batch = 0; batch < 5; batch += 1) await log.append(500);
  await rotate(log.stub);
  const { texts } = await written(log.workspace);
  expect(texts.map((text) => text.split("\n").length - 1)).toEqual([1_000, 1_000, 500]);
  await expectWhole(log);
});

it("a put that fails is tried again, and the log goes on taking events meanwhile", async () => {
  const log = await newLog();
  await log.append(2);
  await atNextPut(log.stub, () => Promise.reject(new Error("R2 is out of reach")));
  await rotate(log.stub);
  expect((await written(log.workspace)).keys).toEqual([]);
  await log.append(2);
  expect(await rotate(log.stub)).toBe(true);
  await expectWhole(log);
});

it.each(["fails after writing", "is cut off by an eviction after writing"])(
  "a put that %s is repeated with the same bytes under the same name",
  async (how) => {
    const log = await newLog();
    await log.append(3);
    await atNextPut(log.stub, async (put) => {
      await put();
      throw new Error("written, but nobody knows");
    });
    await rotate(log.stub);
    const first = await written(log.workspace);
    expect(first.keys).toHaveLength(1);
    // More has come meanwhile: it must not find its way into the object that is there already.
    await log.append(4);
    if (how.startsWith("is cut off")) await evict(log.stub);
    await rotate(log.stub);
    const then = await written(log.workspace);
    expect(then.keys[0]).toBe(first.keys[0]);
    expect(then.texts[0]).toBe(first.texts[0]);
    expect(then.keys).toHaveLength(2);
    await expectWhole(log);
  },
);

it("events that arrive while a chunk is being written come with the next one, and none is skipped", async () => {
  const log = await newLog();
  await log.append(3);
  await atNextPut(log.stub, async (put, inner) => {
    await inner.append(log.batch(3));
    return put();
  });
  await rotate(log.stub);
  await rotate(log.stub);
  expect((await written(log.workspace)).keys).toHaveLength(2);
  await expectWhole(log);
});

it("an eviction between events and their chunk loses nothing", async () => {
  const log = await newLog();
  await log.append(5);
  await evict(log.stub);
  expect(await rotate(log.stub)).toBe(true);
  await expectWhole(log);
});

it("a log whose own clock stepped back audits that like any other, and comes to rest", async () => {
  const log = await newLog();
  clock.advance(100);
  await log.append(1);
  clock.stepBack(50);
  await log.append(1);
  await inside(log.stub, async (instance) => {
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    for (let round = 0; round < 3; round += 1)
      await (instance as unknown as { alarm(): Promise<void> }).alarm();
  });
  clock.advance(50);
  const events = await rowsOf(
    log.stub,
    "SELECT event_type FROM event WHERE event_type = 'clock.stepped_back'",
  );
  expect(events).toHaveLength(1);
  expect(await rowsOf(log.stub, "SELECT 1 FROM outbox")).toEqual([]);
  await rotate(log.stub);
  await expectWhole(log);
});
