// Events as CSV objects in R2: every event once, in order, under a header in each object, in cells that a spreadsheet
// takes for text; repeated puts write the same.
import { expect, it } from "vitest";
import { parseCsv } from "../../../src/protocol/csv.ts";
import { CSV_COLUMNS, csvCells } from "../../../src/schema/audit-csv.ts";
import type { AuditEvent } from "../../../src/schema/audit-event.ts";
import { clock } from "../harness/clock.ts";
import { evict, ringAlarm, rowsOf } from "../harness/objects.ts";
import { set, settings } from "../identity/settings.ts";
import { bucket, type NewLog, newLog, watchBucket } from "./logs.ts";

await set({ audit: { ...(await settings()).audit, csv: true } });

const FORMULAS = [
  "=1+1",
  "+1",
  "-1",
  "@SUM(A1)",
  "\t=1",
  "\r=1",
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("x")',
  "＝1",
];

async function objectsOf({ workspace }: NewLog) {
  const { objects } = await bucket.list({ prefix: `audit/${workspace}/csv/` });
  const keys = objects.map(({ key }) => key).sort();
  return Promise.all(
    keys.map(async (key) => {
      const object = (await bucket.get(key))!;
      return { key, type: object.httpMetadata?.contentType, text: await object.text() };
    }),
  );
}

async function rotate(log: NewLog): Promise<void> {
  clock.advance(61);
  await ringAlarm(log.stub);
}

const rowsIn = (text: string): string[][] => {
  const parsed = parseCsv(text);
  if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.complaint}`);
  return parsed.rows;
};

it("each object has a header and one row for each event, with what the log holds", async () => {
  const log = await newLog();
  for (const rule of FORMULAS) await log.append(1, { rule, details: { text: rule }, user_id: null });
  await rotate(log);
  await log.append(1_100);
  await rotate(log);
  const objects = await objectsOf(log);
  const padded = (index: number) => String(index).padStart(12, "0");
  expect(objects.map(({ key }) => key.split("/csv/")[1])).toEqual([
    `${padded(0)}-${padded(8)}.csv`,
    `${padded(9)}-${padded(1_008)}.csv`,
    `${padded(1_009)}-${padded(1_108)}.csv`,
  ]);
  const all = objects.flatMap(({ text, type }) => {
    expect(type).toBe("text/csv; charset=utf-8");
    const [head, ...rows] = rowsIn(text);
    expect(head).toEqual(CSV_COLUMNS);
    return rows;
  });
  const kept = await rowsOf<{ entry: string }>(log.stub, "SELECT entry FROM event ORDER BY idx");
  expect(all).toEqual(kept.map(({ entry }) => csvCells(JSON.parse(entry) as AuditEvent)));
});

it("no cell of what was written is one that a spreadsheet would calculate", async () => {
  const log = await newLog();
  for (const rule of FORMULAS) await log.append(1, { rule, targets: [rule], details: { [rule]: rule } });
  await rotate(log);
  const { text } = (await objectsOf(log))[0]!;
  // As a reader sees cells who knows quotes alone, and nothing of ours.
  const cells = [...text.matchAll(/"((?:[^"]|"")*)"(?:,|\r\n)/g)].map(([, cell]) => cell!);
  expect(cells).toHaveLength((FORMULAS.length + 1) * CSV_COLUMNS.length);
  for (const cell of cells) expect(cell).not.toMatch(/^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u);
  expect(cells.filter((cell) => cell.startsWith("'"))).toHaveLength(FORMULAS.length);
});

it("a put that fails after writing is repeated with the same bytes, and JSON Lines do not wait for it", async () => {
  const log = await newLog();
  await log.append(3);
  let struck = false;
  const release = await watchBucket(log.stub, async (operation, key, perform) => {
    const value = await perform();
    if (struck || operation !== "put" || !key.includes("/csv/")) return value;
    struck = true;
    throw new Error("written, but nobody knows");
  });
  await rotate(log);
  const before = await objectsOf(log);
  const lines = await bucket.list({ prefix: `audit/${log.workspace}/events/` });
  expect(lines.objects).toHaveLength(1);
  release();
  await log.append(4);
  await evict(log.stub);
  await rotate(log);
  const then = await objectsOf(log);
  expect(struck).toBe(true);
  expect(then).toHaveLength(2);
  expect(then[0]).toEqual(before[0]);
});
