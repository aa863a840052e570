// The question "is it you?": whenever an operation wants an authentication of the last ten minutes. What was asked for
// goes on by itself once it is answered.

import { type StepUpQuestion, service } from "../connection/requests.ts";
import { useRun } from "../connection/run.ts";
import { codeFields, freshProof, signed_in } from "../connection/session.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { Field, readForm } from "../parts/field.tsx";

export const StepUp = ({ question }: { readonly question: StepUpQuestion }) => {
  const running = useRun();
  const { user } = signed_in.value!;
  return (
    <FormDialog
      title="Is it you?"
      action="Confirm"
      running={running}
      onClose={() => question.answer(false)}
      onSubmit={async (event) => {
        const { text } = readForm(event);
        const confirmed = await running.run(async () => {
          const proof = await freshProof();
          await service.stepUp({
            body: { password: text("password"), ...codeFields(text("code")), ...proof },
          });
        });
        if (confirmed) question.answer(true);
      }}
    >
      <p>
        What you are about to do needs a proof from the last ten minutes. It goes on by itself afterwards.
      </p>
      <input
        class="unseen"
        name="username"
        autocomplete="username"
        value={user.username}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        autofocus
      />
      {user.mfa_enabled && (
        <Field
          label="Code"
          name="code"
          autocomplete="one-time-code"
          required
          maxLength={32}
          hint="Of your authenticator app, or a backup code."
        />
      )}
    </FormDialog>
  );
};
