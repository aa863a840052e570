// What is drawn: the graph's layers, the marks of an axis, the curve of a simulation.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOut, linksOf } from "../../../src/console/app/graph/layout.ts";
import { curveOf } from "../../../src/console/app/insight/curve.ts";
import { ticksUpTo } from "../../../src/console/app/timeline/ticks.ts";

describe("the graph", () => {
  /** Random tasks that wait for earlier ones alone, as the service holds them. */
  const graphs = fc
    .array(fc.array(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
    .map((lists) =>
      lists.map((list, at) => ({
        id: `t${at}`,
        depends_on: [...new Set(list.filter((each) => each < at))].map((each) => `t${each}`),
      })),
    );

  test("every task stands behind everything that it waits for, and no two at one place", () => {
    fc.assert(
      fc.property(graphs, (tasks) => {
        const { nodes, edges, layers, rows } = layOut(tasks);
        expect(nodes.size).toBe(tasks.length);
        for (const { from, to } of edges) expect(nodes.get(from)!.layer).toBeLessThan(nodes.get(to)!.layer);
        const places = [...nodes.values()].map(({ layer, row }) => `${layer} ${row}`);
        expect(new Set(places).size).toBe(tasks.length);
        for (const { layer, row } of nodes.values()) {
          expect(layer).toBeLessThan(layers);
          expect(row).toBeLessThan(rows);
        }
      }),
    );
  });

  test("the same tasks are drawn the same way", () => {
    fc.assert(
      fc.property(graphs, (tasks) => {
        expect(layOut(tasks)).toEqual(layOut(tasks));
      }),
    );
  });

  test("a cycle, or a dependency on what is not shown, does no harm", () => {
    const { nodes, edges } = layOut([
      { id: "a", depends_on: ["b", "gone"] },
      { id: "b", depends_on: ["a"] },
    ]);
    expect(nodes.size).toBe(2);
    expect(edges).toHaveLength(2);
    expect(layOut([]).rows).toBe(0);
  });

  test("a chain is known by its links", () => {
    expect(linksOf(["a", "b", "c"])).toEqual(new Set(["a b", "b c"]));
    expect(linksOf([])).toEqual(new Set());
  });
});

test("an axis has a few round marks, from 0 on and never beyond its end", () => {
  expect(ticksUpTo(258)).toEqual([0, 50, 100, 150, 200, 250]);
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), (end) => {
      const ticks = ticksUpTo(end);
      expect(ticks[0]).toBe(0);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThan(9);
      expect(ticks.at(-1)!).toBeLessThanOrEqual(end * 1.000001);
    }),
  );
});

describe("the curve of a simulation", () => {
  test("has its peak near the median, and falls to both sides", () => {
    const curve = curveOf({ mean_hours: 102, p50_hours: 100, p80_hours: 110, p95_hours: 122 });
    const peak = curve.find(({ height }) => height === 1)!;
    expect(Math.abs(peak.hours - 100)).toBeLessThan(5);
    expect(curve[0]!.height).toBeLessThan(0.1);
    expect(curve.at(-1)!.height).toBeLessThan(0.1);
  });

  test("is finite for durations that do not vary, and for none at all", () => {
    for (const hours of [0, 8])
      for (const point of curveOf({
        mean_hours: hours,
        p50_hours: hours,
        p80_hours: hours,
        p95_hours: hours,
      }))
        expect(Number.isFinite(point.hours) && point.height >= 0 && point.height <= 1).toBe(true);
  });
});
