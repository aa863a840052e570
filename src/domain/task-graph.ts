// Dependencies between tasks form a directed acyclic graph: an edge points from a task to one it waits for.

export type Edges = ReadonlyMap<string, readonly string[]>;

/**
 * A cycle that is reachable from `starts`, as the ids along it (first and last equal); null when there is none.
 * Iterative depth-first search: time linear in edges, no recursion that a long chain could exhaust.
 */
export function findCycle(edges: Pick<Edges, "get">, starts: Iterable<string>): readonly string[] | null {
  const finished = new Set<string>();
  for (const start of starts) {
    if (finished.has(start)) continue;
    const path: string[] = [start];
    const onPath = new Set(path);
    const cursors = [0];
    while (path.length > 0) {
      const task = path.at(-1)!;
      const next = edges.get(task)?.[cursors[cursors.length - 1]!++];
      if (next === undefined) {
        finished.add(task);
        onPath.delete(task);
        path.pop();
        cursors.pop();
      } else if (onPath.has(next)) {
        return [...path.slice(path.indexOf(next)), next];
      } else if (!finished.has(next)) {
        path.push(next);
        onPath.add(next);
        cursors.push(0);
      }
    }
  }
  return null;
}

export interface Ordered {
  /** Indexes, each after all that it waits for. */
  readonly order: readonly number[];
  /** For each, those that wait for it. */
  readonly successors: readonly (readonly number[])[];
}

/** Puts what is given as indexes to wait for into an order (Kahn 1962). Throws RangeError where there is a cycle. */
export function ordered(waits_for: readonly (readonly number[])[]): Ordered {
  const successors: number[][] = waits_for.map(() => []);
  waits_for.forEach((all, at) => {
    for (const before of all) successors[before]!.push(at);
  });
  const waiting = waits_for.map((all) => all.length);
  const order = waiting.flatMap((count, at) => (count === 0 ? [at] : []));
  for (let done = 0; done < order.length; done += 1) {
    for (const after of successors[order[done]!]!) {
      waiting[after]! -= 1;
      if (waiting[after] === 0) order.push(after);
    }
  }
  if (order.length < waits_for.length) throw new RangeError("the dependencies form a cycle");
  return { order, successors };
}
