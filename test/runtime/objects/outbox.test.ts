// The outbox: rows leave in order, stay until their receiver has confirmed them, and survive every failure between.
import fc from "fast-check";
import { expect, it } from "vitest";
import { takeOnce } from "../../../durable-objects/inbox.ts";
import { Outbox, type Send } from "../../../durable-objects/outbox.ts";
import type { Batch, Receipt } from "../../../src/schema/messages/outbox.ts";
import { inCommonLab, later } from "./lab.ts";

const source = () => ({ source: "project/prj_1", incarnation: "inc_1" });
/** Rows that are stored. */
const waiting = (sql: SqlStorage, destination = "log"): string[] =>
  sql
    .exec<{ row: string }>("SELECT row FROM outbox WHERE destination = ? ORDER BY sequence", destination)
    .toArray()
    .map(({ row }) => JSON.parse(row));

/** A receiver that keeps everything it was sent. */
function receiver() {
  const batches: Batch<unknown>[] = [];
  const send: Send = async (_, batch) => {
    batches.push(batch);
    return { next_sequence: batch.first_sequence + batch.rows.length };
  };
  return { batches, send, rows: () => batches.flatMap(({ rows }) => [...rows]) };
}

/** A row of a transaction that is rolled back. */
function appendInVain(outbox: Outbox, storage: DurableObjectStorage): void {
  const work = () => {
    outbox.append("log", "never was");
    throw new Error("rolled back");
  };
  expect(() => storage.transactionSync(work)).toThrow("rolled back");
  outbox.forget();
}

it("rows arrive in order, numbered without gaps from 1, each destination for itself", async () => {
  await inCommonLab(async (sql) => {
    const outbox = new Outbox(sql, source);
    for (const row of ["a", "b", "c"]) outbox.append("log", row);
    outbox.append("list", "x");
    const { batches, send } = receiver();
    await outbox.ship("log", send);
    outbox.append("log", "d");
    await outbox.ship("log", send);
    expect(batches.map(({ first_sequence, rows }) => [first_sequence, rows])).toEqual([
      [1, ["a", "b", "c"]],
      [4, ["d"]],
    ]);
    expect(batches[0]).toMatchObject({ version: 1, ...source() });
    outbox.trim();
    expect([waiting(sql), waiting(sql, "list"), outbox.destinations()]).toEqual([[], ["x"], ["list"]]);
  });
});

it("numbers go on after eviction, whether or not rows were left", async () => {
  await inCommonLab(async (sql) => {
    const { batches, send } = receiver();
    for (const row of ["a", "b"]) new Outbox(sql, source).append("log", row);
    const outbox = new Outbox(sql, source);
    await outbox.ship("log", send);
    outbox.trim();
    new Outbox(sql, source).append("log", "c");
    await new Outbox(sql, source).ship("log", send);
    expect(batches.map(({ first_sequence }) => first_sequence)).toEqual([1, 3]);
  });
});

it("what was taken is deleted by the next row's transaction, and comes back with it where that is rolled back", async () => {
  await inCommonLab(async (sql, storage) => {
    const outbox = new Outbox(sql, source);
    const { rows, send } = receiver();
    outbox.append("log", "a");
    await outbox.ship("log", send);
    expect([waiting(sql), outbox.destinations()]).toEqual([["a"], []]);
    appendInVain(outbox, storage);
    expect(waiting(sql)).toEqual(["a"]);
    await outbox.ship("log", send);
    outbox.append("log", "b");
    expect(waiting(sql)).toEqual(["b"]);
    await outbox.ship("log", send);
    expect(rows()).toEqual(["a", "a", "b"]);
  });
});

it("rows that were taken but not deleted when the object was cut off are sent again by the same numbers", async () => {
  await inCommonLab(async (sql) => {
    const received: unknown[] = [];
    const send: Send = async (_, batch) =>
      takeOnce(sql, batch as Batch<unknown>, (row) => void received.push(row));
    const renewed = () => expect.unreachable("its receiver is where it left it");
    const cutOff = () => new Outbox(sql, source, renewed);
    for (const count of [1, 250, 0, 450, 3]) {
      const outbox = cutOff();
      for (let row = 0; row < count; row += 1) outbox.append("log", row);
      await outbox.ship("log", send);
      await cutOff().ship("log", send);
    }
    expect(received).toHaveLength(704);
  });
});

it("a transaction that was rolled back leaves neither a row nor a gap", async () => {
  await inCommonLab(async (sql, storage) => {
    const outbox = new Outbox(sql, source);
    outbox.append("log", "a");
    appendInVain(outbox, storage);
    outbox.append("log", "b");
    const { batches, send } = receiver();
    await outbox.ship("log", send);
    expect(batches.map(({ first_sequence, rows }) => [first_sequence, rows])).toEqual([[1, ["a", "b"]]]);
  });
});

it("a backlog leaves in bounded batches", async () => {
  await inCommonLab(async (sql) => {
    const outbox = new Outbox(sql, source);
    for (let row = 0; row < 450; row += 1) outbox.append("log", row);
    const { batches, send, rows } = receiver();
    await outbox.ship("log", send);
    expect(batches.map((batch) => batch.rows.length)).toEqual([200, 200, 50]);
    expect(rows()).toEqual(Array.from({ length: 450 }, (_, row) => row));
  });
});

it("where sending fails the rows stay, and so does the order", async () => {
  await inCommonLab(async (sql) => {
    const outbox = new Outbox(sql, source);
    for (const row of ["a", "b"]) outbox.append("log", row);
    await expect(outbox.ship("log", () => Promise.reject(new Error("out of reach")))).rejects.toThrow(
      "reach",
    );
    expect(waiting(sql)).toEqual(["a", "b"]);
    const { rows, send } = receiver();
    await outbox.ship("log", send);
    outbox.trim();
    expect([rows(), waiting(sql)]).toEqual([["a", "b"], []]);
  });
});

it("only what the receiver confirmed is deleted", async () => {
  await inCommonLab(async (sql) => {
    const outbox = new Outbox(sql, source);
    for (const row of ["a", "b", "c"]) outbox.append("log", row);
    const seen: unknown[] = [];
    let calls = 0;
    const takesOne: Send = async (_, batch) => {
      calls += 1;
      if (calls > 2) throw new Error("enough");
      seen.push(batch.rows[0]);
      return { next_sequence: batch.first_sequence + 1 };
    };
    await expect(outbox.ship("log", takesOne)).rejects.toThrow("enough");
    expect([seen, waiting(sql)]).toEqual([["a", "b"], ["c"]]);
  });
});

it("a receiver that takes nothing ends the attempt instead of going round for ever", async () => {
  await inCommonLab(async (sql) => {
    const outbox = new Outbox(sql, source);
    outbox.append("log", "a");
    const stuck: Send = async (_, batch) => ({ next_sequence: batch.first_sequence });
    await expect(outbox.ship("log", stuck)).rejects.toThrow("took no row");
    expect(waiting(sql)).toEqual(["a"]);
  });
});

it("rows for a receiver that is gone are dropped, and later ones are still tried", async () => {
  await inCommonLab(async (sql) => {
    const outbox = new Outbox(sql, source);
    outbox.append("log", "a");
    await outbox.ship(
      "log",
      async (_, batch): Promise<Receipt> => ({ next_sequence: batch.first_sequence, gone: true }),
    );
    expect(outbox.destinations()).toEqual([]);
    outbox.append("log", "b");
    expect(waiting(sql)).toEqual(["b"]);
    const { batches, send } = receiver();
    await outbox.ship("log", send);
    expect(batches.map(({ first_sequence, rows }) => [first_sequence, rows])).toEqual([[2, ["b"]]]);
  });
});

it("rows appended while a batch is under way follow it, and parallel shipments never overlap", async () => {
  await inCommonLab(async (sql) => {
    const outbox = new Outbox(sql, source);
    outbox.append("log", "a");
    const [sending, answer] = [later(), later()];
    let under_way = 0;
    const seen: unknown[] = [];
    const send: Send = async (_, batch) => {
      under_way += 1;
      expect(under_way).toBe(1);
      seen.push(...batch.rows);
      sending.resolve();
      await answer.promise;
      under_way -= 1;
      return { next_sequence: batch.first_sequence + batch.rows.length };
    };
    const shipments = [outbox.ship("log", send), outbox.ship("log", send)];
    await sending.promise;
    outbox.append("log", "b");
    shipments.push(outbox.ship("log", send));
    answer.resolve();
    await Promise.all(shipments);
    outbox.trim();
    expect([seen, waiting(sql)]).toEqual([["a", "b"], []]);
  });
});

it("behind a shipment whose receiver says nothing no more than one waits, however often it is tried", async () => {
  await inCommonLab(async (sql) => {
    const outbox = new Outbox(sql, source);
    outbox.append("log", "a");
    const [sending, answer] = [later(), later()];
    const { send, rows } = receiver();
    const slow: Send = async (destination, batch) => {
      sending.resolve();
      await answer.promise;
      return send(destination, batch);
    };
    const first = outbox.ship("log", slow);
    await sending.promise;
    const second = outbox.ship("log", slow);
    outbox.append("log", "b");
    expect(outbox.ship("log", slow)).toBe(second);
    answer.resolve();
    await Promise.all([first, second]);
    expect(rows()).toEqual(["a", "b"]);
  });
});

type Fault = "none" | "before" | "after" | "evicted" | "evicted later";

it("whatever fails and however often, the receiver has every row once and in order", async () => {
  const steps = fc.array(
    fc.record({
      rows: fc.integer({ min: 0, max: 3 }),
      fault: fc.constantFrom<Fault>("none", "before", "after", "evicted", "evicted later"),
    }),
    { minLength: 1, maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(steps, (plan) =>
      inCommonLab(async (sql) => {
        let outbox = new Outbox(sql, source);
        const received: unknown[] = [];
        const deliver =
          (fault: Fault): Send =>
          async (_, batch) => {
            if (fault === "before") throw new Error("lost on the way there");
            const receipt = takeOnce(sql, batch as Batch<unknown>, (row) => void received.push(row));
            if (fault === "after" || fault === "evicted") throw new Error("lost on the way back");
            return receipt;
          };
        let next = 0;
        for (const { rows, fault } of [...plan, { rows: 1, fault: "none" as const }]) {
          for (let count = 0; count < rows; count += 1) outbox.append("log", next++);
          await outbox.ship("log", deliver(fault)).catch(() => undefined);
          if (fault.startsWith("evicted")) outbox = new Outbox(sql, source);
        }
        expect(received).toEqual(Array.from({ length: next }, (_, row) => row));
      }),
    ),
    { numRuns: 60 },
  );
});
