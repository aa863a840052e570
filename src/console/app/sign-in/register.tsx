// Registration: for the first administrator by the link that `npm start` prints, by an invitation's link, or openly
// where the service is open. With a second factor the account counts once the first code has been given.
import { useState } from "preact/hooks";
import type { MfaEnrolment } from "../../../schema/account.ts";
import { service } from "../connection/requests.ts";
import { useRun } from "../connection/run.ts";
import { Button } from "../parts/button.tsx";
import { Check, Field, readForm } from "../parts/field.tsx";
import { Problem } from "../parts/state.tsx";
import { go } from "../place.ts";
import { Enrolment } from "./enrolment.tsx";
import { Gate } from "./gate.tsx";
import { type SignInAttempt, signIn } from "./sign-in.tsx";

const PASSWORD_LENGTH = 15;
const PASSWORD_LENGTH_WITH_MFA = 8;

interface Links {
  readonly bootstrap_token: string | null;
  readonly invitation: string | null;
  /** Where the link leads to another one than `main`. */
  readonly workspace: string | null;
}

type Attempt = Omit<SignInAttempt, "code">;

export const Register = (links: Links) => {
  const [made, setMade] = useState<{ attempt: Attempt; mfa: MfaEnrolment } | null>(null);
  if (!made) return <Form {...links} onMade={(attempt, mfa) => setMade({ attempt, mfa })} />;
  return (
    <Enrolment
      mfa={made.mfa}
      title="Protect your account"
      action="Finish and sign in"
      confirm={async (code) => {
        await signIn({ ...made.attempt, code });
        go({ name: "projects" }, true);
      }}
    />
  );
};

const Form = ({
  bootstrap_token,
  invitation,
  workspace: named,
  onMade,
}: Links & { readonly onMade: (attempt: Attempt, mfa: MfaEnrolment) => void }) => {
  const running = useRun();
  const [factor, setFactor] = useState(true);
  const length = factor ? PASSWORD_LENGTH_WITH_MFA : PASSWORD_LENGTH;

  const submit = (event: SubmitEvent) => {
    const { text } = readForm(event);
    const attempt = {
      workspace: named ?? text("workspace").trim(),
      username: text("username").trim(),
      password: text("password"),
    };
    const { workspace, ...rest } = attempt;
    const code = text("invitation").trim() || invitation;
    void running.run(async () => {
      const { body } = await service.register({
        body: {
          ...rest,
          enable_mfa: factor,
          ...(workspace && { workspace }),
          ...(text("email") && { email: text("email") }),
          ...(bootstrap_token && { bootstrap_token }),
          ...(code && { invitation: code }),
        },
      });
      if (body.mfa) return onMade(attempt, body.mfa);
      await signIn({ ...attempt, code: "" });
      go({ name: "projects" }, true);
    });
  };

  return (
    <Gate
      title={bootstrap_token ? "Set up your workspace" : "Create an account"}
      lede={
        bootstrap_token
          ? "You are the first here and become its administrator. Choose a name and a password; a second factor follows."
          : invitation
            ? "You have been invited. The invitation works once."
            : "Name and password, then a second factor for your protection."
      }
      foot={
        <p>
          Have an account? <a href="#/">Sign in</a>
        </p>
      }
    >
      <form class="form" onSubmit={submit}>
        <Field
          label="Username"
          name="username"
          autocomplete="username"
          required
          maxLength={64}
          autofocus
          hint="Others see it, and it stays as it is."
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="new-password"
          required
          minLength={length}
          maxLength={256}
          hint={`At least ${length} characters. A few unrelated words are better than signs and digits.`}
        />
        <Field
          label="E-mail address, optional"
          name="email"
          type="email"
          autocomplete="email"
          maxLength={254}
          hint="Gets notices of what happens to your account, and links to recover it."
        />
        {!bootstrap_token && !invitation && (
          <details>
            <summary>Invitation or another workspace</summary>
            <div class="form">
              <Field label="Invitation" name="invitation" maxLength={128} />
              <Field label="Workspace" name="workspace" placeholder="main" maxLength={63} />
            </div>
          </details>
        )}
        {!bootstrap_token && (
          <Check
            label="Use a second factor"
            name="factor"
            checked
            onChange={setFactor}
            hint="Recommended: an authenticator app on your phone."
          />
        )}
        {running.problem && <Problem explanation={running.problem} />}
        <Button type="submit" kind="primary" busy={running.busy}>
          Continue
        </Button>
      </form>
    </Gate>
  );
};
