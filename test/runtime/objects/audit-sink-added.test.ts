// A destination that is added later, or comes back: it gets all that the log still holds, also what the sequencer itself
// has left to R2, and nothing of what is past its retention.
import { expect, it } from "vitest";
import { parseCsv } from "../../../src/protocol/csv.ts";
import { clock } from "../harness/clock.ts";
import { evict, ringAlarm, rowsOf, shipAll } from "../harness/objects.ts";
import { set, settings } from "../identity/settings.ts";
import { bucket, type NewLog, newLog } from "./logs.ts";

const DAY_MS = 86_400_000;
const { audit } = await settings();

/** Alarms and shipments, until nothing changes any more. */
async function settle({ stub }: NewLog): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    clock.advance(61);
    await ringAlarm(stub);
    await shipAll();
  }
}

/** The indexes that the CSV objects of a log hold, in their order. */
async function indexesIn({ workspace }: NewLog): Promise<number[]> {
  const { objects } = await bucket.list({ prefix: `audit/${workspace}/csv/` });
  const found: number[] = [];
  for (const { key } of objects) {
    const parsed = parseCsv(await (await bucket.get(key))!.text());
    if (!parsed.ok) throw new Error(parsed.complaint);
    const [head, ...rows] = parsed.rows;
    const [first, last] = /([0-9]{12})-([0-9]{12})/.exec(key)!.slice(1).map(Number);
    const indexes = rows.map((row) => Number(row[head!.indexOf("index")]));
    expect([indexes[0], indexes.at(-1)]).toEqual([first, last]);
    found.push(...indexes);
  }
  return found;
}

const from = (first: number, end: number) => Array.from({ length: end - first }, (_, at) => first + at);

it("it gets what the sequencer has left to R2, in order, and holds up nothing afterwards", async () => {
  await set({ audit: { ...audit, recent_events_max: 100, csv: false } });
  const log = await newLog();
  for (let round = 0; round < 7; round += 1) await log.append(200);
  await settle(log);
  const left = "SELECT count(*) AS count FROM event WHERE entry = ''";
  expect(await rowsOf(log.stub, left)).toEqual([{ count: 1_280 }]);
  await set({ audit: { ...audit, recent_events_max: 100, csv: true } });
  await evict(log.stub);
  await log.append(400);
  await settle(log);
  expect(await indexesIn(log)).toEqual(from(0, 1_800));
  expect(await rowsOf(log.stub, left)).toEqual([{ count: 1_536 }]);
});

it("it begins where what is past its retention ends", async () => {
  await set({ audit: { ...audit, retention_ms: 30 * DAY_MS, csv: false } });
  const log = await newLog();
  for (let round = 0; round < 7; round += 1) await log.append(200);
  await log.append(10, { timestamp: new Date(clock.now_ms()).toISOString() });
  await settle(log);
  expect(await rowsOf(log.stub, "SELECT min(idx) AS first FROM event")).toEqual([{ first: 1_280 }]);
  await set({ audit: { ...audit, retention_ms: 30 * DAY_MS, csv: true } });
  await evict(log.stub);
  await settle(log);
  expect(await indexesIn(log)).toEqual(from(1_280, 1_411));
});
