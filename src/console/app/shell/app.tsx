// The whole console: whoever is not signed in sees the ways in, everybody else the frame with the screen of the
// present place. Screens are loaded when they are first visited.
import { useEffect, useState } from "preact/hooks";
import { explain } from "../connection/explain.ts";
import { session_lost, step_up } from "../connection/requests.ts";
import { findSession, signed_in } from "../connection/session.ts";
import { Loading, Problem } from "../parts/state.tsx";
import { place } from "../place.ts";
import { Register } from "../sign-in/register.tsx";
import { SignIn } from "../sign-in/sign-in.tsx";
import { StepUp } from "../sign-in/step-up.tsx";
import { Frame } from "./frame.tsx";
import { Progress } from "./progress.tsx";
import { preload, Screen } from "./screen.tsx";
import { Toasts } from "./toasts.tsx";

export const App = ({ session }: { readonly session: Promise<void> }) => {
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    session.catch(setError);
  }, []);
  return (
    <>
      <Progress />
      {error === null ? (
        <Inside />
      ) : (
        <main class="gate">
          <Problem
            explanation={explain(error)}
            again={() => {
              setError(null);
              findSession().catch(setError);
            }}
          />
        </main>
      )}
      {step_up.value && signed_in.value && <StepUp question={step_up.value} />}
      <Toasts />
    </>
  );
};

const Inside = () => {
  const who = signed_in.value;
  const route = place.value;
  if (who === undefined) {
    // While the service is asked who is here.
    preload(route);
    return (
      <main class="gate">
        <Loading rows={3} />
      </main>
    );
  }
  if (who === null)
    return route.name === "register" ? (
      <Register key="register" {...route} />
    ) : (
      <SignIn key={session_lost.value} />
    );
  return (
    <Frame>
      <Screen route={route} />
    </Frame>
  );
};
