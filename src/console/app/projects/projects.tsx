// The reader's projects: what is going on, what is put away, and how to begin one.
import { useState } from "preact/hooks";
import type { ProjectSummary } from "../../../schema/project.ts";
import { allPages, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { done } from "../connection/run.ts";
import { may } from "../connection/session.ts";
import { sayCount } from "../format/words.ts";
import { ActionButton, Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await, Empty } from "../parts/state.tsx";
import { Badge, When } from "../parts/text.tsx";
import { go } from "../place.ts";
import { hrefOf } from "../route.ts";
import { Head } from "../shell/frame.tsx";
import { NewProject } from "./new-project.tsx";

type Kind = "active" | "archived" | "deleted";

const KINDS: readonly { readonly kind: Kind; readonly label: string }[] = [
  { kind: "active", label: "Active" },
  { kind: "archived", label: "Archived" },
  { kind: "deleted", label: "Deleted" },
];

export const Projects = () => {
  const [kind, setKind] = useState<Kind>("active");
  const [everybody, setEverybody] = useState(false);
  const [making, setMaking] = useState(false);
  const scope = everybody ? "all" : "mine";
  const projects = useLoad(async () => {
    const pages = await allPages((query) =>
      service.listProjects({ query: { ...query, status: kind, scope } }),
    );
    return pages.flatMap((page) => page.projects);
  }, [kind, scope]);
  const creates = may("project:create");
  return (
    <>
      <Head
        title="Projects"
        actions={
          creates && (
            <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
              New project
            </Button>
          )
        }
      >
        What you and others work on.
      </Head>
      <div class="bar-of-filters">
        <fieldset class="tabs" aria-label="Which projects">
          {KINDS.map(({ kind: each, label }) => (
            <button key={each} type="button" aria-pressed={each === kind} onClick={() => setKind(each)}>
              {label}
            </button>
          ))}
        </fieldset>
        {may("system:admin") && (
          <fieldset class="tabs" aria-label="Whose projects">
            <button type="button" aria-pressed={!everybody} onClick={() => setEverybody(false)}>
              Mine
            </button>
            <button type="button" aria-pressed={everybody} onClick={() => setEverybody(true)}>
              Everybody's
            </button>
          </fieldset>
        )}
      </div>
      <Await of={projects} rows={3}>
        {(list) =>
          list.length === 0 ? (
            <Nothing kind={kind} creates={creates} make={() => setMaking(true)} />
          ) : (
            <>
              <p class="count">{sayCount(list.length, "project")}</p>
              <ul class="cards">
                {list.map((project) => (
                  <Card key={project.id} project={project} reload={projects.reload} />
                ))}
              </ul>
            </>
          )
        }
      </Await>
      {making && (
        <NewProject
          close={() => setMaking(false)}
          onMade={(id) => go({ name: "project", id, view: "board", task: null })}
        />
      )}
    </>
  );
};

const ROLE_TEXT = { owner: "You own it", editor: "You edit it", viewer: "You read it" } as const;

const Card = ({ project, reload }: { readonly project: ProjectSummary; readonly reload: () => void }) => {
  const { id, name, status, role, created_at, restorable_until } = project;
  const restore = (
    <ActionButton
      small
      work={async () => {
        await service.restoreProject({ params: { project_id: id } });
        done(`"${name}" is active again.`);
        reload();
      }}
    >
      Restore
    </ActionButton>
  );
  return (
    <li class="project-card">
      <Icon name="projects" size={22} />
      <h2>
        {status === "deleted" ? (
          name
        ) : (
          <a href={hrefOf({ name: "project", id, view: "board", task: null })}>{name}</a>
        )}
      </h2>
      <p class="hint">
        {role ? ROLE_TEXT[role] : "You reach it as an administrator"} · begun <When at={created_at} />
      </p>
      {status === "archived" && (
        <p class="card-foot">
          <Badge>Archived</Badge> {role === "owner" && restore}
        </p>
      )}
      {status === "deleted" && restorable_until && (
        <p class="card-foot">
          <span class="hint">
            Erased <When at={restorable_until} />
          </span>{" "}
          {restore}
        </p>
      )}
    </li>
  );
};

const Nothing = ({
  kind,
  creates,
  make,
}: {
  readonly kind: Kind;
  readonly creates: boolean;
  readonly make: () => void;
}) => {
  if (kind === "archived")
    return (
      <Empty icon="projects" title="Nothing is archived">
        A project that is finished can be archived in its settings: it can be read, and nothing in it changes.
      </Empty>
    );
  if (kind === "deleted")
    return (
      <Empty icon="trash" title="Nothing is deleted">
        A deleted project stays here for 30 days and can be restored until then.
      </Empty>
    );
  return (
    <Empty
      icon="projects"
      title="No project yet"
      action={
        creates && (
          <Button kind="primary" icon="plus" onClick={make}>
            Begin a project
          </Button>
        )
      }
    >
      {creates
        ? "Begin with a name, or with a sample plan to see how everything looks."
        : "Ask the owner of a project to make you a member."}
    </Empty>
  );
};
