// Webhooks: the endpoints that hear of what happens, of one project or of all.
import { useState } from "preact/hooks";
import type { Webhook } from "../../../schema/webhook.ts";
import { allPages, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { may } from "../connection/session.ts";
import { sayCount, sayName } from "../format/words.ts";
import { Button } from "../parts/button.tsx";
import { Select } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await, Empty } from "../parts/state.tsx";
import { When } from "../parts/text.tsx";
import { ownedProjects } from "../projects/owned.ts";
import { hrefOf, type Route } from "../route.ts";
import { Head } from "../shell/frame.tsx";
import { NewWebhook } from "./new-webhook.tsx";
import { WebhookBadge } from "./status-badge.tsx";
import { WebhookScreen } from "./webhook.tsx";

export const Webhooks = ({ route }: { readonly route: Extract<Route, { name: "webhooks" }> }) =>
  route.id === null ? <List /> : <WebhookScreen key={route.id} id={route.id} />;

const List = () => {
  const [making, setMaking] = useState(false);
  const [project_id, setProject] = useState("");
  const everywhere = may("system:admin");
  const projects = useLoad(async () => {
    const owned = await ownedProjects();
    if (!everywhere && owned[0]) setProject(owned[0].id);
    return owned;
  }, []);
  const asked = everywhere || project_id !== "";
  const webhooks = useLoad<Webhook[]>(
    asked
      ? async () => {
          const pages = await allPages((query) =>
            service.listWebhooks({ query: { ...query, ...(project_id && { project_id }) } }),
          );
          return pages.flatMap((page) => page.webhooks);
        }
      : null,
    [project_id, asked],
  );
  const make = (
    <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
      New webhook
    </Button>
  );
  const owned = projects.value ?? [];
  const places = [
    ...(everywhere ? [{ value: "", label: "The whole workspace" }] : []),
    ...owned.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <div class="narrow">
      <Head title="Webhooks" actions={asked && make}>
        Addresses that are told of what happens, each event signed, and tried again until it arrives.
      </Head>
      {places.length > 1 && (
        <div class="bar-of-filters">
          <Select label="Whose" name="project" value={project_id} choices={places} onChange={setProject} />
        </div>
      )}
      {!asked ? (
        <Empty icon="webhooks" title="No project of your own">
          The owner of a project sets up its webhooks. Begin a project, and come back.
        </Empty>
      ) : (
        <Await of={webhooks} rows={2}>
          {(list) =>
            list.length === 0 ? (
              <Empty icon="webhooks" title="No webhook yet" action={make}>
                Give an https address, choose what it hears, and check each delivery's signature with the
                secret.
              </Empty>
            ) : (
              <>
                <p class="count">{sayCount(list.length, "webhook")}</p>
                <ul class="rows">
                  {list.map(({ id, url, description, event_types, status, created_at }) => (
                    <li key={id} class="row">
                      <Icon name="webhooks" />
                      <div class="row-main">
                        <p class="row-title">
                          <a href={hrefOf({ name: "webhooks", id })}>{description || url}</a>
                          <WebhookBadge status={status} />
                        </p>
                        <p class="hint">
                          {description && `${url} · `}
                          hears{" "}
                          {event_types.includes("*") ? "everything" : event_types.map(sayName).join(", ")} ·
                          since <When at={created_at} />
                        </p>
                      </div>
                    </li>
                  ))}
                </ul>
              </>
            )
          }
        </Await>
      )}
      {making && (
        <NewWebhook
          project_id={project_id || null}
          close={() => {
            setMaking(false);
            webhooks.reload();
          }}
        />
      )}
    </div>
  );
};
