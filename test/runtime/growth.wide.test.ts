// Nothing on the path of a request grows faster than logarithmically: rows that it reads and writes, counted at a small
// size and at a large one. `npm run growth` does the same over four decades, with times and storage, and draws it.
import { describe, expect, it, vi } from "vitest";
import { deliveries } from "./growth/deliveries.ts";
import type { Dimension } from "./growth/dimension.ts";
import { events } from "./growth/events.ts";
import { inbound } from "./growth/inbound.ts";
import { people, workers } from "./growth/people.ts";
import { principal } from "./growth/principal.ts";
import { queued } from "./growth/queued.ts";
import { tasks } from "./growth/tasks.ts";
import { evict, inside, shipAll } from "./harness/objects.ts";
import { countAgain, countRows } from "./harness/rows.ts";

vi.setConfig({ testTimeout: 600_000 });

interface Asked {
  readonly VITE_GROWTH_SIZES?: string;
  readonly VITE_GROWTH_ONLY?: string;
  readonly VITE_GROWTH_TURNS?: string;
}
const { VITE_GROWTH_SIZES, VITE_GROWTH_ONLY, VITE_GROWTH_TURNS } = (import.meta as unknown as { env: Asked })
  .env;
/** The short form compares two sizes. Below the smaller one, a list that sorts what few there are is still growing. */
const SIZES = (VITE_GROWTH_SIZES ?? "1500,6000").split(",").map(Number);
const TURNS = Number(VITE_GROWTH_TURNS ?? "1");
/** Rows that a decade more may cost: a linear path takes thousands. */
const PER_DECADE_MAX = 400;
/** From here on: smaller ones are sorted whole. */
const FROM_SIZE = 1_500;

const DIMENSIONS = [tasks, people, workers, events, deliveries, queued, inbound, principal];

interface Measured {
  readonly dimension: string;
  readonly request: string;
  readonly size: number;
  /** Rows read and written by one request. */
  readonly rows: number;
  readonly ms: number;
  readonly storage_bytes: number;
}

describe.each(DIMENSIONS.filter(({ name }) => (VITE_GROWTH_ONLY ?? name) === name))("$name", (dimension) => {
  it("as many as there may be cost a request no more than few", async () => {
    const measured = await measure(dimension);
    const growing = Object.keys(dimension.requests).filter((request) => {
      const own = measured.filter((each) => each.request === request && each.size >= FROM_SIZE);
      const [first, last] = [own[0]!, own.at(-1)!];
      return last.rows - first.rows > PER_DECADE_MAX * Math.log10(last.size / first.size);
    });
    expect(growing).toEqual(dimension.known ?? []);
  });
});

let turn = 0;

async function measure({ name, size_max, prepare, grow, stub, requests }: Dimension): Promise<Measured[]> {
  await prepare();
  await shipAll();
  const measured: Measured[] = [];
  let before = 0;
  for (const size of new Set(SIZES.map((each) => Math.min(each, size_max)))) {
    await grow(before, size);
    await evict(stub()); // what it knows of its rows it reads anew
    before = size;
    for (const ask of Object.values(requests)) await ask(turn++); // what is read once into memory, and stays there
    await countRows();
    const storage_bytes = await inside(stub(), (_, { storage }) => storage.sql.databaseSize);
    for (const [request, ask] of Object.entries(requests)) {
      const rows: number[] = [];
      const times: number[] = [];
      for (let again = 0; again < TURNS; again += 1) {
        const count = countAgain();
        const started_ms = performance.now();
        await ask(turn++);
        times.push(performance.now() - started_ms);
        const { read, written } = count();
        rows.push(read + written);
      }
      measured.push({ dimension: name, request, size, rows: middle(rows), ms: middle(times), storage_bytes });
    }
    await shipAll();
    if (VITE_GROWTH_SIZES)
      console.log(`growth: ${JSON.stringify(measured.filter((each) => each.size === size))}`);
  }
  return measured;
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
