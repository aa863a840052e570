// Recovery: a mailed one-use link and, where a second factor is on, a code give the account a new password.
// The mailed link also admits what the account's ceiling would not, and is void after five tries.
import { HOUR_MS } from "../../src/domain/lockout.ts";
import type { LinkClaim, Proof, RecoverySubject } from "../../src/schema/messages/principal.ts";
import type { Changed, RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Result } from "../../src/schema/result.ts";
import { networkKey } from "./attempts.ts";
import type { Core } from "./core.ts";
import { failed, type Proofs } from "./proofs.ts";

export class Recovery {
  readonly #core: Core;
  readonly #proofs: Proofs;

  constructor(core: Core, proofs: Proofs) {
    this.#core = core;
    this.#proofs = proofs;
  }

  /** Mails a link where the account is active and its address confirmed; says nothing either way. */
  async request(context: RequestContext): Promise<void> {
    const { object, links, mails, mailbox, store } = this.#core;
    if (!object.isCreated() || !mails.isOn) return;
    const draft = await links.draft("recovery");
    object.transact((now_ms) => {
      const { id, status } = store.account();
      const to = mailbox.address("confirmed");
      const by = { ...context, principal_id: id };
      const type = "auth.recovery_requested";
      const rule = status !== "active" ? status : to ? "recovery_links_per_hour" : "no_confirmed_address";
      if (status !== "active" || !to || links.wait("recovery", now_ms) > 0) {
        return object.observe({ type, at_ms: now_ms, by, decision: "deny", rule });
      }
      links.save(draft, to, context.source.place, now_ms);
      object.audit({ type, at_ms: now_ms, by, targets: [id] });
    });
  }

  /** What the new password must obey, told to whoever holds a live link. */
  subject(claim: LinkClaim): RecoverySubject | null {
    const { object, links, store } = this.#core;
    if (!object.isCreated() || !links.isLive("recovery", claim, object.now())) return null;
    return { username: store.account().username, mfa_enabled: this.#core.hasFactor() };
  }

  /** Proof, new password, end of every session, API token and link that was mailed: one transaction. */
  async confirm(
    claim: LinkClaim,
    proof: Omit<Proof, "attempt">,
    subject: RecoverySubject,
    phc: string,
    context: RequestContext,
  ): Promise<Result<Changed<null>>> {
    const { object, links, store } = this.#core;
    if (!object.isCreated()) return failed("link_not_live");
    const attempt_id = object.transact((now_ms) => {
      if (!links.isLive("recovery", claim, now_ms)) return null;
      links.countTry(claim.id);
      return this.#proofs.attempts.open(now_ms);
    });
    if (attempt_id === null) return failed("link_not_live");
    const attempt = { phc: null, attempt_id, rule: null };
    const stands = (now_ms: number) => {
      // The password was judged by what the account was then: a factor that went meanwhile wants a longer one.
      if (this.#core.hasFactor() !== subject.mfa_enabled) return failed("factor_changed");
      if (store.account().status !== "active") return failed(store.account().status);
      return links.isLive("recovery", claim, now_ms, true) ? null : failed("link_not_live");
    };
    const prover = { ...context, principal_id: store.account().id };
    const work = (now_ms: number) => this.#recover(phc, context, now_ms);
    return this.#proofs.prove({ ...proof, attempt }, prover, work, stands);
  }

  /** The holder of the link admits the network of this request for an hour. */
  unlock(claim: LinkClaim, context: RequestContext): Result<Changed<null>> {
    const { object, links, store } = this.#core;
    return object.transact((now_ms) => {
      if (!links.isLive("unlock", claim, now_ms)) return failed("link_not_live");
      links.spend(["unlock"], now_ms);
      this.#admit(context, now_ms);
      const { id } = store.account();
      const by = { ...context, principal_id: id };
      const event_id = object.audit({ type: "auth.network_admitted", at_ms: now_ms, by, targets: [id] });
      return ok({ value: null, event_id });
    });
  }

  #recover(phc: string, context: RequestContext, now_ms: number): Changed<null> {
    const { object, links, guards } = this.#core;
    // A change of address that was begun before may be somebody else's, too.
    links.spend(["recovery", "email"], now_ms);
    const { id, mfa_enabled } = this.#core.saveAccount({ phc });
    const ended = this.#core.endAllBut(null);
    // Who recovers may have lost the account to somebody, and that one may have made tokens.
    const tokens_revoked = this.#core.tokens.deleteAll();
    // Nor is it known any more from where the owner used to come: from there a thief could guess beyond the ceiling.
    guards.forgetNetworks();
    // Whoever recovered must be able to sign in, though others may be guessing all the while.
    this.#admit(context, now_ms);
    const by = { ...context, principal_id: id };
    const details = { ended, tokens_revoked, mfa: mfa_enabled };
    return {
      value: null,
      event_id: object.audit({ type: "auth.recovered", at_ms: now_ms, by, targets: [id], details }),
    };
  }

  #admit(context: RequestContext, now_ms: number): void {
    this.#core.mailbox.admitNetwork(networkKey(context.source.address), now_ms + HOUR_MS);
    this.#core.object.wakeBy(now_ms + HOUR_MS);
  }
}
