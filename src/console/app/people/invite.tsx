// Inviting somebody: the roles, then a link that works once and is shown once.
import { useState } from "preact/hooks";
import type { Role } from "../../../schema/role.ts";
import { service } from "../connection/requests.ts";
import { useRun } from "../connection/run.ts";
import { signed_in } from "../connection/session.ts";
import { FormDialog, ShownDialog } from "../parts/dialog.tsx";
import { readForm } from "../parts/field.tsx";
import { Copyable } from "../parts/text.tsx";
import { RoleChoice } from "./role-choice.tsx";

export const Invite = ({ close }: { readonly close: () => void }) => {
  const running = useRun();
  const [secret, setSecret] = useState<string | null>(null);
  const [idempotency_key] = useState(() => crypto.randomUUID());
  if (secret !== null) {
    const { workspace } = signed_in.value!;
    const link = `${location.origin}/#invitation=${secret}${workspace === "main" ? "" : `&workspace=${workspace}`}`;
    return (
      <ShownDialog title="The invitation" onClose={close}>
        <p>Hand this link on. It works once, for 72 hours, and is shown this once.</p>
        <Copyable text={link} label="the link" />
      </ShownDialog>
    );
  }
  return (
    <FormDialog
      title="Invite somebody"
      action="Make the link"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { all } = readForm(event);
        void running.run(async () => {
          const roles = all("role") as Role[];
          setSecret((await service.invite({ body: { roles }, idempotency_key })).body.secret);
        });
      }}
    >
      <p>Nobody can invite to more than they may themselves.</p>
      <RoleChoice roles={["USER"]} />
    </FormDialog>
  );
};
