// Workspaces of the deployment, for the administrators of the first one: each is a world of its own.
import { useState } from "preact/hooks";
import { allPages, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { useRun } from "../connection/run.ts";
import { Button } from "../parts/button.tsx";
import { FormDialog, ShownDialog } from "../parts/dialog.tsx";
import { Field, readForm } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await } from "../parts/state.tsx";
import { Copyable, When } from "../parts/text.tsx";

export const Workspaces = () => {
  const [opening, setOpening] = useState(false);
  const workspaces = useLoad(
    async () =>
      (await allPages((query) => service.listWorkspaces({ query }))).flatMap((page) => page.workspaces),
    [],
  );
  return (
    <section class="section" aria-labelledby="workspaces">
      <header>
        <h2 id="workspaces">Other workspaces</h2>
        <p>Each has people, projects and an audit log of its own; none knows of another.</p>
        <Button small icon="plus" onClick={() => setOpening(true)}>
          Open a workspace
        </Button>
      </header>
      <Await of={workspaces} rows={1}>
        {(list) =>
          list.length === 0 ? (
            <p class="none">
              None. Open one for another team: its first administrator gets a link that works once.
            </p>
          ) : (
            <ul class="rows">
              {list.map(({ name, created_at }) => (
                <li key={name} class="row">
                  <Icon name="settings" />
                  <div class="row-main">
                    <p class="row-title">{name}</p>
                    <p class="hint">
                      opened <When at={created_at} />
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      {opening && (
        <OpenWorkspace
          close={() => {
            setOpening(false);
            workspaces.reload();
          }}
        />
      )}
    </section>
  );
};

const OpenWorkspace = ({ close }: { readonly close: () => void }) => {
  const running = useRun();
  const [link, setLink] = useState<string | null>(null);
  const [idempotency_key] = useState(() => crypto.randomUUID());
  if (link !== null)
    return (
      <ShownDialog title="The workspace is open" onClose={close}>
        <p>Whoever opens this link first becomes its administrator. It is shown this once.</p>
        <Copyable text={link} label="the link" />
      </ShownDialog>
    );
  return (
    <FormDialog
      title="Open a workspace"
      action="Open it"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text } = readForm(event);
        void running.run(async () => {
          const { workspace, bootstrap_token } = (
            await service.openWorkspace({ body: { name: text("name") }, idempotency_key })
          ).body;
          setLink(`${location.origin}/#bootstrap=${bootstrap_token}&workspace=${workspace.name}`);
        });
      }}
    >
      <Field
        label="Name"
        name="name"
        required
        maxLength={63}
        placeholder="research"
        hint="Lower-case letters, digits and dashes."
        autofocus
      />
    </FormDialog>
  );
};
