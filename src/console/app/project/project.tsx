// One project: its head, its views, and beside them the task that is looked at.
import type { FunctionComponent } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Board } from "../board/board.tsx";
import { Breakdown } from "../breakdown/breakdown.tsx";
import { explain } from "../connection/explain.ts";
import { may } from "../connection/session.ts";
import { Graph } from "../graph/graph.tsx";
import { Insight } from "../insight/insight.tsx";
import { Members } from "../members/members.tsx";
import { Button } from "../parts/button.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Loading, Problem } from "../parts/state.tsx";
import { Badge } from "../parts/text.tsx";
import { go } from "../place.ts";
import { hrefOf, type ProjectView, type Route } from "../route.ts";
import { Head } from "../shell/frame.tsx";
import { NewTask } from "../task/new-task.tsx";
import { TaskPanel } from "../task/panel.tsx";
import { Timeline } from "../timeline/timeline.tsx";
import { TaskList } from "./list.tsx";
import { OpenProject } from "./open-project.ts";
import { ProjectSettings } from "./settings.tsx";
import type { ViewProps } from "./view.ts";

const VIEWS: readonly { readonly view: ProjectView; readonly label: string; readonly icon: IconName }[] = [
  { view: "board", label: "Board", icon: "board" },
  { view: "list", label: "List", icon: "list" },
  { view: "graph", label: "Dependencies", icon: "graph" },
  { view: "timeline", label: "Timeline", icon: "timeline" },
  { view: "plan", label: "Plan", icon: "check" },
  { view: "insight", label: "Insight", icon: "insight" },
  { view: "members", label: "Members", icon: "people" },
  { view: "settings", label: "Settings", icon: "settings" },
];

const SHOWN: Readonly<Record<ProjectView, FunctionComponent<ViewProps>>> = {
  board: Board,
  list: TaskList,
  graph: Graph,
  timeline: Timeline,
  plan: Breakdown,
  insight: Insight,
  members: Members,
  settings: ProjectSettings,
};

export const ProjectScreen = ({ route }: { readonly route: Extract<Route, { name: "project" }> }) => {
  const open = useMemo(() => new OpenProject(route.id), [route.id]);
  useEffect(() => {
    void open.open();
    return () => open.close();
  }, [open]);
  const [making, setMaking] = useState(false);
  const views = useRef<HTMLElement>(null);
  const project = open.project.value;
  // On a phone not all views are in sight at once: the present one is.
  useEffect(() => {
    const here = views.current?.querySelector("[aria-current]");
    here?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [route.view, project === null]);
  if (open.error.value !== null)
    return (
      <>
        <Head title="This project is not shown" trail={<a href="#/projects">Projects</a>} />
        <Problem explanation={explain(open.error.value)} again={() => void open.open()} />
      </>
    );
  if (!project) return <Loading />;
  const Shown = SHOWN[route.view];
  return (
    <>
      <Head
        title={project.name}
        trail={<a href="#/projects">Projects</a>}
        actions={
          <>
            <LiveMark open={open} />
            {open.editable.value && may("task:create") && (
              <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
                New task
              </Button>
            )}
          </>
        }
      >
        {project.description}
      </Head>
      {project.status === "archived" && (
        <p class="none">
          This project is archived: it can be read, and nothing in it changes. Its owner can restore it in the
          settings.
        </p>
      )}
      <nav ref={views} class="tabs views" aria-label="Views of the project">
        {VIEWS.map(({ view, label, icon }) => (
          <a
            key={view}
            href={hrefOf({ ...route, view, task: null })}
            aria-current={view === route.view ? "page" : undefined}
          >
            <Icon name={icon} size={16} />
            {label}
          </a>
        ))}
      </nav>
      <div class={route.task ? "beside with-panel" : "beside"}>
        <div class="beside-main">
          <Shown open={open} />
        </div>
        {route.task && (
          <TaskPanel
            key={route.task}
            open={open}
            id={route.task}
            close={() => go({ ...route, task: null })}
          />
        )}
      </div>
      {making && (
        <NewTask
          open={open}
          close={() => setMaking(false)}
          onMade={(task) => {
            setMaking(false);
            go({ ...route, task: task.id });
          }}
        />
      )}
    </>
  );
};

const LiveMark = ({ open }: ViewProps) =>
  open.live.value ? (
    <Badge tone="good">
      <span class="dot" /> Live
    </Badge>
  ) : (
    <Badge tone="warn">Not live</Badge>
  );
