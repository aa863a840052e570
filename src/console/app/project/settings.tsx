// A project's settings: its name, documents of it, and its end: archive, transfer, deletion.
import { useState } from "preact/hooks";
import { service } from "../connection/requests.ts";
import { done, useRun } from "../connection/run.ts";
import { may } from "../connection/session.ts";
import { ActionButton, Button, LinkButton } from "../parts/button.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { Field, readForm, Select, TextArea } from "../parts/field.tsx";
import { Problem } from "../parts/state.tsx";
import { go } from "../place.ts";
import { etagOf, type OpenProject } from "./open-project.ts";
import type { ViewProps } from "./view.ts";

export const ProjectSettings = ({ open }: ViewProps) => {
  const [asked, setAsked] = useState<"delete" | "transfer" | null>(null);
  const project = open.project.value!;
  const owns = open.role.value === "owner" && may("project:update");
  const params = { project_id: open.id };
  const archived = project.status === "archived";
  const exported = (format: string) => `/v1/projects/${open.id}/export?format=${format}`;
  return (
    <div class="narrow">
      {owns && !archived && <Naming open={open} />}
      <section class="section" aria-labelledby="documents">
        <header>
          <h2 id="documents">Take it with you</h2>
          <p>All tasks as one document: what they are, without who did what when.</p>
        </header>
        <div class="actions">
          <LinkButton href={exported("json")}>JSON</LinkButton>
          <LinkButton href={exported("csv")}>Table (CSV)</LinkButton>
          <LinkButton href={exported("ics")}>Calendar</LinkButton>
        </div>
      </section>
      {owns && (
        <section class="section" aria-labelledby="end">
          <header>
            <h2 id="end">Put it away</h2>
          </header>
          <dl class="facts">
            <div>
              <dt>{archived ? "Restore" : "Archive"}</dt>
              <dd>
                {archived ? "Work goes on." : "It can be read, and nothing in it changes."}
                <ActionButton
                  small
                  work={async () => {
                    const change = archived ? service.restoreProject : service.archiveProject;
                    open.project.value = (await change({ params })).body.project;
                    done(archived ? "The project is active again." : "The project is archived.");
                  }}
                >
                  {archived ? "Restore it" : "Archive it"}
                </ActionButton>
              </dd>
            </div>
            {!archived && (
              <div>
                <dt>Transfer</dt>
                <dd>
                  Another member becomes its owner; you stay as editor.
                  <Button small onClick={() => setAsked("transfer")}>
                    Transfer it
                  </Button>
                </dd>
              </div>
            )}
            <div>
              <dt>Delete</dt>
              <dd>
                It can be restored for 30 days; then it is erased for good.
                <Button small kind="danger" onClick={() => setAsked("delete")}>
                  Delete it
                </Button>
              </dd>
            </div>
          </dl>
        </section>
      )}
      {asked === "delete" && <Delete open={open} close={() => setAsked(null)} />}
      {asked === "transfer" && <Transfer open={open} close={() => setAsked(null)} />}
    </div>
  );
};

interface DialogProps {
  readonly open: OpenProject;
  readonly close: () => void;
}

const Naming = ({ open }: ViewProps) => {
  const running = useRun();
  const project = open.project.value!;
  return (
    <section class="section" aria-labelledby="naming">
      <header>
        <h2 id="naming">Name and description</h2>
      </header>
      <form
        key={project.version}
        class="form"
        onSubmit={(event) => {
          const { text } = readForm(event);
          void running.run(async () => {
            const body = { name: text("name"), description: text("description") };
            const params = { project_id: open.id };
            open.project.value = (
              await service.updateProject({ params, body, if_match: etagOf(project) })
            ).body.project;
            done("Saved.");
          });
        }}
      >
        <Field label="Name" name="name" required maxLength={120} value={project.name} />
        <TextArea label="Description" name="description" maxLength={10_000} value={project.description} />
        {running.problem && <Problem explanation={running.problem} />}
        <div>
          <Button type="submit" kind="primary" busy={running.busy}>
            Save
          </Button>
        </div>
      </form>
    </section>
  );
};

const Delete = ({ open, close }: DialogProps) => {
  const running = useRun();
  const project = open.project.value!;
  const params = { project_id: open.id };
  return (
    <FormDialog
      title="Delete this project?"
      action="Delete it"
      danger
      running={running}
      onClose={close}
      onSubmit={() =>
        running.run(async () => {
          await service.deleteProject({ params, if_match: etagOf(project) });
          go({ name: "projects" });
          done(`"${project.name}" is deleted.`, async () => {
            await service.restoreProject({ params });
            go({ name: "project", id: open.id, view: "board", task: null });
          });
        })
      }
    >
      <p>“{project.name}” and all of its tasks disappear for every member. You can restore it for 30 days.</p>
    </FormDialog>
  );
};

const Transfer = ({ open, close }: DialogProps) => {
  const running = useRun();
  const others = open.members.value.filter(
    ({ user_id, role }) => role !== "owner" && user_id.startsWith("usr_"),
  );
  return (
    <FormDialog
      title="Transfer this project"
      action="Transfer it"
      danger
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text } = readForm(event);
        void running.run(async () => {
          const body = { user_id: text("user_id") };
          open.project.value = (
            await service.transferProject({ params: { project_id: open.id }, body })
          ).body.project;
          await open.readMembers();
          done("The project has another owner now.");
          close();
        });
      }}
    >
      {others.length === 0 ? (
        <p>Make somebody a member first.</p>
      ) : (
        <Select
          label="New owner"
          name="user_id"
          choices={others.map(({ user_id, username }) => ({ value: user_id, label: username }))}
        />
      )}
    </FormDialog>
  );
};
