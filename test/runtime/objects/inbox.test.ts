// The inbox: what a sender ships at least once takes effect once, in order, whatever is repeated, late or lost.
import fc from "fast-check";
import { expect, it } from "vitest";
import { takeOnce } from "../../../durable-objects/inbox.ts";
import type { Batch } from "../../../src/schema/messages/outbox.ts";
import { inCommonLab } from "./lab.ts";

const batch = (first_sequence: number, rows: readonly number[], incarnation = "inc_1"): Batch<number> => ({
  version: 1,
  source: "project/prj_1",
  incarnation,
  first_sequence,
  rows,
});

/** Rows `first` to `last`, each worth its own sequence. */
const run = (first: number, last: number, incarnation?: string) =>
  batch(
    first,
    Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index),
    incarnation,
  );

it("a batch delivered twice has its effect once", async () => {
  const [taken, receipts] = await inCommonLab((sql) => {
    const rows: number[] = [];
    const take = () => takeOnce(sql, run(1, 3), (row) => void rows.push(row));
    return [rows, [take(), take(), take()]] as const;
  });
  expect(taken).toEqual([1, 2, 3]);
  expect(receipts).toEqual([{ next_sequence: 4 }, { next_sequence: 4 }, { next_sequence: 4 }]);
});

it("of a batch that overlaps, only what is new takes effect", async () => {
  const taken = await inCommonLab((sql) => {
    const rows: number[] = [];
    for (const each of [run(1, 3), run(2, 5), run(1, 4), run(5, 6)]) {
      takeOnce(sql, each, (row) => void rows.push(row));
    }
    return rows;
  });
  expect(taken).toEqual([1, 2, 3, 4, 5, 6]);
});

it("a batch past a gap is not taken, and the receipt says where to go on", async () => {
  const [taken, receipt] = await inCommonLab((sql) => {
    const rows: number[] = [];
    const apply = (row: number) => void rows.push(row);
    takeOnce(sql, run(1, 2), apply);
    return [rows, takeOnce(sql, run(4, 6), apply)] as const;
  });
  expect([taken, receipt]).toEqual([[1, 2], { next_sequence: 3 }]);
});

it("a re-created sender is a new source, and its late twin does not disturb it", async () => {
  const taken = await inCommonLab((sql) => {
    const rows: string[] = [];
    const take = (each: Batch<number>) =>
      takeOnce(sql, each, (row) => void rows.push(`${each.incarnation} ${row}`));
    take(run(1, 3, "inc_1"));
    take(run(1, 1, "inc_2"));
    take(run(2, 3, "inc_1"));
    take(run(2, 2, "inc_2"));
    return rows;
  });
  expect(taken).toEqual(["inc_1 1", "inc_1 2", "inc_1 3", "inc_2 1", "inc_2 2"]);
});

it("a re-created receiver goes on where its senders are", async () => {
  const [taken, receipt] = await inCommonLab((sql) => {
    const rows: number[] = [];
    const apply = (row: number) => void rows.push(row);
    const receipt = takeOnce(sql, run(57, 58), apply);
    takeOnce(sql, run(57, 59), apply);
    return [rows, receipt] as const;
  });
  expect([taken, receipt]).toEqual([[57, 58, 59], { next_sequence: 59 }]);
});

it("where applying fails, nothing of the batch counts as taken", async () => {
  const [taken, receipt] = await inCommonLab((sql, storage) => {
    sql.exec("CREATE TABLE effect (row INTEGER)");
    const apply = (failing: number) => (row: number) => {
      if (row === failing) throw new Error("cannot be applied");
      sql.exec("INSERT INTO effect (row) VALUES (?)", row);
    };
    const take = (failing: number) => storage.transactionSync(() => takeOnce(sql, run(1, 3), apply(failing)));
    expect(() => take(3)).toThrow("cannot be applied");
    const receipt = take(-1);
    return [
      sql
        .exec<{ row: number }>("SELECT row FROM effect")
        .toArray()
        .map(({ row }) => row),
      receipt,
    ] as const;
  });
  expect([taken, receipt]).toEqual([[1, 2, 3], { next_sequence: 4 }]);
});

it("whatever slices arrive, in whatever order and however often, each row takes effect once and in order", async () => {
  const slices = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 8 })), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(slices, async (deliveries) => {
      const taken = await inCommonLab((sql) => {
        const rows: number[] = [];
        const apply = (row: number) => void rows.push(row);
        takeOnce(sql, run(1, 1), apply);
        for (const [first, length] of deliveries) takeOnce(sql, run(first, first + length - 1), apply);
        takeOnce(sql, run(1, 30), apply);
        return rows;
      });
      expect(taken).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    }),
    { numRuns: 60 },
  );
});
