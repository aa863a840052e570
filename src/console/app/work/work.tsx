// The reader's own work over all projects: what is assigned to them or held by them, what is due first on top.
import { allPages, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { sayCount } from "../format/words.ts";
import { LinkButton } from "../parts/button.tsx";
import { Await, Empty } from "../parts/state.tsx";
import { PriorityMark, StatusBadge, When } from "../parts/text.tsx";
import { hrefOf } from "../route.ts";
import { Head } from "../shell/frame.tsx";

export const Work = () => {
  const work = useLoad(async () => {
    const [tasks, projects] = await Promise.all([
      allPages((query) => service.listWork({ query })),
      allPages((query) => service.listProjects({ query })),
    ]);
    const names = new Map(projects.flatMap((page) => page.projects).map(({ id, name }) => [id, name]));
    return tasks
      .flatMap((page) => page.tasks)
      .filter(({ status }) => status !== "done" && status !== "cancelled")
      .map((task) => ({ ...task, project: names.get(task.project_id) ?? "A project" }));
  }, []);
  return (
    <div class="narrow">
      <Head title="My work">
        Assigned to you or claimed by you, in all projects. What is due first comes first.
      </Head>
      <Await of={work} rows={3}>
        {(tasks) =>
          tasks.length === 0 ? (
            <Empty
              icon="work"
              title="Nothing is waiting for you"
              action={<LinkButton href="#/projects">Look at your projects</LinkButton>}
            >
              Claim a task on a project's board, or have one assigned to you.
            </Empty>
          ) : (
            <>
              <p class="count">{sayCount(tasks.length, "task")}</p>
              <ul class="rows">
                {tasks.map(
                  ({ id, project_id, title, status, priority, due_at, lease_expires_at, project }) => (
                    <li key={id} class="row">
                      <StatusBadge status={status} />
                      <div class="row-main">
                        <p class="row-title">
                          <a href={hrefOf({ name: "project", id: project_id, view: "board", task: id })}>
                            {title}
                          </a>
                          <PriorityMark priority={priority} />
                        </p>
                        <p class="hint">
                          {project}
                          {due_at && (
                            <>
                              {" "}
                              · due <When at={due_at} />
                            </>
                          )}
                          {lease_expires_at && (
                            <>
                              {" "}
                              · yours until <When at={lease_expires_at} />
                            </>
                          )}
                        </p>
                      </div>
                    </li>
                  ),
                )}
              </ul>
            </>
          )
        }
      </Await>
    </div>
  );
};
