// A model as a provider of proposals: guards before and after, one retry, a circuit breaker. What it learns on the way
// (which guard said what, what was sent and answered, what it cost) it writes into a trace for audit and accounts.
import { costOf } from "../domain/ai-price.ts";
import { afterCall, type Breaker, beforeCall, CLOSED } from "../domain/circuit-breaker.ts";
import { guardAnswer } from "./guards/answer.ts";
import { suspicion } from "./guards/question.ts";
import { promptOf, tokensAtMost } from "./prompt.ts";
import type { Feature, PlanRequest, Provider, ProviderAnswer, ProviderFailure } from "./provider.ts";
import type { Marks } from "./templates/rules.ts";
import type { Billed, Prompt, Vendor, VendorAnswer } from "./vendors/vendor.ts";

/** What of the runtime it needs. */
export interface Reach {
  now(): number;
  wait(ms: number): Promise<void>;
  /** 0 to 1. */
  random(): number;
  /** Aborts when one attempt has taken too long, or the whole request has. */
  attempt(whole: AbortSignal): AbortSignal;
}

export interface Trace {
  readonly provider: Vendor["provider"];
  readonly model: string;
  /** The data as they were sent; null where nothing was. */
  prompt: string | null;
  /** Without the vendor's keys. */
  answer: string | null;
  /** `guard: verdict`, in the order in which they were asked. */
  readonly guards: string[];
  attempts: number;
  input_tokens: number;
  output_tokens: number;
  spent_microdollars: number;
}

const ATTEMPTS_MAX = 2;
const WAIT_MS_MAX = 3_000;
const JITTER_MS = 400;

/** Failures in a row, by vendor and model: of this isolate alone. */
const breakers = new Map<string, Breaker>();

export class ModelProvider implements Provider {
  readonly name: Vendor["provider"];
  readonly trace: Trace;
  readonly #vendor: Vendor;
  readonly #marks: Marks;
  readonly #secrets: () => Promise<readonly string[]>;
  readonly #reach: Reach;
  readonly #prompt: Prompt;
  readonly #is_suspicious: boolean;
  readonly #breaker: string;

  /** `secrets` must never come back. */
  constructor(
    vendor: Vendor,
    request: PlanRequest<Feature>,
    marks: Marks,
    secrets: () => Promise<readonly string[]>,
    reach: Reach,
  ) {
    this.name = vendor.provider;
    this.#vendor = vendor;
    this.#marks = marks;
    this.#secrets = secrets;
    this.#reach = reach;
    const { prompt, written, left_out } = promptOf(request, marks);
    this.#prompt = prompt;
    this.#breaker = `${vendor.provider} ${vendor.model}`;
    const { provider, model } = vendor;
    this.trace = {
      provider,
      model,
      ...{ prompt: null, answer: null, guards: [], attempts: 0 },
      ...{ input_tokens: 0, output_tokens: 0, spent_microdollars: 0 },
    };
    const score = suspicion(written);
    this.#is_suspicious = score !== null;
    const passed = left_out === 0 ? "passed" : `${left_out} left out`;
    this.trace.guards.push(`screening: ${score === null ? passed : `blocked at ${score.toFixed(2)}`}`);
  }

  /** The most that the answer can cost, retry included; 0 where nothing will be sent. */
  get bound_microdollars(): number {
    return this.#is_suspicious ? 0 : ATTEMPTS_MAX * this.#costOf("unknown");
  }

  async answer({ signal }: PlanRequest<Feature>): Promise<ProviderAnswer> {
    if (this.#is_suspicious) return this.#failed("blocked");
    const { pass, breaker } = beforeCall(breakers.get(this.#breaker) ?? CLOSED, this.#reach.now());
    if (!pass) {
      this.trace.guards.push("breaker: open");
      return this.#failed("unavailable");
    }
    breakers.set(this.#breaker, breaker);
    const { instructions, data } = this.#prompt;
    this.trace.prompt = data;
    const said = await this.#ask(signal);
    this.#heed(said);
    if (!said.ok) {
      this.trace.guards.push(`vendor: ${said.failure}`);
      return this.#failed(said.failure);
    }
    const secrets = await this.#secrets().catch(() => null);
    if (secrets === null) {
      // What cannot be searched for keys is neither used nor kept.
      this.trace.guards.push("content: keys unknown");
      return this.#failed("unavailable");
    }
    this.trace.answer = secrets.reduce((text, key) => text.replaceAll(key, "[secret]"), said.text);
    const guarded = guardAnswer(said.text, { canary: this.#marks.canary, instructions, secrets });
    if (guarded.ok) {
      this.trace.guards.push("structure: passed", "canary: passed", "content: passed");
      return { ok: true, value: guarded.value, usage: this.#usage() };
    }
    this.trace.guards.push(`${guarded.guard}: ${guarded.what}`);
    return this.#failed(guarded.guard === "structure" ? "malformed" : "blocked");
  }

  /** Twice at most: where the vendor says that it may help, and soon. */
  async #ask(signal: AbortSignal): Promise<VendorAnswer> {
    for (;;) {
      const said = await this.#vendor.ask(this.#prompt, this.trace.attempts, this.#reach.attempt(signal));
      this.trace.attempts += 1;
      this.#account(said.billed);
      if (said.ok || said.retry_after_ms === null || said.retry_after_ms > WAIT_MS_MAX) return said;
      if (this.trace.attempts >= ATTEMPTS_MAX || signal.aborted) return said;
      await this.#reach.wait(said.retry_after_ms + Math.round(this.#reach.random() * JITTER_MS));
    }
  }

  #account(billed: Billed): void {
    if (billed === "nothing") return;
    const { input_tokens, output_tokens } = this.#tokensOf(billed);
    this.trace.input_tokens += input_tokens;
    this.trace.output_tokens += output_tokens;
    this.trace.spent_microdollars += this.#costOf(billed);
  }

  #costOf(billed: Exclude<Billed, "nothing">): number {
    return costOf(this.#vendor.model, this.#tokensOf(billed), this.#reach.now());
  }

  /** Never beyond what was sent and allowed, whatever the vendor says. */
  #tokensOf(billed: Exclude<Billed, "nothing">) {
    const bound = tokensAtMost(this.#prompt);
    const { input_tokens, output_tokens } = billed === "unknown" ? bound : billed;
    return {
      input_tokens: Math.min(input_tokens, bound.input_tokens),
      output_tokens: Math.min(output_tokens, bound.output_tokens),
    };
  }

  /** A vendor that cannot be reached opens the breaker; one that answers, whatever it says, closes it. */
  #heed(said: VendorAnswer): void {
    const worked = said.ok || said.failure === "blocked" || said.failure === "malformed";
    const breaker = breakers.get(this.#breaker) ?? CLOSED;
    breakers.set(this.#breaker, afterCall(breaker, worked, this.#reach.now()));
  }

  #usage() {
    const { input_tokens, output_tokens, model } = this.trace;
    return { input_tokens, output_tokens, model };
  }

  #failed(failure: ProviderFailure): ProviderAnswer {
    return { ok: false, failure, usage: this.trace.attempts > 0 ? this.#usage() : null };
  }
}
