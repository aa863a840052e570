// The dialogs that change how the reader signs in: password, e-mail address, and going without a second factor.

import { service } from "../connection/requests.ts";
import { done, type Running, useRun } from "../connection/run.ts";
import { codeFields, freshProof, readSession, signed_in } from "../connection/session.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { Check, Field, readForm } from "../parts/field.tsx";

interface Closing {
  readonly close: () => void;
}

/** Runs, then says that it is done and closes. */
const finish = async (running: Running, work: () => Promise<unknown>, text: string, close: () => void) => {
  if (!(await running.run(work))) return;
  done(text);
  close();
};

export const PasswordDialog = ({ close }: Closing) => {
  const running = useRun();
  const { mfa_enabled } = signed_in.value!.user;
  const submit = (event: SubmitEvent) => {
    const { text } = readForm(event);
    const change = async () =>
      service.changePassword({
        body: {
          ...{ password: text("password"), new_password: text("new_password") },
          ...{ revoke_tokens: text("revoke_tokens") === "on", ...codeFields(text("code")) },
          ...(await freshProof()),
        },
      });
    void finish(running, change, "Your password is changed. Every other session has ended.", close);
  };
  return (
    <FormDialog
      title="Change your password"
      action="Change it"
      running={running}
      onClose={close}
      onSubmit={submit}
    >
      <Field
        label="Present password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        autofocus
      />
      <Field
        label="New password"
        name="new_password"
        type="password"
        autocomplete="new-password"
        required
        minLength={mfa_enabled ? 8 : 15}
        maxLength={256}
        hint={`At least ${mfa_enabled ? 8 : 15} characters.`}
      />
      {mfa_enabled && <Field label="Code" name="code" autocomplete="one-time-code" required maxLength={32} />}
      <Check
        label="Revoke my API tokens too"
        name="revoke_tokens"
        hint="Where somebody else may have used the account."
      />
    </FormDialog>
  );
};

export const EmailDialog = ({ close }: Closing) => {
  const running = useRun();
  return (
    <FormDialog
      title="E-mail address"
      action="Mail a link to it"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text } = readForm(event);
        const change = () => service.changeEmail({ body: { email: text("email") } });
        void finish(
          running,
          change,
          "A link is on its way. The address counts once you have opened it.",
          close,
        );
      }}
    >
      <Field
        label="Address"
        name="email"
        type="email"
        autocomplete="email"
        required
        maxLength={254}
        autofocus
      />
    </FormDialog>
  );
};

export const RemoveDialog = ({ close }: Closing) => {
  const running = useRun();
  return (
    <FormDialog
      title="Remove the second factor"
      action="Remove it"
      danger
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text } = readForm(event);
        const remove = async () => {
          await service.removeMfa({ body: { new_password: text("new_password") } });
          await readSession();
        };
        void finish(running, remove, "The second factor is off.", close);
      }}
    >
      <p>
        A single factor wants a long password. Administrators, coordinators and auditors keep their second
        factor.
      </p>
      <Field
        label="New password"
        name="new_password"
        type="password"
        autocomplete="new-password"
        required
        minLength={15}
        maxLength={256}
        hint="At least 15 characters."
      />
    </FormDialog>
  );
};
