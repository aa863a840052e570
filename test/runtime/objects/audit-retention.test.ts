// Retention: what is past its time goes by whole bundles, after the log itself has said so; what is left is proved as
// before, and nothing else may be missing.
import { beforeAll, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { set, settings } from "../identity/settings.ts";
import { bucket, type NewLog, newLog, type Operation, pathsOf, verified, watchBucket } from "./logs.ts";

const DAY_MS = 86_400_000;
beforeAll(async () => {
  const { audit } = await settings();
  await set({ audit: { ...audit, retention_ms: 30 * DAY_MS } });
});

const recent = () => ({ timestamp: new Date(clock.now_ms()).toISOString() });
const dropped = (entry: Uint8Array): number | null => {
  const { event_type, details } = JSON.parse(new TextDecoder().decode(entry));
  return event_type === "audit.trimmed" ? details.before_index : null;
};

/** Alarms and shipments, until nothing changes any more. */
async function settle({ stub }: NewLog): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    await ringAlarm(stub);
    await shipAll();
  }
}

async function trimmedLog(): Promise<NewLog> {
  const log = await newLog();
  await log.append(200);
  await log.append(400);
  await log.append(10, recent());
  await settle(log);
  return log;
}

it("drops bundles that are past their time from R2 and from the sequencer, and says so in the log before", async () => {
  const log = await trimmedLog();
  const paths = await pathsOf(log.workspace);
  expect(paths.filter((path) => path.startsWith("tile/entries/"))).not.toContain("tile/entries/000");
  expect(paths).not.toContain("tile/entries/001");
  expect(paths).toEqual(expect.arrayContaining(["tile/0/000", "tile/0/001", "checkpoint"]));
  const rows = await rowsOf<{ first: number }>(
    log.stub,
    "SELECT min(idx) AS first, max(idx) + 1 AS size FROM event",
  );
  expect(rows).toEqual([{ first: 512, size: 611 }]);
  const terms = await rowsOf(log.stub, "SELECT DISTINCT block FROM event_term WHERE term LIKE 'target=%'");
  expect(terms).toEqual([{ block: 8 }, { block: 9 }]);
  const read = await log.rpc.events({ event_type: "audit.trimmed" }, 10, null);
  expect(read.ok && read.value.items).toMatchObject([{ index: 610, details: { before_index: 512 } }]);
});

it("what is left verifies, with what is missing told", async () => {
  const log = await trimmedLog();
  expect(await verified(log.workspace, { dropped })).toMatchObject({ ok: true, dropped: 512 });
  await log.append(300, recent());
  await settle(log);
  expect(await verified(log.workspace, { dropped })).toMatchObject({ ok: true, dropped: 512 });
  const proof = await log.rpc.head();
  expect(proof!.size).toBe(911);
});

it("bundles that no event says were dropped are missed, and so are hashes", async () => {
  const log = await trimmedLog();
  const key = (path: string) => `audit/${log.workspace}/log/${path}`;
  expect(await verified(log.workspace)).toMatchObject({ ok: false, fault: { index: 0, problem: "missing" } });
  await log.append(600, recent());
  await settle(log);
  const saved = await (await bucket.get(key("tile/entries/003")))!.arrayBuffer();
  await bucket.delete(key("tile/entries/003"));
  expect(await verified(log.workspace, { dropped })).toMatchObject({
    ok: false,
    fault: { index: 768, path: "tile/entries/003", problem: "missing" },
  });
  await bucket.put(key("tile/entries/003"), saved);
  const hashes = new Uint8Array(await (await bucket.get(key("tile/0/001")))!.arrayBuffer());
  hashes[40]! ^= 1;
  await bucket.put(key("tile/0/001"), hashes);
  expect(await verified(log.workspace, { dropped })).toMatchObject({
    ok: false,
    fault: { path: "tile/1/000.p/4" },
  });
});

it("keeps what is within its time, day by day", async () => {
  const log = await newLog();
  const at = new Date(clock.now_ms() - 29 * DAY_MS).toISOString();
  await log.append(300, { timestamp: at });
  await settle(log);
  expect(await pathsOf(log.workspace)).toContain("tile/entries/000");
  clock.advance(2 * 86_400);
  await settle(log);
  expect(await pathsOf(log.workspace)).not.toContain("tile/entries/000");
  expect(await verified(log.workspace, { dropped })).toMatchObject({ ok: true, dropped: 256 });
});

it("objects of sinks go with their last entry", async () => {
  const log = await trimmedLog();
  const { objects } = await bucket.list({ prefix: `audit/${log.workspace}/events/` });
  const lasts = objects.map(({ key }) => Number(/-(\d+)\.jsonl$/.exec(key)![1]));
  expect(lasts.length).toBeGreaterThan(0);
  expect(Math.min(...lasts)).toBeGreaterThanOrEqual(512);
});

it("cut off before and after every step, it drops the same in the end, and never before it has said so", async () => {
  for (let failing = 0; ; failing += 1) {
    const log = await newLog();
    await log.append(300);
    await log.append(5, recent());
    await ringAlarm(log.stub);
    await shipAll();
    let steps = 0;
    const restore = await watchBucket(log.stub, async (operation: Operation, key, perform) => {
      if (operation !== "delete" || !key.includes("/log/tile/entries/000")) return perform();
      const events = await rowsOf<{ idx: number }>(
        log.stub,
        "SELECT idx FROM event WHERE event_type = 'audit.trimmed'",
      );
      const head = await log.rpc.head();
      expect(events[0]!.idx, "said, and published").toBeLessThan(head!.size);
      const step = steps++;
      if (step === failing) throw new Error("cut off before");
      const value = await perform();
      if (step + 1 === failing) throw new Error("cut off after");
      return value;
    });
    await settle(log);
    restore();
    await settle(log);
    clock.advance(10);
    await settle(log);
    expect(await pathsOf(log.workspace)).not.toContain("tile/entries/000");
    expect(await verified(log.workspace, { dropped })).toMatchObject({ ok: true, dropped: 256 });
    const said = await rowsOf(log.stub, "SELECT 1 FROM event WHERE event_type = 'audit.trimmed'");
    expect(said, "said once").toHaveLength(1);
    if (failing > steps) return;
  }
});
