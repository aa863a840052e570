// Where events are found: by blocks that speak of them. Whatever is asked for, and in whatever order events came, the same
// is found as by looking at all of them; and what is looked at does not grow with the log.
import fc from "fast-check";
import { expect, it } from "vitest";
import schema from "../../../durable-objects/audit-log/schema.sql";
import { AuditLogStore } from "../../../durable-objects/audit-log/store.ts";
import { migrate } from "../../../durable-objects/migrate.ts";
import type { UnsequencedEvent } from "../../../src/schema/audit-event.ts";
import type { EventFilter } from "../../../src/schema/messages/audit-log.ts";
import { toIso } from "../../../src/schema/text.ts";
import { inLab } from "./lab.ts";
import { eventNamed } from "./logs.ts";

const START_MS = Date.parse("2026-01-01T00:00:00.000Z");

const inLog: typeof inLab = (work) =>
  inLab((sql, storage) => {
    migrate(sql, "audit-log", schema);
    return work(sql, storage);
  });

const fits = (event: UnsequencedEvent, { target, since, until, ...fields }: EventFilter): boolean =>
  (target === undefined || event.targets.includes(target)) &&
  (since === undefined || event.timestamp >= since) &&
  (until === undefined || event.timestamp < until) &&
  Object.entries(fields).every(([name, value]) => event[name as keyof typeof fields] === value);

/** Now and then half an hour: what waited that long, or came from a clock that is wrong. */
const skewed_ms = fc.oneof(fc.integer({ min: -5_000, max: 0 }), fc.constantFrom(-1_800_000, 1_800_000));
const time = fc.integer({ min: -1, max: 260 }).map((n) => toIso(START_MS + n * 20_000));
const event = fc.record({
  event_type: fc.constantFrom("task.created", "task.read", "audit.read"),
  user_id: fc.constantFrom(null, "usr_a", "usr_b"),
  decision: fc.constantFrom("allow", "deny"),
  targets: fc.subarray(["tsk_a", "tsk_ab", "tsk_b"]),
  skewed_ms,
});
const filter: fc.Arbitrary<EventFilter> = fc.record(
  {
    event_type: fc.constantFrom("task.created", "hook.received"),
    user_id: fc.constant("usr_a"),
    decision: fc.constantFrom("allow", "deny"),
    target: fc.constantFrom("tsk_a", "tsk_b", "tsk"),
    since: time,
    until: time,
  },
  { requiredKeys: [] },
);

it("finds what a look at all of them would, whatever is asked and however late events came", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 150, maxLength: 260 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
      fc.array(filter, { minLength: 1, maxLength: 8 }),
      async (drawn, batches, filters) => {
        const events = drawn.map(({ skewed_ms, ...more }, at) => ({
          ...eventNamed(`evt_${at}`, more),
          timestamp: toIso(START_MS + at * 20_000 + skewed_ms),
          sealed: null,
        }));
        const found = await inLog((sql) => {
          const store = new AuditLogStore(sql);
          for (let at = 0, turn = 0; at < events.length; turn += 1) {
            const count = batches[turn % batches.length]!;
            store.add(events.slice(at, at + count));
            at += count;
          }
          return filters.map((filter) => {
            const indexes: number[] = [];
            for (let before = 1_000; ; ) {
              const page = store.page(filter, 7, before).map(({ idx }) => idx);
              indexes.push(...page);
              if (page.length < 7) return indexes;
              before = page.at(-1)!;
            }
          });
        });
        const expected = filters.map((filter) =>
          events.flatMap((event, index) => (fits(event, filter) ? [index] : [])).reverse(),
        );
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

it("an event writes itself, its id, and only what its block has not spoken of", async () => {
  const written = await inLog((sql) => {
    const store = new AuditLogStore(sql);
    const { exec } = sql;
    let rows = 0;
    Object.assign(sql, {
      exec: (...given: Parameters<typeof exec>) => {
        const cursor = exec.apply(sql, given);
        rows += cursor.rowsWritten;
        return cursor;
      },
    });
    const many = Array.from({ length: 640 }, (_, at) => ({
      ...eventNamed(`evt_${at}`, { user_id: "usr_a", targets: ["prj_a", `tsk_${at}`] }),
      sealed: null,
    }));
    for (const event of many) store.add([event]);
    return rows / many.length;
  });
  // Row, id and task; of each block its six terms that all share, and its own row with its index.
  expect(written).toBeCloseTo(3 + (6 + 2) / 64, 6);
});
