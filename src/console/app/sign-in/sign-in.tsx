// Sign-in: name, password and, where there is a second factor, a code; and the mail that helps whoever has forgotten
// the password. Which part was wrong is never said, because the service does not say it.
import { useState } from "preact/hooks";
import { service } from "../connection/requests.ts";
import { useRun } from "../connection/run.ts";
import { codeFields, farewell, freshProof, readSession } from "../connection/session.ts";
import { Button } from "../parts/button.tsx";
import { Field, readForm } from "../parts/field.tsx";
import { Problem } from "../parts/state.tsx";
import { Gate } from "./gate.tsx";

export interface SignInAttempt {
  readonly workspace: string;
  readonly username: string;
  readonly password: string;
  readonly code: string;
}

/** Signs in with a cookie; throws the refusal. */
export async function signIn({ workspace, username, password, code }: SignInAttempt): Promise<void> {
  const proof = await freshProof();
  await service.login({
    body: {
      ...(workspace && { workspace }),
      ...{ username, password, ...codeFields(code), ...proof, transport: "cookie" as const },
    },
  });
  farewell.value = null;
  await readSession();
}

export const SignIn = () => {
  const [forgotten, setForgotten] = useState(false);
  return forgotten ? (
    <Forgotten back={() => setForgotten(false)} />
  ) : (
    <Form forgot={() => setForgotten(true)} />
  );
};

const Form = ({ forgot }: { readonly forgot: () => void }) => {
  const running = useRun();
  const [elsewhere, setElsewhere] = useState(false);
  return (
    <Gate
      title="Sign in"
      lede={farewell.value ?? "Shared work of people and programs, kept safe."}
      foot={
        <p>
          New here? <a href="#/register">Create an account</a>
        </p>
      }
    >
      <form
        class="form"
        onSubmit={(event) => {
          const { text } = readForm(event);
          void running.run(() =>
            signIn({
              workspace: text("workspace").trim(),
              username: text("username").trim(),
              password: text("password"),
              code: text("code"),
            }),
          );
        }}
      >
        {elsewhere && <Field label="Workspace" name="workspace" placeholder="main" maxLength={63} />}
        <Field label="Username" name="username" autocomplete="username" required maxLength={64} autofocus />
        <Field label="Password" name="password" type="password" autocomplete="current-password" required />
        <Field
          label="Code"
          name="code"
          autocomplete="one-time-code"
          maxLength={32}
          hint="Six digits of your authenticator app, or a backup code. Leave it empty where you have no second factor."
        />
        {running.problem && <Problem explanation={running.problem} />}
        <Button type="submit" kind="primary" busy={running.busy}>
          Sign in
        </Button>
        <p class="links">
          <button type="button" class="link" onClick={forgot}>
            Forgot your password?
          </button>
          {!elsewhere && (
            <button type="button" class="link" onClick={() => setElsewhere(true)}>
              Another workspace
            </button>
          )}
        </p>
      </form>
    </Gate>
  );
};

const Forgotten = ({ back }: { readonly back: () => void }) => {
  const running = useRun();
  const [sent, setSent] = useState(false);
  return (
    <Gate
      title="Set a new password"
      lede={
        sent
          ? "If there is such an account with a confirmed address, a link is on its way to it. It works once, for 30 minutes."
          : "We mail a link to the confirmed address of your account. Your second factor stays: you will need it."
      }
      foot={
        <button type="button" class="link" onClick={back}>
          Back to the sign-in
        </button>
      }
    >
      {!sent && (
        <form
          class="form"
          onSubmit={(event) => {
            const { text } = readForm(event);
            const workspace = text("workspace").trim();
            const body = { username: text("username").trim(), ...(workspace && { workspace }) };
            void running.run(() => service.requestRecovery({ body })).then(setSent);
          }}
        >
          <Field label="Username" name="username" autocomplete="username" required maxLength={64} autofocus />
          <Field label="Workspace" name="workspace" placeholder="main" maxLength={63} />
          {running.problem && <Problem explanation={running.problem} />}
          <Button type="submit" kind="primary" busy={running.busy}>
            Mail the link
          </Button>
        </form>
      )}
    </Gate>
  );
};
