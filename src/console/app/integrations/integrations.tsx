// Integrations: the other systems that send events into one of the reader's projects.
import { useState } from "preact/hooks";
import { allPages, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { sayCount } from "../format/words.ts";
import { Button } from "../parts/button.tsx";
import { Select } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await, Empty } from "../parts/state.tsx";
import { When } from "../parts/text.tsx";
import { ownedProjects } from "../projects/owned.ts";
import { hrefOf, type Route } from "../route.ts";
import { Head } from "../shell/frame.tsx";
import { IntegrationScreen } from "./integration.tsx";
import { KIND_WORDS } from "./integration-words.ts";
import { NewIntegration } from "./new-integration.tsx";
import { IntegrationBadge } from "./status-badge.tsx";

export const Integrations = ({ route }: { readonly route: Extract<Route, { name: "integrations" }> }) =>
  route.id === null ? <List /> : <IntegrationScreen key={route.id} id={route.id} />;

const List = () => {
  const [making, setMaking] = useState(false);
  const [chosen, setChosen] = useState("");
  const projects = useLoad(ownedProjects, []);
  const project_id = chosen || (projects.value?.[0]?.id ?? "");
  const integrations = useLoad(
    project_id === ""
      ? null
      : async () => {
          const pages = await allPages((query) =>
            service.listIntegrations({ query: { ...query, project_id } }),
          );
          return pages.flatMap((page) => page.integrations);
        },
    [project_id],
  );
  const make = (
    <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
      New integration
    </Button>
  );
  return (
    <div class="narrow">
      <Head title="Integrations" actions={project_id !== "" && make}>
        Other systems that send events into a project: each signs, and does what its rules say.
      </Head>
      <Await of={projects} rows={1}>
        {(owned) =>
          owned.length === 0 ? (
            <Empty icon="link" title="No project of your own">
              The owner of a project lets other systems in. Begin a project, and come back.
            </Empty>
          ) : (
            <>
              {owned.length > 1 && (
                <div class="bar-of-filters">
                  <Select
                    label="Into"
                    name="project"
                    value={project_id}
                    choices={owned.map(({ id, name }) => ({ value: id, label: name }))}
                    onChange={setChosen}
                  />
                </div>
              )}
              <Await of={integrations} rows={2}>
                {(list) =>
                  list.length === 0 ? (
                    <Empty icon="link" title="No integration yet" action={make}>
                      Let GitHub, an alert system or a form send events: tasks are made of them, and completed
                      by them.
                    </Empty>
                  ) : (
                    <>
                      <p class="count">{sayCount(list.length, "integration")}</p>
                      <ul class="rows">
                        {list.map(({ id, name, kind, status, mapping, created_at }) => (
                          <li key={id} class="row">
                            <Icon name="link" />
                            <div class="row-main">
                              <p class="row-title">
                                <a href={hrefOf({ name: "integrations", id })}>{name}</a>
                                <IntegrationBadge status={status} />
                              </p>
                              <p class="hint">
                                {KIND_WORDS[kind]} · {sayCount(mapping.rules.length, "rule")} · since{" "}
                                <When at={created_at} />
                              </p>
                            </div>
                          </li>
                        ))}
                      </ul>
                    </>
                  )
                }
              </Await>
            </>
          )
        }
      </Await>
      {making && (
        <NewIntegration
          project_id={project_id}
          close={() => {
            setMaking(false);
            integrations.reload();
          }}
        />
      )}
    </div>
  );
};
