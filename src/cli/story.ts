// One telling of the demo: each step says what was sent and what came back, as it went over the wire,
// and ends the telling where the answer differs from what the step promises.
import { setTimeout } from "node:timers/promises";
import { type Fetch, ProblemError } from "../api/client.ts";
import { line, note } from "./terminal.ts";

const PATIENCE_SECONDS = 120;
const SENTENCE_WIDTH = 50;
const REQUEST_WIDTH = 46;

/** An answer that differs from what the step promised. */
export class Surprise extends Error {}

export interface Change {
  readonly sentence: string;
  readonly event_id: string;
}

type Wait = (ms: number) => Promise<unknown>;

export class Story {
  /** The changes so far, each with the audit event that its answer named. */
  readonly changes: Change[] = [];
  readonly #wait: Wait;
  #sent = "";
  #came = "";

  /** `wait` lets the milliseconds pass that a rate limit asks for. */
  constructor(wait: Wait = setTimeout) {
    this.#wait = wait;
  }

  /** The platform's fetch; remembers what went over the wire. */
  readonly fetch: Fetch = async (url, init) => {
    const answer = await fetch(url, init);
    this.#sent = `${init.method} ${shorten(new URL(url).pathname)}`;
    this.#came = String(answer.status);
    return answer;
  };

  /** Does what must succeed, and answers what came back. */
  async does<Answer extends { audit_event: string | null }>(
    sentence: string,
    call: () => Promise<Answer>,
    hint?: string,
  ): Promise<Answer> {
    const answer = await this.#patiently(call).catch((error: unknown) => {
      if (error instanceof ProblemError) throw this.#surprise(sentence, "success", error, hint);
      throw error;
    });
    this.#tell(sentence);
    if (answer.audit_event) this.changes.push({ sentence, event_id: answer.audit_event });
    return answer;
  }

  /** Does what must be refused, with this status and reason. */
  async isRefused(
    sentence: string,
    status: number,
    reason: ProblemError["reason"],
    call: () => Promise<unknown>,
  ): Promise<void> {
    const refusal = await this.#patiently(call).then(
      () => null,
      (error: unknown) => {
        if (error instanceof ProblemError) return error;
        throw error;
      },
    );
    if (refusal?.status !== status || refusal.reason !== reason)
      throw this.#surprise(sentence, `${status} ${reason}`, refusal);
    this.#tell(sentence, reason);
  }

  /** Says what was found to hold; ends the telling where it does not. */
  holds(sentence: string, truth = true): void {
    if (!truth) throw new Surprise(`${sentence}: this does not hold.`);
    line({ text: "  ✓", style: "green" }, { text: sentence });
  }

  /** Repeats a call that only came too soon, as its Retry-After says; gives up after two minutes. */
  async #patiently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    for (let waited_seconds = 0; ; ) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof ProblemError) || error.reason !== "rate_limited") throw error;
        const seconds = error.retry_after_seconds ?? 1;
        waited_seconds += seconds;
        if (waited_seconds > PATIENCE_SECONDS) throw error;
        note(`The rate limit is used up for now (429): waiting ${seconds} s, as Retry-After says.`);
        await this.#wait(seconds * 1000);
      }
    }
  }

  #tell(sentence: string, reason = ""): void {
    line(
      { text: "  ✓", style: "green" },
      { text: sentence, width: SENTENCE_WIDTH },
      { text: this.#sent, width: REQUEST_WIDTH, style: "dim" },
      { text: `→ ${this.#came} ${reason}`.trimEnd(), style: reason ? "yellow" : "green" },
    );
  }

  #surprise(sentence: string, expected: string, refusal: ProblemError | null, hint?: string): Surprise {
    const { problem } = refusal ?? {};
    const lines = [
      `${sentence}: expected ${expected}, but ${this.#sent} came back with ${this.#came} ${refusal?.reason ?? ""}`,
      problem && `${problem.title}. ${problem.detail ?? ""}`,
      ...(problem?.errors ?? []).map(({ pointer, detail }) => `${pointer || "the body"}: ${detail}`),
      problem?.request_id && `Request: ${problem.request_id}`,
      hint,
    ];
    return new Surprise(lines.flatMap((text) => (text ? [text.trimEnd()] : [])).join("\n  "));
  }
}

/** Ids to their first letters, which is enough to tell them apart in one telling. */
const shorten = (path: string): string => path.replaceAll(/([a-z]{3}_[a-z0-9]{4})[a-z0-9]{22}/g, "$1…");
