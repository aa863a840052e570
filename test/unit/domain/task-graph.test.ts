// Cycles among dependencies, held against a naive oracle; and chains that would exhaust a recursive search.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Edges, findCycle } from "../../../src/domain/task-graph.ts";

/** Acyclic, by definition: what waits for nothing can be taken away until nothing is left. */
function isAcyclic(edges: Edges): boolean {
  const left = new Set([...edges.keys(), ...[...edges.values()].flat()]);
  for (;;) {
    const free = [...left].filter((id) => !(edges.get(id) ?? []).some((next) => left.has(next)));
    if (free.length === 0) return left.size === 0;
    for (const id of free) left.delete(id);
  }
}

function reachable(edges: Edges, starts: readonly string[]): Edges {
  const seen = new Map<string, readonly string[]>();
  const queue = [...starts];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.set(id, edges.get(id) ?? []);
    queue.push(...(edges.get(id) ?? []));
  }
  return seen;
}

const ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
const graphs: fc.Arbitrary<Edges> = fc
  .array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), { maxLength: 16 })
  .map((pairs) => {
    const edges = new Map<string, string[]>();
    for (const [from, to] of pairs) edges.set(from, [...(edges.get(from) ?? []), to]);
    return edges;
  });

function expectRealCycle(edges: Edges, cycle: readonly string[]): void {
  expect(cycle.length).toBeGreaterThanOrEqual(2);
  expect(cycle[0]).toBe(cycle.at(-1));
  expect(new Set(cycle).size).toBe(cycle.length - 1);
  for (let index = 0; index + 1 < cycle.length; index += 1) {
    expect(edges.get(cycle[index]!)).toContain(cycle[index + 1]);
  }
}

describe("dependencies", () => {
  test("have no cycle exactly if none is found, and what is named is one", () => {
    let cyclic = 0;
    fc.assert(
      fc.property(graphs, (edges) => {
        const cycle = findCycle(edges, edges.keys());
        expect(cycle === null).toBe(isAcyclic(edges));
        if (!cycle) return;
        cyclic += 1;
        expectRealCycle(edges, cycle);
      }),
      { numRuns: 1_000 },
    );
    expect(cyclic).toBeGreaterThan(100);
  });

  test("are searched from the given starts alone, wherever these are", () => {
    fc.assert(
      fc.property(graphs, fc.subarray(ids), (edges, starts) => {
        const cycle = findCycle(edges, starts);
        expect(cycle === null).toBe(isAcyclic(reachable(edges, starts)));
        if (cycle) expectRealCycle(edges, cycle);
      }),
      { numRuns: 1_000 },
    );
  });

  test("one new edge closes a cycle exactly if its end already reaches its beginning", () => {
    const acyclic = graphs.filter(isAcyclic);
    fc.assert(
      fc.property(acyclic, fc.constantFrom(...ids), fc.constantFrom(...ids), (edges, from, to) => {
        const after = new Map(edges).set(from, [...(edges.get(from) ?? []), to]);
        expect(findCycle(after, [from]) !== null).toBe(reachable(edges, [to]).has(from));
      }),
    );
  });

  test("a task cannot wait for itself, nor two for each other", () => {
    expect(findCycle(new Map([["a", ["a"]]]), ["a"])).toEqual(["a", "a"]);
    const both = new Map([
      ["a", ["b"]],
      ["b", ["a"]],
    ]);
    expect(findCycle(both, ["b"])).toEqual(["b", "a", "b"]);
  });

  test("that meet again, repeat or lead nowhere are no cycle", () => {
    const diamond = new Map([
      ["a", ["b", "c", "b"]],
      ["b", ["d"]],
      ["c", ["d", "gone"]],
    ]);
    expect(findCycle(diamond, ["a", "a", "nowhere"])).toBeNull();
    expect(findCycle(new Map(), [])).toBeNull();
  });

  test("the way into a cycle is not named with it", () => {
    const edges = new Map([
      ["start", ["a"]],
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["a"]],
    ]);
    expect(findCycle(edges, ["start"])).toEqual(["a", "b", "c", "a"]);
  });

  /** Counts how often the search looks into the graph, and stops one that looks too often: time, without a clock. */
  class CountingEdges extends Map<string, readonly string[]> {
    looks = 0;
    readonly looks_max: number;
    constructor(looks_max: number) {
      super();
      this.looks_max = looks_max;
    }
    override get(id: string) {
      this.looks += 1;
      if (this.looks > this.looks_max) throw new Error(`more than ${this.looks_max} looks into the graph`);
      return super.get(id);
    }
  }

  const LONG = 100_000;
  const chain = (end: readonly string[]) => {
    const edges = new CountingEdges(3 * LONG);
    for (let index = 0; index < LONG; index += 1) edges.set(`${index}`, [`${index + 1}`]);
    edges.set(`${LONG}`, end);
    return edges;
  };

  test("a chain of 100,000 is searched without overflow, in linear time", () => {
    const edges = chain([]);
    expect(findCycle(edges, edges.keys())).toBeNull();
    expect(edges.looks).toBeGreaterThanOrEqual(LONG);
    const closed = chain(["0"]);
    expect(findCycle(closed, ["0"])).toHaveLength(LONG + 2);
  });

  test("many ways through layers cost no more than their edges", () => {
    const [layers, width] = [40, 10];
    const edges = new CountingEdges(2 * layers * width * width);
    for (let layer = 0; layer < layers; layer += 1) {
      const next = Array.from({ length: width }, (_, each) => `${layer + 1}/${each}`);
      for (let each = 0; each < width; each += 1) edges.set(`${layer}/${each}`, next);
    }
    // Ten to the fortieth paths, 4,000 edges.
    expect(findCycle(edges, edges.keys())).toBeNull();
  });
});
