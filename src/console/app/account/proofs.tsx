// How the reader proves who they are: password, second factor, backup codes, e-mail address.
import { useState } from "preact/hooks";
import type { MfaEnrolment } from "../../../schema/account.ts";
import { service } from "../connection/requests.ts";
import { attempt, done } from "../connection/run.ts";
import { readSession, signed_in } from "../connection/session.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { BackupCodes, EnrolmentSteps } from "../sign-in/enrolment.tsx";
import { EmailDialog, PasswordDialog, RemoveDialog } from "./proof-dialogs.tsx";

type Open =
  | { readonly name: "password" | "email" | "remove" }
  | { readonly name: "enrol"; readonly mfa: MfaEnrolment }
  | { readonly name: "codes"; readonly codes: readonly string[] };

export const Proofs = () => {
  const [open, setOpen] = useState<Open | null>(null);
  const { user } = signed_in.value!;
  const close = () => setOpen(null);
  const enrol = () =>
    attempt(async () => setOpen({ name: "enrol", mfa: (await service.beginMfa()).body.mfa }));
  const renew = () =>
    attempt(async () =>
      setOpen({ name: "codes", codes: (await service.newBackupCodes()).body.backup_codes }),
    );
  return (
    <section class="section" aria-labelledby="proofs">
      <header>
        <h2 id="proofs">How you sign in</h2>
      </header>
      <dl class="facts">
        <Fact
          name="Password"
          value="Kept as a hash that nobody can turn back"
          action="Change"
          onClick={() => setOpen({ name: "password" })}
        />
        <Fact
          name="Second factor"
          value={user.mfa_enabled ? "An authenticator app" : "None yet: a stolen password would be enough"}
          action={user.mfa_enabled ? "Replace" : "Set up"}
          onClick={enrol}
          {...(user.mfa_enabled && { more: "Remove", onMore: () => setOpen({ name: "remove" }) })}
        />
        {user.mfa_enabled && (
          <Fact
            name="Backup codes"
            value="Eight, each good for one sign-in"
            action="Make new ones"
            onClick={renew}
          />
        )}
        <Fact
          name="E-mail address"
          value={
            user.email_confirmed
              ? "Confirmed; gets notices and recovery links"
              : "None confirmed: a forgotten password cannot be recovered"
          }
          action={user.email_confirmed ? "Change" : "Add"}
          onClick={() => setOpen({ name: "email" })}
        />
      </dl>
      {open?.name === "password" && <PasswordDialog close={close} />}
      {open?.name === "email" && <EmailDialog close={close} />}
      {open?.name === "remove" && <RemoveDialog close={close} />}
      {open?.name === "codes" && (
        <Dialog title="Your new backup codes" onClose={close}>
          <p>
            The old ones are void. Each of these signs you in once without the app; they are shown this once.
          </p>
          <BackupCodes codes={open.codes} />
          <div class="actions">
            <Button kind="primary" onClick={close}>
              I have put them away
            </Button>
          </div>
        </Dialog>
      )}
      {open?.name === "enrol" && (
        <Dialog title="Set up your second factor" onClose={close} wide>
          <EnrolmentSteps
            mfa={open.mfa}
            action="Turn it on"
            confirm={async (mfa_code) => {
              await service.confirmMfa({ body: { mfa_code } });
              await readSession();
              done("Your second factor is on.");
              close();
            }}
          />
        </Dialog>
      )}
    </section>
  );
};

const Fact = (fact: {
  readonly name: string;
  readonly value: string;
  readonly action: string;
  readonly onClick: () => unknown;
  readonly more?: string;
  readonly onMore?: () => unknown;
}) => (
  <div>
    <dt>{fact.name}</dt>
    <dd>
      <span>{fact.value}</span>
      <span class="actions">
        {fact.more && fact.onMore && (
          <Button small kind="quiet" label={`${fact.more}: ${fact.name}`} onClick={fact.onMore}>
            {fact.more}
          </Button>
        )}
        <Button small label={`${fact.action}: ${fact.name}`} onClick={fact.onClick}>
          {fact.action}
        </Button>
      </span>
    </dd>
  </div>
);
