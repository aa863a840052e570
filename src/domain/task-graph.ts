// Dependencies between tasks form a directed acyclic graph: an edge points from a task to one it waits for.

export type Edges = ReadonlyMap<string, readonly string[]>;

/**
 * A cycle that is reachable from `starts`, as the ids along it (first and last equal); null when there is none.
 * Iterative depth-first search: time linear in edges, no recursion that a long chain could exhaust.
 */
export function findCycle(edges: Edges, starts: Iterable<string>): readonly string[] | null {
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
