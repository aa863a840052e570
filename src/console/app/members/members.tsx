// Who is in the project, and what they may do in it; its owner adds, changes and removes.
import { useState } from "preact/hooks";
import { PROJECT_ROLES, type ProjectRole } from "../../../schema/role.ts";
import { allPages, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { attempt, done, useRun } from "../connection/run.ts";
import { may, user_id } from "../connection/session.ts";
import { Button } from "../parts/button.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { Field, readForm, Select } from "../parts/field.tsx";
import { Avatar, Badge } from "../parts/text.tsx";
import type { OpenProject } from "../project/open-project.ts";
import type { ViewProps } from "../project/view.ts";

const ROLES: Readonly<Record<ProjectRole, string>> = { owner: "Owner", editor: "Editor", viewer: "Viewer" };
const MEANINGS: Readonly<Record<ProjectRole, string>> = {
  owner: "Does everything here",
  editor: "Adds, changes and claims tasks",
  viewer: "Reads",
};
const choices = PROJECT_ROLES.filter((role) => role !== "owner").map((value) => ({
  value,
  label: ROLES[value],
}));

export const Members = ({ open }: ViewProps) => {
  const [adding, setAdding] = useState(false);
  const owns = open.role.value === "owner" && open.project.value?.status === "active";
  const set = (user: string, role: ProjectRole) =>
    service.setMember({ params: { project_id: open.id, user_id: user }, body: { role } });
  return (
    <section class="section narrow" aria-labelledby="members">
      <header>
        <h2 id="members">Members</h2>
        <p>Whoever is no member does not even learn that the project exists.</p>
        {owns && (
          <Button small icon="plus" onClick={() => setAdding(true)}>
            Add a member
          </Button>
        )}
      </header>
      <ul class="rows">
        {open.members.value.map(({ user_id: id, username, role }) => (
          <li key={id} class="row">
            <Avatar name={username} />
            <div class="row-main">
              <p class="row-title">
                {username} {id === user_id.value && <Badge>You</Badge>}
              </p>
              <p class="hint">{MEANINGS[role]}</p>
            </div>
            {owns && role !== "owner" ? (
              <>
                <Select
                  key={role}
                  label={`Role of ${username}`}
                  name="role"
                  hidden_label
                  value={role}
                  choices={choices}
                  onChange={(next) =>
                    attempt(async () => {
                      await set(id, next as ProjectRole);
                      await open.readMembers();
                      done(`${username} is ${ROLES[next as ProjectRole].toLowerCase()} now.`, async () => {
                        await set(id, role);
                        await open.readMembers();
                      });
                    })
                  }
                />
                <Button
                  small
                  kind="quiet"
                  icon="close"
                  label={`Remove ${username}`}
                  onClick={() =>
                    attempt(async () => {
                      await service.removeMember({ params: { project_id: open.id, user_id: id } });
                      await open.readMembers();
                      done(`${username} is no member any more.`, async () => {
                        await set(id, role);
                        await open.readMembers();
                      });
                    })
                  }
                />
              </>
            ) : (
              <Badge>{ROLES[role]}</Badge>
            )}
          </li>
        ))}
      </ul>
      {adding && <AddMember open={open} close={() => setAdding(false)} />}
    </section>
  );
};

/** From a list where the reader may see who is in the workspace; else by the id that the person is asked for. */
const AddMember = ({ open, close }: { readonly open: OpenProject; readonly close: () => void }) => {
  const running = useRun();
  const sees_people = may("system:user_manage");
  const sees_workers = may("worker:manage");
  const known = new Set(open.members.value.map(({ user_id: id }) => id));
  const people = useLoad(async () => {
    const users = sees_people ? await allPages((query) => service.listUsers({ query })) : [];
    const workers = sees_workers ? await allPages((query) => service.listWorkers({ query })) : [];
    return [
      ...users.flatMap((page) => page.users).map(({ id, username }) => ({ value: id, label: username })),
      ...workers
        .flatMap((page) => page.workers)
        .map(({ id, name }) => ({ value: id, label: `${name} (worker)` })),
    ].filter(({ value }) => !known.has(value));
  }, []);
  const list = people.value ?? [];
  return (
    <FormDialog
      title="Add a member"
      action="Add"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text } = readForm(event);
        void running.run(async () => {
          const params = { project_id: open.id, user_id: text("user_id").trim() };
          const { member } = (
            await service.setMember({ params, body: { role: text("role") as ProjectRole } })
          ).body;
          await open.readMembers();
          done(`${member.username} is a member now.`);
          close();
        });
      }}
    >
      {list.length > 0 ? (
        <Select label="Who" name="user_id" choices={list} />
      ) : (
        <Field
          label="Id of the person"
          name="user_id"
          required
          maxLength={64}
          placeholder="usr_…"
          hint="They find it under “Your account”."
          autofocus
        />
      )}
      <Select label="Role" name="role" choices={choices} value="editor" />
    </FormDialog>
  );
};
