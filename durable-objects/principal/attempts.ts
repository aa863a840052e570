// Attempts to prove who one is, counted on the account before any hash runs: in memory while they are open, and as a
// row in the commit that a verdict against them waits for. So guessing in parallel gains nothing, and neither does
// bringing the object down meanwhile: one that memory has lost is admitted anew, or refused, when its verdict is asked.
import { accountAdmits, failuresWithin, HOUR_MS } from "../../src/domain/lockout.ts";
import { networkOf } from "../../src/domain/network.ts";
import { encodeBase64Url, utf8 } from "../../src/protocol/base64url.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import type { Attempt } from "../../src/schema/messages/principal.ts";
import type { Actor, Changed, RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Result } from "../../src/schema/result.ts";
import type { Core } from "./core.ts";

/** Whoever proves: with a session, or by name alone. */
export type Prover = Actor | (RequestContext & { readonly principal_id: string });

/** The rule by which an account that has reached its ceiling refuses. */
const CEILING = "account_ceiling";

export class Attempts {
  readonly #core: Core;
  /** When those that have no verdict yet began, by their number. */
  readonly #open = new Map<number, number>();
  #last = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Counts one attempt; past the account's ceiling it will be refused, and gets nothing to compare with. */
  async begin(context: RequestContext): Promise<Attempt> {
    const { object, store, links, mailbox } = this.#core;
    for (;;) {
      // Sealed before the transaction that may need it.
      const unlock = this.#wantsUnlockLink(object.now()) ? await links.draft("unlock") : null;
      const now_ms = object.now();
      const wanted = this.#wantsUnlockLink(now_ms);
      if (wanted && !unlock) continue;
      if (wanted && unlock) {
        object.transact(() =>
          links.save(unlock, mailbox.address("confirmed")!, context.source.place, now_ms),
        );
      }
      const admitted = this.#admits(context.source.address, now_ms);
      const attempt_id = this.open(now_ms);
      return admitted
        ? { phc: store.account().phc, attempt_id, rule: null }
        : { phc: null, attempt_id, rule: CEILING };
    }
  }

  /** Counts one attempt until its verdict; answers its number. */
  open(now_ms: number): number {
    for (const [id, began_at_ms] of this.#open) {
      if (began_at_ms > now_ms - HOUR_MS) break;
      this.#open.delete(id);
    }
    // The clock never runs backward: no number of an earlier memory comes again.
    this.#last = Math.max(this.#last + 1, now_ms);
    this.#open.set(this.#last, now_ms);
    return this.#last;
  }

  /** Why an attempt is refused whatever it proves; null where it counts in memory, or may begin anew. */
  complaint({ attempt_id, rule }: Attempt, by: Prover, now_ms: number): string | null {
    if (rule !== null || attempt_id === null || this.#open.has(attempt_id)) return rule;
    return this.#admits("source" in by ? by.source.address : by.address, now_ms) ? null : CEILING;
  }

  /** It failed: it counts for an hour. In the transaction of its verdict. */
  fail(attempt: Attempt, by: Prover, now_ms: number): void {
    const { object, guards, config } = this.#core;
    if (attempt.attempt_id === null) return;
    guards.insertFailure(now_ms);
    object.wakeBy(now_ms + HOUR_MS);
    if (failuresWithin(guards.failures(), now_ms) !== config.lockout.account_failures_max) return;
    object.audit({ type: "auth.attempts_exceeded", at_ms: now_ms, by, decision: "deny", rule: CEILING });
  }

  /** The verdict has been reached and, if it failed, kept. */
  close({ attempt_id }: Attempt): void {
    if (attempt_id !== null) this.#open.delete(attempt_id);
  }

  /** An operator lifts the account's ceiling: its failures are forgotten, and what has no verdict is admitted anew. */
  unlock(actor: Actor): Result<Changed<null>> {
    return this.#core.change(actor, "user.unlocked", () => {
      this.#core.guards.deleteFailures();
      this.#open.clear();
      return ok(null);
    });
  }

  /** Failures, and whatever may yet become one. */
  #times(): number[] {
    return [...this.#core.guards.failures(), ...this.#open.values()];
  }

  #admits(address: string, now_ms: number): boolean {
    const { guards, mailbox, config } = this.#core;
    const isNetworkKnown = () => {
      const network = networkKey(address);
      return guards.knowsNetwork(network) || mailbox.admits(network, now_ms);
    };
    return accountAdmits(this.#times(), config.lockout.account_failures_max, isNetworkKnown, now_ms);
  }

  /** With the next attempt the account has reached its ceiling, and its owner gets a way past it by mail. */
  #wantsUnlockLink(now_ms: number): boolean {
    const { config, links, mails, mailbox } = this.#core;
    if (!mails.isOn) return false;
    if (failuresWithin(this.#times(), now_ms) + 1 < config.lockout.account_failures_max) return false;
    return mailbox.address("confirmed") !== null && links.wait("unlock", now_ms) === 0;
  }
}

/** A network is remembered by its hash alone. */
export const networkKey = (address: string): string =>
  encodeBase64Url(sha256(utf8(networkOf(address, "network"))));
