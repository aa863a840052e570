// The verifiable log in R2: what is published verifies from entries to checkpoint, whatever fails on the way; no two
// checkpoints ever disagree; keys rotate; a storage that was taken back in time signs nothing.
import { expect, it, vi } from "vitest";
import { Sinks } from "../../../durable-objects/audit-log/sinks.ts";
import { parseCheckpoint } from "../../../src/protocol/checkpoint.ts";
import { openNote, type VerifierKey } from "../../../src/protocol/signed-note.ts";
import { clock } from "../harness/clock.ts";
import { evict, inside, ringAlarm, rowsOf } from "../harness/objects.ts";
import {
  bucket,
  keysOf,
  type NewLog,
  newLog,
  type Operation,
  pathsOf,
  readLog,
  verified,
  watchBucket,
} from "./logs.ts";

const text = (bytes: Uint8Array | null) => new TextDecoder().decode(bytes!);
const isCheckpoint = (key: string) => key.endsWith("/checkpoint");

/** The sizes and roots that a checkpoint names. */
async function opened(note: string, keys: readonly VerifierKey[]) {
  return parseCheckpoint((await openNote(note, keys))!.text)!;
}

async function expectPublished({ workspace, stub }: NewLog, size: number) {
  const verdict = await verified(workspace);
  expect(verdict).toMatchObject({ ok: true, checkpoint: { size } });
  expect(await rowsOf(stub, "SELECT size, planned_size FROM tree")).toEqual([{ size, planned_size: null }]);
}

it("what is published verifies, from the entries to the signed checkpoint", async () => {
  const log = await newLog();
  for (const count of [1, 4, 251, 1, 300]) {
    await log.append(count);
    await ringAlarm(log.stub);
    const rows = await rowsOf<{ size: number }>(log.stub, "SELECT count(*) AS size FROM event");
    await expectPublished(log, rows[0]!.size);
  }
  const origin = `localhost:8787/v1/audit/${log.workspace}`;
  expect(text(await readLog(log.workspace, "checkpoint"))).toMatch(
    new RegExp(`^${origin}\n557\n[A-Za-z0-9+/]{43}=\n\n— ${origin} [A-Za-z0-9+/=]+\n$`),
  );
});

it("partial tiles go once full ones stand for them, and those of the last checkpoint stay", async () => {
  const log = await newLog();
  for (const count of [1, 4, 251, 1, 300]) {
    await log.append(count);
    await ringAlarm(log.stub);
  }
  expect(await pathsOf(log.workspace)).toEqual([
    "checkpoint",
    "tile/0/000",
    "tile/0/001",
    "tile/0/002.p/45",
    "tile/1/000.p/1",
    "tile/1/000.p/2",
    "tile/entries/000",
    "tile/entries/001",
    "tile/entries/002.p/45",
    "verifier-keys",
  ]);
});

it("a log that has nothing new publishes nothing", async () => {
  const log = await newLog();
  await log.append(3);
  await ringAlarm(log.stub);
  const operations: string[] = [];
  const release = await watchBucket(log.stub, (operation, key, perform) => {
    operations.push(`${operation} ${key}`);
    return perform();
  });
  await inside(log.stub, (instance) => (instance as unknown as { alarm(): Promise<void> }).alarm());
  release();
  expect(operations).toEqual([]);
});

it("events that come while a checkpoint is on its way come under the next one", async () => {
  const log = await newLog();
  await log.append(10);
  const release = await watchBucket(log.stub, async (_, key, perform) => {
    if (isCheckpoint(key)) await log.append(5);
    return perform();
  });
  await ringAlarm(log.stub);
  release();
  await ringAlarm(log.stub);
  await expectPublished(log, (await rowsOf(log.stub, "SELECT 1 FROM event")).length);
});

it("a publication waits for no sink", async () => {
  const log = await newLog();
  await log.append(3);
  const published = Promise.withResolvers<void>();
  const sinks = vi.spyOn(Sinks.prototype, "run").mockReturnValueOnce(published.promise);
  const release = await watchBucket(log.stub, async (operation, key, perform) => {
    const value = await perform();
    if (operation === "put" && isCheckpoint(key)) published.resolve();
    return value;
  });
  await ringAlarm(log.stub);
  release();
  expect(sinks).toHaveBeenCalled();
  sinks.mockRestore();
  await expectPublished(log, 3);
});

interface Step {
  readonly operation: Operation;
  readonly key: string;
}

/**
 * One life of a log: a first checkpoint, then a growth across the border of a tile, published anew by an object that
 * has just been loaded; at each step something may happen, and at each checkpoint the whole log must be there.
 */
async function live(at: (step: number, log: NewLog, perform: () => Promise<unknown>) => Promise<unknown>) {
  const log = await newLog();
  await log.append(250);
  await ringAlarm(log.stub);
  const keys = await keysOf(log.workspace);
  await log.append(200);
  await evict(log.stub);
  const steps: Step[] = [];
  const notes: string[] = [text(await readLog(log.workspace, "checkpoint"))];
  const release = await watchBucket(log.stub, async (operation, key, perform, value) => {
    const step = steps.push({ operation, key }) - 1;
    return at(step, log, async () => {
      if (operation === "put" && isCheckpoint(key)) {
        const note = value as string;
        notes.push(note);
        const read = async (path: string) =>
          path === "checkpoint" ? new TextEncoder().encode(note) : readLog(log.workspace, path);
        expect(await verified(log.workspace, { read, keys })).toMatchObject({ ok: true });
      }
      return perform();
    });
  });
  await ringAlarm(log.stub).catch(() => undefined);
  release();
  return { log, steps, notes, keys };
}

const { steps } = await live((_, __, perform) => perform());

it("publishes bundles and tiles first, the checkpoint after them, and deletes last", () => {
  const puts = steps.filter(({ key }) => key.includes("/log/"));
  const checkpoint = puts.findIndex(({ operation, key }) => operation === "put" && isCheckpoint(key));
  expect(checkpoint).toBeGreaterThan(4);
  expect(puts.slice(checkpoint + 1).map(({ operation }) => operation)).toEqual(["delete"]);
});

const FAULTS = steps.flatMap(({ operation, key }, step) =>
  ["fails before", "fails after", "crashes before", "crashes after"].map((how) => ({
    how,
    step,
    what: `${operation} ${key.replace(/^audit\/[^/]+\//, "").slice(0, 60)}`,
  })),
);

it.each(FAULTS)("where it $how step $step ($what), the same is published again", async ({ how, step }) => {
  let struck = false;
  const { log, notes, keys } = await live(async (now, { stub }, perform) => {
    if (struck || now !== step) return perform();
    struck = true;
    if (how.endsWith("after")) await perform();
    if (how.startsWith("fails")) throw new Error("R2 is out of reach");
    await inside(stub, (_, state) => state.abort("crashed by a test"));
    return new Promise(() => undefined);
  });
  expect(struck).toBe(true);
  await log.append(70);
  clock.advance(10);
  await ringAlarm(log.stub);
  await expectPublished(log, 520);
  notes.push(text(await readLog(log.workspace, "checkpoint")));
  const roots = new Map<number, string>();
  for (const note of notes) {
    const seen = await opened(note, keys);
    const root = seen.root.join();
    expect(roots.get(seen.size) ?? root).toBe(root);
    roots.set(seen.size, root);
    expect(await verified(log.workspace, { seen })).toMatchObject({ ok: true });
  }
  expect(await rowsOf(log.stub, "SELECT 1 FROM partial_tile WHERE superseded = 1")).toEqual([]);
});

it("a storage that was taken back in time signs no other history", async () => {
  const log = await newLog();
  await log.append(10);
  await ringAlarm(log.stub);
  const before = text(await readLog(log.workspace, "checkpoint"));
  await inside(log.stub, (_, { storage }) => {
    storage.sql.exec("DELETE FROM event WHERE idx >= 5");
    storage.sql.exec("DELETE FROM tree");
    storage.sql.exec("DELETE FROM tree_edge");
  });
  await evict(log.stub);
  await log.append(5);
  await ringAlarm(log.stub);
  clock.advance(10);
  await log.append(20);
  await ringAlarm(log.stub);
  const seen = await opened(before, await keysOf(log.workspace));
  const verdict = await verified(log.workspace, { seen });
  expect(verdict).toMatchObject({ ok: true });
  expect(verdict.ok && verdict.checkpoint.size).toBeGreaterThanOrEqual(35);
});

it("a checkpoint that is not this log's own gives way to the next", async () => {
  const log = await newLog();
  await log.append(3);
  await ringAlarm(log.stub);
  await bucket.put(`audit/${log.workspace}/log/checkpoint`, "somebody\n9\nelse\n");
  await log.append(3);
  await evict(log.stub);
  await ringAlarm(log.stub);
  await expectPublished(log, 6);
});

it("a checkpoint that another has put meanwhile is not written over unseen", async () => {
  const log = await newLog();
  await log.append(3);
  await ringAlarm(log.stub);
  const foreign = "somebody\n9\nelse\n";
  await log.append(3);
  const release = await watchBucket(log.stub, async (operation, key, perform) => {
    if (operation === "put" && isCheckpoint(key)) await bucket.put(key, foreign);
    return perform();
  });
  await ringAlarm(log.stub);
  release();
  expect(text(await readLog(log.workspace, "checkpoint"))).toBe(foreign);
  clock.advance(10);
  await ringAlarm(log.stub);
  await expectPublished(log, 6);
});

it("an event too long for a bundle is kept with what fits, and says what is missing", async () => {
  const log = await newLog();
  const targets = Array.from({ length: 3_000 }, (_, index) => `tsk_${String(index).padStart(26, "0")}`);
  await log.append(1, { targets });
  await ringAlarm(log.stub);
  await expectPublished(log, 1);
  const page = await log.rpc.events({}, 1, null);
  expect(page.ok && page.value.items[0]).toMatchObject({ details: { omitted_targets: 2_900 } });
});
