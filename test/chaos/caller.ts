// How the load asks: until it is answered, as a well-made client does, and with an eye on every answer that no client
// should ever get. While the server is down, or its disk refuses, no answer and 503 are what was asked for.
import { setTimeout as wait } from "node:timers/promises";
import { AnswerError, ConnectionError, ProblemError } from "../../src/api/client.ts";
import type { Ledger } from "./ledger.ts";

/** How long an outage is felt after its end: requests that were under way, objects that load anew. */
const AFTER_MS = 5_000;
const PAUSE_MS_MAX = 2_000;
/** Nothing takes that long but on a machine that is busy with something else. */
export const ANSWER_MS_MAX = 60_000;

export type Asked<T> = { readonly ok: true; readonly answer: T; readonly repeated: boolean } | Refused;
export interface Refused {
  readonly ok: false;
  /** Of the problem; "no_answer" where the run was over first. */
  readonly reason: string;
}

/** When the server could not be expected to serve. */
export class Outages {
  #now = 0;
  #last_end_ms = 0;

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#now += 1;
    try {
      return await work();
    } finally {
      this.#now -= 1;
      this.#last_end_ms = Date.now();
    }
  }

  /** Whether what began then may have met one. */
  mayHaveMet(began_ms: number): boolean {
    return this.#now > 0 || began_ms <= this.#last_end_ms + AFTER_MS;
  }
}

export class Caller {
  readonly #ledger: Ledger;
  readonly #outages: Outages;
  readonly #isOver: () => boolean;

  /** @param isOver whether nobody waits for answers any more. */
  constructor(ledger: Ledger, outages: Outages, isOver: () => boolean) {
    this.#ledger = ledger;
    this.#outages = outages;
    this.#isOver = isOver;
  }

  /** Asks until there is an answer, or a refusal, which is a violation unless it is one of these reasons. */
  async insist<T>(what: string, call: () => Promise<T>, reasons: readonly string[] = []): Promise<Asked<T>> {
    for (let times = 0, pause_ms = 100; !this.#isOver(); times += 1) {
      const asked = await this.once(what, call, reasons);
      if (asked !== null) return asked.ok ? { ...asked, repeated: times > 0 } : asked;
      await wait(pause_ms);
      pause_ms = Math.min(2 * pause_ms, PAUSE_MS_MAX);
    }
    return { ok: false, reason: "no_answer" };
  }

  /** Asks once; null where nobody can say whether it was done. */
  async once<T>(
    what: string,
    call: () => Promise<T>,
    reasons: readonly string[] = [],
  ): Promise<Asked<T> | null> {
    const began_ms = Date.now();
    try {
      const answer = await call();
      this.#ledger.answers += 1;
      if (Date.now() - began_ms > ANSWER_MS_MAX && !this.#outages.mayHaveMet(began_ms)) {
        this.#ledger.violate(`${what}: answered after ${Date.now() - began_ms} ms`);
      }
      return { ok: true, answer, repeated: false };
    } catch (error) {
      return this.#judge(what, error, began_ms, reasons);
    }
  }

  #judge(what: string, error: unknown, began_ms: number, reasons: readonly string[]): Refused | null {
    const isExcused = this.#outages.mayHaveMet(began_ms);
    if (error instanceof ProblemError) {
      const { status, reason, retry_after_seconds } = error;
      this.#ledger.refused(`${status} ${reason}`);
      if (status >= 500) {
        const isAskedFor = status === 503 && retry_after_seconds !== null && isExcused;
        if (!isAskedFor) this.#ledger.violate(`${what}: ${error.message} (${error.problem.request_id})`);
        return null;
      }
      if (!reasons.includes(reason)) this.#ledger.violate(`${what}: refused, ${error.message}`);
      return { ok: false, reason };
    }
    if (!(error instanceof ConnectionError || error instanceof AnswerError)) throw error;
    this.#ledger.refused(error instanceof AnswerError ? `${error.status} of no problem` : "no connection");
    if (!isExcused) this.#ledger.violate(`${what}: ${error.message}, while the server was up`);
    return null;
  }
}
