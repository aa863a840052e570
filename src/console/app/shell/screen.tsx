// Which screen belongs to which place; each in a file of its own, loaded when it is first visited.
import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { explain } from "../connection/explain.ts";
import { LinkButton } from "../parts/button.tsx";
import { Loading, Problem } from "../parts/state.tsx";
import type { Route } from "../route.ts";
import { Head } from "./frame.tsx";

// biome-ignore lint/suspicious/noExplicitAny: each screen takes the route of its own name
type AnyScreen = FunctionComponent<any>;

const SCREENS: Readonly<Record<string, () => Promise<AnyScreen>>> = {
  projects: async () => (await import("../projects/projects.tsx")).Projects,
  project: async () => (await import("../project/project.tsx")).ProjectScreen,
  work: async () => (await import("../work/work.tsx")).Work,
  people: async () => (await import("../people/people.tsx")).People,
  workers: async () => (await import("../workers/workers.tsx")).Workers,
  webhooks: async () => (await import("../webhooks/webhooks.tsx")).Webhooks,
  integrations: async () => (await import("../integrations/integrations.tsx")).Integrations,
  usage: async () => (await import("../usage/usage.tsx")).Usage,
  audit: async () => (await import("../audit/audit.tsx")).Audit,
  trials: async () => (await import("../trials/screen.tsx")).Trials,
  settings: async () => (await import("../settings/settings.tsx")).Settings,
  account: async () => (await import("../account/account.tsx")).Account,
};

/** What has been loaded stays, so that going back is immediate. */
const loaded = new Map<string, AnyScreen>();

async function loadScreen(name: string, load: () => Promise<AnyScreen>): Promise<void> {
  loaded.set(name, await load());
}

/** Loads the screen of a place that may be shown soon. Where that fails, showing it tries again, and says so. */
export function preload({ name }: Route): void {
  const load = SCREENS[name];
  if (load && !loaded.has(name)) loadScreen(name, load).catch(() => {});
}

export const Screen = ({ route }: { readonly route: Route }) => {
  const [, setReady] = useState("");
  const [error, setError] = useState<unknown>(null);
  const { name } = route;
  const load = SCREENS[name];
  useEffect(() => {
    if (!load) return;
    let left = false;
    setError(null);
    // Also where it is there by now: it may have come after this was drawn.
    loadScreen(name, load).then(
      () => left || setReady(name),
      (failure) => left || setError(failure),
    );
    return () => {
      left = true;
    };
  }, [name]);
  if (!load) return <Nowhere />;
  if (error !== null) return <Problem explanation={explain(error)} again={() => location.reload()} />;
  const Found = loaded.get(name);
  return Found ? <Found route={route} /> : <Loading />;
};

const Nowhere = () => (
  <>
    <Head title="There is nothing at this address">
      The link may be incomplete, or what it led to is gone.
    </Head>
    <LinkButton href="#/" kind="primary">
      Go to your projects
    </LinkButton>
  </>
);
