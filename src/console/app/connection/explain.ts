// What to tell the reader of a failure: what happened, and what to try. Never a status code, never JSON.
import { AnswerError, ConnectionError, ProblemError } from "../../../api/client.ts";

export interface Explanation {
  readonly title: string;
  readonly advice: string;
  /** What is wrong with which field: in the reader's words, and as a form calls it. */
  readonly fields: readonly { readonly name: string; readonly field: string; readonly detail: string }[];
  readonly request_id: string | null;
}

/** What to try, by reason. */
export type Advice = Readonly<Record<string, string>>;

const ADVICE: Advice = {
  authentication_failed:
    "Check the name, the password and the code. A code of the app works once: wait for the next one.",
  locked_out: "Further attempts do not help until then.",
  step_up_required: "Try again, and confirm that it is you.",
  permission_denied: "Ask an administrator of the workspace or the owner of the project.",
  registration_closed: "Ask an administrator for an invitation, and open its link.",
  not_found: "It was removed, or you are no member of it. Go back and look again.",
  username_taken:
    "Choose another name. One whose second factor was never confirmed is free again after a day.",
  last_admin: "Make somebody else an administrator first.",
  already_created: "Reload the page to see it.",
  task_held: "Take another task, or come back when the claim has ended.",
  task_not_claimable: "Only an open task can be claimed, once everything it waits for is done.",
  stale_fencing_token: "Somebody else took it, or the claim ran out. Claim it anew.",
  stale_version: "Somebody changed it meanwhile. What you see now is the newest; make your change again.",
  invalid_input: "Correct it, then try again.",
  input_refused: "Say it in other words, or quote less code.",
  quota_exceeded: "Delete what is no longer needed.",
  too_many_streams: "Close another tab of this console.",
  rate_limited: "Wait a moment, then try again.",
  unavailable: "Try again in a moment.",
  internal: "Nothing of it was kept. Try again; if it stays, tell your operators the number below.",
  origin_refused: "Open the console at its own address.",
};

/** Where `own` knows what to try, that counts. */
export function explain(error: unknown, own: Advice = {}): Explanation {
  if (error instanceof ProblemError) return explainProblem(error, { ...ADVICE, ...own });
  const base = { fields: [], request_id: null };
  if (error instanceof ConnectionError)
    return { ...base, title: "The service cannot be reached", advice: "Check the network, then try again." };
  if (error instanceof AnswerError)
    return {
      ...base,
      title: "Something else answered in the service's place",
      advice: "A proxy or a network login may stand between. Try again in a moment.",
    };
  return {
    ...base,
    title: "That did not work",
    advice: "Reload the page and try again.",
  };
}

function explainProblem({ problem, reason, retry_after_seconds }: ProblemError, advice: Advice): Explanation {
  const wait = retry_after_seconds === null ? "" : `Wait ${inWords(retry_after_seconds)}. `;
  return {
    title: problem.title,
    advice: [sentence(problem.detail), wait.trim(), advice[reason]].filter(Boolean).join(" "),
    fields: (problem.errors ?? []).map(({ pointer, detail }) => {
      const names = namesIn(pointer);
      return { name: names.join(" ").replaceAll("_", " ") || "input", field: names[0] ?? "", detail };
    }),
    request_id: problem.request_id ?? null,
  };
}

/** The names in a pointer: of `/skills/3/level` they are `skills` and `level`. */
const namesIn = (pointer: string): string[] =>
  pointer.split("/").filter((step) => step !== "" && !/^[0-9]+$/.test(step));

const sentence = (text: string | undefined): string =>
  text ? `${text[0]!.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}` : "";

const inWords = (seconds: number): string =>
  seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
