// Where the nodes of a dependency graph stand: layers from left to right, each task behind everything it waits for;
// within a layer near the middle of its neighbours, so that few lines cross. Pure, and the same for the same tasks.

export interface GraphNode {
  readonly id: string;
  readonly depends_on: readonly string[];
}

export interface PlacedNode {
  readonly id: string;
  /** From 0: how many tasks have to be done before at least, one after the other. */
  readonly layer: number;
  /** From 0, from the top of its layer. */
  readonly row: number;
}

export interface Layout {
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly layers: number;
  readonly rows: number;
  /** From what is waited for to what waits. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

const SWEEPS = 6;

/** Dependencies on tasks that are not among them are left out. A cycle, which the service refuses, ends a layer. */
export function layOut(tasks: readonly GraphNode[]): Layout {
  const ids = new Set(tasks.map(({ id }) => id));
  const edges = tasks.flatMap(({ id, depends_on }) =>
    depends_on.filter((from) => ids.has(from)).map((from) => ({ from, to: id })),
  );
  const before = new Map(tasks.map(({ id, depends_on }) => [id, depends_on.filter((each) => ids.has(each))]));
  const after = new Map(tasks.map(({ id }) => [id, [] as string[]]));
  for (const { from, to } of edges) after.get(from)!.push(to);

  const layerOf = new Map<string, number>();
  const depth = (id: string, path: ReadonlySet<string>): number => {
    const known = layerOf.get(id);
    if (known !== undefined || path.has(id)) return known ?? 0;
    const below = new Set([...path, id]);
    const layer = Math.max(-1, ...before.get(id)!.map((each) => depth(each, below))) + 1;
    layerOf.set(id, layer);
    return layer;
  };
  for (const { id } of tasks) depth(id, new Set());

  const layers = Array.from({ length: Math.max(-1, ...layerOf.values()) + 1 }, (): string[] => []);
  for (const { id } of tasks) layers[layerOf.get(id)!]!.push(id);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forward = sweep % 2 === 0;
    const neighbours = forward ? before : after;
    const order = forward ? layers : [...layers].reverse();
    const rowOf = new Map(layers.flatMap((layer) => layer.map((id, row) => [id, row] as const)));
    for (const layer of order) {
      const middle = new Map(layer.map((id) => [id, meanOf(neighbours.get(id)!, rowOf)]));
      layer.sort((a, b) => (middle.get(a) ?? rowOf.get(a)!) - (middle.get(b) ?? rowOf.get(b)!));
      for (const [row, id] of layer.entries()) rowOf.set(id, row);
    }
  }
  const nodes = new Map(
    layers.flatMap((layer, at) => layer.map((id, row) => [id, { id, layer: at, row }] as const)),
  );
  return { nodes, layers: layers.length, rows: Math.max(0, ...layers.map(({ length }) => length)), edges };
}

function meanOf(ids: readonly string[], rowOf: ReadonlyMap<string, number>): number | undefined {
  if (ids.length === 0) return undefined;
  return ids.reduce((sum, id) => sum + rowOf.get(id)!, 0) / ids.length;
}

/** The pairs of a chain that follow one another, as `from to`. */
export const linksOf = (chain: readonly string[]): Set<string> =>
  new Set(chain.slice(1).map((to, at) => `${chain[at]} ${to}`));
