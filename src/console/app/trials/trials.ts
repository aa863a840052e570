// Three things that must be refused, tried on the running service with a sign-in of their own, so that the session of
// this console stays as it is. Each trial says what came back, and where to find it in the audit log.
import { type Client, createClient, type Fetch, ProblemError, type RequestFor } from "../../../api/client.ts";
import { service } from "../connection/requests.ts";
import { codeFields, freshProof, signed_in } from "../connection/session.ts";

export interface Trial {
  readonly id: "replay" | "elsewhere" | "beyond";
  readonly title: string;
  readonly about: string;
  /** Reasons that a refusal may have. */
  readonly reasons: readonly string[];
  /** What it leaves in the audit log; null where it leaves nothing. */
  readonly event_type: string | null;
  /** What the reader runs in a terminal first; null where nothing has to be. */
  readonly command: string | null;
  run(): Promise<unknown>;
}

export interface Outcome {
  readonly refused: boolean;
  /** What the service said. */
  readonly said: string;
}

/** Requests without the console's cookie: a token of their own is all that they carry. */
const bare: Fetch = (url, init) => fetch(url, { ...init, credentials: "omit" });

/**
 * On this machine the service believes where a request says it comes from. Elsewhere it knows, and browsers do not
 * pretend to be others: there the reader sends the copy from a terminal.
 */
const IS_LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);
const ELSEWHERE = { "cf-connecting-ip": "203.0.113.7" };

const NOBODYS = `prj_${"0".repeat(26)}`;

/** Signs in once more, beside the console's own session; throws the refusal. */
export async function prepare(password: string, code: string): Promise<Trial[]> {
  const { user, workspace, permissions } = signed_in.value!;
  const { nonce, timestamp } = await freshProof();
  const sent: RequestFor<"login">["body"] = {
    ...{ workspace, username: user.username, password, nonce, timestamp },
    ...codeFields(code),
  };
  const stranger = createClient({ origin: location.origin, fetch: bare });
  const { session_token } = (await stranger.login({ body: sent })).body;
  const fresh = stranger.with({ session_token: session_token! });
  return [
    {
      id: "replay",
      title: "Replay this sign-in",
      about:
        "The very same request that has just signed you in, sent once more, as somebody would who overheard it.",
      reasons: ["authentication_failed"],
      event_type: "replay.refused",
      command: null,
      run: () => stranger.login({ body: sent }),
    },
    beyondRole(fresh, permissions.has("system:audit")),
    {
      id: "elsewhere",
      title: "Use my session from elsewhere",
      about: "A copy of the session of that sign-in, used from another place. It ends for everybody.",
      reasons: ["session_ended"],
      event_type: "session.binding_violated",
      command: IS_LOCAL
        ? null
        : `curl -H "Authorization: Bearer ${session_token}" ${location.origin}/v1/session`,
      run: () => (IS_LOCAL ? fresh.with({ headers: ELSEWHERE }) : fresh).currentSession(),
    },
  ];
}

/** The log is for auditors; to them a project is refused that nobody has. */
const beyondRole = (fresh: Client, audits: boolean): Trial => ({
  id: "beyond",
  title: "Call what my role may not",
  about: audits
    ? "Your role may do much: so a project is asked for that nobody has, and nothing is said of it."
    : "The audit log is for administrators and auditors.",
  reasons: audits ? ["not_found", "permission_denied"] : ["permission_denied"],
  event_type: audits ? null : "access.refused",
  command: null,
  run: () => (audits ? fresh.readProject({ params: { project_id: NOBODYS } }) : fresh.listEvents()),
});

/** Whether it was refused as it must be. Throws what is no refusal. */
export async function tryIt({ reasons, run }: Trial): Promise<Outcome> {
  try {
    await run();
    return { refused: false, said: "It was let in." };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { refused: reasons.includes(error.reason), said: error.problem.title };
  }
}

const EVENT_TRIES = 12;
const EVENT_MS = 500;

/** The id of the event that a refusal left, for those who may read the log; refusals reach it within seconds. */
export async function findEvent(event_type: string, since_ms: number): Promise<string | null> {
  const query = {
    event_type,
    user_id: signed_in.value!.user.id,
    since: new Date(since_ms).toISOString(),
    limit: "1",
  };
  for (let tries = 0; tries < EVENT_TRIES; tries += 1) {
    const [event] = (await service.listEvents({ query })).body.events;
    if (event) return event.id;
    await new Promise((settle) => setTimeout(settle, EVENT_MS));
  }
  return null;
}
