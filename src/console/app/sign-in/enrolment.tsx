// Enrolling a second factor: the QR code for the app, the backup codes to be put away, and the first code as a proof.
import { useState } from "preact/hooks";
import type { MfaEnrolment } from "../../../schema/account.ts";
import { useRun } from "../connection/run.ts";
import { bareCode } from "../connection/session.ts";
import { Button } from "../parts/button.tsx";
import { Check, Field, readForm } from "../parts/field.tsx";
import { Problem } from "../parts/state.tsx";
import { Copyable, CopyButton } from "../parts/text.tsx";
import { Gate } from "./gate.tsx";
import { QrCode } from "./qr-code.tsx";

interface EnrolmentProps {
  readonly mfa: MfaEnrolment;
  readonly action: string;
  /** Gives the first code to the service; throws the refusal. */
  readonly confirm: (code: string) => Promise<void>;
}

export const Enrolment = ({ title, ...props }: EnrolmentProps & { readonly title: string }) => (
  <Gate title={title} wide lede="Three steps. What you see here is shown this once.">
    <EnrolmentSteps {...props} />
  </Gate>
);

const ADVICE = {
  authentication_failed:
    "Type the code that the app shows now. Where that fails, too, set the clock of the app's device.",
};

export const EnrolmentSteps = ({ mfa, action, confirm }: EnrolmentProps) => {
  const running = useRun(ADVICE);
  const [kept, setKept] = useState(false);
  return (
    <ol class="steps">
      <li>
        <h2>Scan this with your authenticator app</h2>
        <div class="enrol">
          <QrCode text={mfa.qr_uri} label="QR code of the second factor" />
          <div>
            <p>Any app for one-time codes will do. Without a camera, type the key:</p>
            <Copyable text={mfa.secret} label="the key" />
          </div>
        </div>
      </li>
      <li>
        <h2>Put the backup codes away</h2>
        <p>Each signs you in once without the app. Print them, or keep them in a password manager.</p>
        <BackupCodes codes={mfa.backup_codes} />
        <Check label="I have put them away" name="kept" onChange={setKept} />
      </li>
      <li>
        <h2>Type the code that the app shows</h2>
        <form
          class="form"
          onSubmit={(event) => {
            const { text } = readForm(event);
            void running.run(() => confirm(bareCode(text("code"))));
          }}
        >
          <Field
            label="Code"
            name="code"
            autocomplete="one-time-code"
            inputMode="numeric"
            required
            minLength={6}
            maxLength={12} // apps show it in two halves
          />
          {running.problem && <Problem explanation={running.problem} />}
          <Button type="submit" kind="primary" busy={running.busy} disabled={!kept}>
            {action}
          </Button>
          {!kept && <p class="hint">Put the backup codes away first.</p>}
        </form>
      </li>
    </ol>
  );
};

export const BackupCodes = ({ codes }: { readonly codes: readonly string[] }) => (
  <div class="codes">
    <ul>
      {codes.map((code) => (
        <li key={code}>
          <code>{code}</code>
        </li>
      ))}
    </ul>
    <CopyButton text={codes.join("\n")} label="Copy all of them" />
  </div>
);
