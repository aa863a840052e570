// Three things that must be refused, tried on the running service: a replayed sign-in, a session from elsewhere, an
// operation beyond one's role. Each shows the refusal and, to whoever may read the log, its audit event.
import { type Client, createClient, ProblemError } from "../../api/client.ts";
import { heading, line, note } from "../terminal.ts";
import type { Credentials } from "./credentials.ts";
import { type SignInBody, USER_AGENT } from "./sign-in.ts";

/** Which of the three. */
export type TrialName = "replay" | "elsewhere" | "role";

interface Trial {
  readonly name: TrialName;
  readonly title: string;
  readonly reasons: readonly string[];
  /** What the refusal leaves in the log; null where it leaves nothing. */
  readonly event_type: string | null;
  run(): Promise<unknown>;
}

/** All of them, or one, in a session begun for it. Answers whether everything was refused. */
export async function securityTests(
  fresh: { credentials: Credentials; sent: SignInBody },
  watcher: Client | null,
  which?: TrialName,
): Promise<boolean> {
  const { origin, session_token } = fresh.credentials;
  const stranger = createClient({ origin, headers: { "user-agent": USER_AGENT } });
  const mine = createClient({ origin, session_token, headers: { "user-agent": USER_AGENT } });
  const elsewhere = mine.with({ headers: { "user-agent": "somebody else" } });
  const { id, roles } = (await mine.currentSession()).body.user;
  const trials: Trial[] = [
    {
      name: "replay",
      title: "Replay this sign-in",
      reasons: ["authentication_failed"],
      event_type: "replay.refused",
      run: () => stranger.login({ body: fresh.sent }),
    },
    beyondRole(mine, roles),
    {
      name: "elsewhere",
      title: "Use my session from elsewhere",
      reasons: ["session_ended"],
      event_type: "session.binding_violated",
      run: () => elsewhere.currentSession(),
    },
  ];
  let good = true;
  for (const trial of trials)
    if (which === undefined || trial.name === which) good = (await attempt(trial, id, watcher)) && good;
  // The session was begun for the tests alone; the one of them that ends it may not have been among them.
  await mine.logout().catch((error: unknown) => {
    if (!(error instanceof ProblemError && error.status === 401)) throw error;
  });
  return good;
}

/** The log is for auditors; to them a project is refused that nobody has. */
const beyondRole = (mine: Client, roles: readonly string[]): Trial =>
  roles.some((role) => role === "ADMIN" || role === "AUDITOR")
    ? {
        name: "role",
        title: "Read a project that is not there",
        reasons: ["not_found", "permission_denied"],
        event_type: null,
        run: () => mine.readProject({ params: { project_id: NOBODYS } }),
      }
    : {
        name: "role",
        title: "Call what my role may not: read the audit log",
        reasons: ["permission_denied"],
        event_type: "access.refused",
        run: () => mine.listEvents(),
      };

const NOBODYS = `prj_${"0".repeat(26)}`;

async function attempt(
  { title, reasons, event_type, run }: Trial,
  user_id: string,
  watcher: Client | null,
): Promise<boolean> {
  heading(title);
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { status, reason, problem } = error;
    const as_it_must = reasons.includes(reason);
    line(
      { text: as_it_must ? "✓" : "✗", style: as_it_must ? "green" : "red" },
      { text: `${status} ${problem.title}` },
    );
    if (event_type !== null) note(await eventOf(watcher, event_type, user_id));
    return as_it_must;
  }
  line({ text: "✗", style: "red" }, { text: "It was not refused. Tell your operators." });
  return false;
}

/** Refusals reach the log within seconds. */
async function eventOf(watcher: Client | null, event_type: string, user_id: string): Promise<string> {
  if (!watcher) return "An ADMIN's or AUDITOR's token in TASKWARD_TOKEN shows the audit event too.";
  for (let tries = 0; tries < 10; tries += 1) {
    const { events } = (await watcher.listEvents({ query: { limit: "50" } })).body;
    const event = events.find((each) => each.event_type === event_type && each.user_id === user_id);
    if (event) return `${event.id}: ${event_type}, ${event.severity}, rule ${event.rule ?? "none"}`;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return `The log does not show ${event_type} yet.`;
}
