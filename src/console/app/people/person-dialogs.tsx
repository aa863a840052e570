// What is asked before a person's rights change: roles, an exception with its end, erasure.

import type { User } from "../../../schema/account.ts";
import { PERMISSIONS, type Permission, type Role } from "../../../schema/role.ts";
import { service } from "../connection/requests.ts";
import { done, useRun } from "../connection/run.ts";
import { fromLocalField, toLocalField } from "../format/time.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { Field, readForm, Select } from "../parts/field.tsx";
import { go } from "../place.ts";
import { RoleChoice } from "./role-choice.tsx";

interface DialogProps {
  readonly user: User;
  readonly changed: (user: User) => void;
  readonly close: () => void;
}

const DAY_MS = 86_400_000;

export const RolesDialog = ({ user, changed, close }: DialogProps) => {
  const running = useRun();
  const params = { user_id: user.id };
  const before = user.roles;
  const set = async (roles: Role[]) =>
    changed((await service.setRoles({ params, body: { roles } })).body.user);
  return (
    <FormDialog
      title={`Roles of ${user.username}`}
      action="Set the roles"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const roles = readForm(event).all("role") as Role[];
        void running.run(async () => {
          await set(roles);
          done(`${user.username}'s roles are changed.`, () => set([...before]));
          close();
        });
      }}
    >
      {!user.mfa_enabled && (
        <p>
          Administrators, coordinators and auditors need a second factor: until then these roles are not in
          force.
        </p>
      )}
      <RoleChoice roles={user.roles} />
    </FormDialog>
  );
};

export const ExceptionDialog = ({ user, changed, close }: DialogProps) => {
  const running = useRun();
  return (
    <FormDialog
      title={`An exception for ${user.username}`}
      action="Set it"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text } = readForm(event);
        const params = { user_id: user.id, permission: text("permission") as Permission };
        void running.run(async () => {
          if (text("effect") === "none") changed((await service.removeOverride({ params })).body.user);
          else {
            const body = {
              effect: text("effect") as "grant" | "deny",
              until: fromLocalField(text("until"))!,
            };
            changed((await service.setOverride({ params, body })).body.user);
          }
          done("The exception is in force.");
          close();
        });
      }}
    >
      <Select
        label="Permission"
        name="permission"
        choices={PERMISSIONS.map((value) => ({ value, label: value }))}
      />
      <Select
        label="Effect"
        name="effect"
        choices={[
          { value: "deny", label: "Refuse it, whatever the roles say" },
          { value: "grant", label: "Grant it" },
          { value: "none", label: "Take the exception away" },
        ]}
      />
      <Field
        label="Until"
        name="until"
        type="datetime-local"
        required
        value={toLocalField(new Date(Date.now() + 7 * DAY_MS).toISOString())}
        hint="A year from now at the latest: what is to stay is a role."
      />
    </FormDialog>
  );
};

export const EraseDialog = ({ user, close }: Omit<DialogProps, "changed">) => {
  const running = useRun();
  return (
    <FormDialog
      title={`Erase ${user.username}?`}
      action="Erase for good"
      danger
      running={running}
      onClose={close}
      onSubmit={() =>
        void running.run(async () => {
          await service.eraseUser({ params: { user_id: user.id } });
          done("Erased.");
          go({ name: "people", id: null });
        })
      }
    >
      <p>
        Credentials and personal data go at once and cannot be had back. What was written in projects stays
        there.
      </p>
      <Field
        label={`Type “${user.username}” to confirm`}
        name="name"
        required
        pattern={patternOf(user.username)}
        autofocus
      />
    </FormDialog>
  );
};

/** A name as a pattern that only it fits. */
const patternOf = (name: string): string => name.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
