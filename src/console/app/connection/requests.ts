// The typed client of this console: the session travels as a cookie that no script can read. What many answers need
// is done here, once: asking for a recent authentication and going on, waiting where the service says so, noticing
// that the session has ended. Screens see the answer, or the problem that is left.
import { signal } from "@preact/signals";
import { createClient, type Fetch, type FetchInit, ProblemError } from "../../../api/client.ts";

/** Requests under way; the bar at the top shows while there are any for long. */
export const pending = signal(0);

/** Whole seconds for which the service wants us to wait; 0 while it does not. */
export const waiting_seconds = signal(0);

/** A question for a recent authentication, while one is open. */
export interface StepUpQuestion {
  answer(confirmed: boolean): void;
}
export const step_up = signal<StepUpQuestion | null>(null);

/** Called when an answer says that there is no session any more. */
export const session_lost = signal(0);

const WAIT_SECONDS_MAX = 20;

let asking: Promise<boolean> | null = null;
/** One dialog, however many requests wait for it. */
function askToStepUp(): Promise<boolean> {
  asking ??= new Promise<boolean>((settle) => {
    step_up.value = {
      answer(confirmed) {
        step_up.value = null;
        asking = null;
        settle(confirmed);
      },
    };
  });
  return asking;
}

async function reasonOf(answer: Response): Promise<string> {
  if (!answer.headers.get("content-type")?.startsWith("application/problem+json")) return "";
  const { type = "" } = (await answer.clone().json()) as { type?: string };
  return type.slice(type.lastIndexOf("/") + 1);
}

const isStepUp = (url: string): boolean => url.endsWith("/session/step-up");
/** Sign-in and its kin say themselves when to try again. */
const saysItself = (url: string): boolean => url.includes("/v1/auth/") || isStepUp(url);

/** What does nothing, or nothing twice, may be asked again although nobody knows what became of it. */
const isSafeTwice = ({ method, headers }: FetchInit): boolean =>
  method === "GET" || headers.has("idempotency-key");

/**
 * Repeats what was refused before anything was done, 401 for want of a recent authentication and 429, and after a 503
 * what is safe twice; pauses are as long as the service says, and grow.
 */
async function send(url: string, init: FetchInit): Promise<Response> {
  for (let waited_seconds = 0; ; ) {
    const answer = await fetch(url, init);
    if (answer.ok) return answer;
    const reason = await reasonOf(answer);
    if (reason === "step_up_required" && (await askToStepUp())) continue;
    if (reason === "session_ended" || reason === "authentication_required") session_lost.value += 1;
    const passes = reason === "rate_limited" || (reason === "unavailable" && isSafeTwice(init));
    const seconds = Math.max(1, waited_seconds, Number(answer.headers.get("retry-after") ?? 0));
    if (!passes || saysItself(url) || waited_seconds + seconds > WAIT_SECONDS_MAX) return answer;
    waited_seconds += seconds;
    await waitFor(seconds, init.signal);
  }
}

async function waitFor(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  waiting_seconds.value = Math.max(waiting_seconds.value, seconds);
  await new Promise((settle) => setTimeout(settle, seconds * 1_000));
  waiting_seconds.value = 0;
  signal?.throwIfAborted();
}

const counted: Fetch = async (url, init) => {
  pending.value += 1;
  try {
    return await send(url, init);
  } finally {
    pending.value -= 1;
  }
};

export const settings = { origin: location.origin, fetch: counted };
export const service = createClient(settings);

/** Whether an error is the service's refusal for one of these reasons. */
export const isRefused = (error: unknown, ...reasons: string[]): error is ProblemError =>
  error instanceof ProblemError && reasons.includes(error.reason);
