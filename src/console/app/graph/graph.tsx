// The dependency graph: what waits for what, from left to right, with the critical path.
import { useState } from "preact/hooks";
import type { Task } from "../../../schema/project.ts";
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { STATUS_WORDS } from "../format/words.ts";
import { Check } from "../parts/field.tsx";
import { Empty } from "../parts/state.tsx";
import { taskHref, type ViewProps } from "../project/view.ts";
import { type Layout, layOut, linksOf } from "./layout.ts";

const NODE = { width: 184, height: 52, gap_x: 56, gap_y: 18 };
const TITLE_LINE = 23;

export const Graph = ({ open }: ViewProps) => {
  const [settled, setSettled] = useState(true);
  const schedule = useLoad(async () => {
    const params = { project_id: open.id };
    return (await service.readSchedule({ params })).body.schedule.critical_path;
  }, [open.id]);
  const all = [...open.tasks.value.values()];
  const tasks = settled ? all : all.filter(({ status }) => status !== "done" && status !== "cancelled");
  const layout = layOut(tasks);
  if (layout.edges.length === 0)
    return (
      <Empty icon="graph" title="No dependency yet">
        Open a task and say what it waits for: the order of the work then shows here.
      </Empty>
    );
  const critical = schedule.value ?? [];
  return (
    <>
      <div class="bar-of-filters">
        <p class="legend">
          <span class="key-critical" /> Critical path
        </p>
        <p class="hint">From left to right: each task stands behind what it waits for.</p>
        <Check label="Show what is settled" name="settled" checked onChange={setSettled} />
      </div>
      <section class="canvas" aria-label="Dependency graph">
        <Drawing layout={layout} tasks={new Map(tasks.map((task) => [task.id, task]))} critical={critical} />
      </section>
    </>
  );
};

const Drawing = ({
  layout,
  tasks,
  critical,
}: {
  readonly layout: Layout;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly critical: readonly string[];
}) => {
  const links = linksOf(critical);
  const on_path = new Set(critical);
  const x = (layer: number) => 8 + layer * (NODE.width + NODE.gap_x);
  const y = (row: number) => 8 + row * (NODE.height + NODE.gap_y);
  const width = x(layout.layers) - NODE.gap_x + 8;
  const height = y(layout.rows) - NODE.gap_y + 8;
  // Lines of the critical path lie on top.
  const edges = [...layout.edges].sort(
    (a, b) => Number(links.has(`${a.from} ${a.to}`)) - Number(links.has(`${b.from} ${b.to}`)),
  );
  return (
    <svg class="graph" role="presentation" width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      {edges.map(({ from, to }) => {
        const [one, other] = [layout.nodes.get(from)!, layout.nodes.get(to)!];
        const [x1, y1] = [x(one.layer) + NODE.width, y(one.row) + NODE.height / 2];
        const [x2, y2] = [x(other.layer), y(other.row) + NODE.height / 2];
        const bend = Math.max(NODE.gap_x / 2, (x2 - x1) / 2);
        return (
          <path
            key={`${from} ${to}`}
            class={links.has(`${from} ${to}`) ? "edge critical" : "edge"}
            d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
          />
        );
      })}
      {[...layout.nodes.values()].map(({ id, layer, row }) => {
        const task = tasks.get(id)!;
        const [first, second] = inLines(task.title);
        return (
          <a key={id} href={taskHref(id)}>
            <g
              class={`node ${task.status}${on_path.has(id) ? " critical" : ""}`}
              transform={`translate(${x(layer)} ${y(row)})`}
            >
              <title>{`${task.title}: ${STATUS_WORDS[task.status]}`}</title>
              <rect width={NODE.width} height={NODE.height} rx="8" />
              <rect class="node-status" x="0" y="0" width="5" height={NODE.height} rx="2.5" />
              <text x="16" y={second ? 22 : 31}>
                {first}
              </text>
              {second && (
                <text x="16" y="40">
                  {second}
                </text>
              )}
            </g>
          </a>
        );
      })}
    </svg>
  );
};

/** A title in two lines at most, cut where it is longer. */
function inLines(title: string): [string, string] {
  if (title.length <= TITLE_LINE) return [title, ""];
  const space = title.lastIndexOf(" ", TITLE_LINE);
  const at = space > 8 ? space : TITLE_LINE;
  const rest = title.slice(at).trim();
  return [title.slice(0, at), rest.length > TITLE_LINE ? `${rest.slice(0, TITLE_LINE - 1)}…` : rest];
}
