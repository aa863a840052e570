// The account's life: created, confirmed by a first sign-in, obeying its workspace, gone when nobody confirmed it.
import { LINK_KINDS } from "../../src/domain/mailed-link.ts";
import type { User } from "../../src/schema/account.ts";
import type { AuditEvent } from "../../src/schema/audit-event.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { Order } from "../../src/schema/messages/outbox.ts";
import type { NewAccount, NewEnrolment } from "../../src/schema/messages/principal.ts";
import type { Changed, RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { AUDIT } from "../logged-object.ts";
import { type Core, DIRECTORY } from "./core.ts";
import type { Email } from "./email.ts";
import { enrolmentOf, type Factors } from "./factors.ts";
import { type Account, directoryEntryOf } from "./store.ts";

/** An account that nobody confirmed goes after this. */
const UNCONFIRMED_MS = 24 * 3_600_000;

export class AccountLife {
  readonly #core: Core;
  readonly #factors: Factors;
  readonly #email: Email;
  #expiring = false;

  constructor(core: Core, factors: Factors, email: Email) {
    this.#core = core;
    this.#factors = factors;
    this.#email = email;
  }

  async create(
    account: NewAccount,
    context: RequestContext,
  ): Promise<Result<Changed<{ user: User; mfa: NewEnrolment | null }>>> {
    const { object, store } = this.#core;
    const factor = account.enable_mfa ? await this.#factors.draft(account.username) : null;
    const email = account.email === null ? null : await this.#email.draft(account.email);
    const created = object.transact((now_ms) => {
      if (object.isCreated()) return refuse("username_taken");
      object.create();
      const row = newAccount(account, now_ms);
      store.insertAccount(row);
      if (factor) this.#factors.savePending(factor);
      if (email) this.#email.savePending(email, context.source.place, now_ms);
      if (row.expires_at_ms !== null) object.wakeBy(row.expires_at_ms);
      this.#core.tellDirectory();
      const event_id = object.audit({
        type: "auth.registered",
        at_ms: now_ms,
        by: { ...context, principal_id: row.id },
        targets: [row.id],
        details: { roles: [...row.roles], mfa: account.enable_mfa, bootstrap: account.bootstrap },
      });
      return ok({ value: { user: this.#core.user(), mfa: factor && enrolmentOf(factor) }, event_id });
    });
    if (created.ok) await object.shipNow(DIRECTORY);
    return created;
  }

  /** The first sign-in with a code: the account stands, and its roles come into force. In a transaction. */
  confirm(context: RequestContext, now_ms: number): void {
    this.#core.store.activateFactor();
    const { id } = this.#core.saveAccount({ status: "active", bootstrap: false, expires_at_ms: null });
    const by = { ...context, principal_id: id };
    this.#core.object.audit({ type: "auth.account_confirmed", at_ms: now_ms, by, targets: [id] });
  }

  /**
   * What the workspace decided takes effect; a lower version is ignored. New roles or another status end the
   * subject's sessions; an override counts from the next request on. In a transaction.
   */
  obey(order: Order): void {
    if (order.version <= this.#core.store.account().order_version) return;
    const { roles, status, override, version } = order;
    this.#core.saveAccount({ ...(roles && { roles }), ...(status && { status }), order_version: version });
    if (override) this.#core.overrides.save(override.permission, override.effect, override.until_ms);
    if (roles?.includes("ADMIN")) this.#liftSystemDenials();
    if (roles || status) this.#core.endAllBut(null);
    if (roles) this.#notice("user.roles_changed", { roles: [...roles] });
    if (status) this.#notice(status === "suspended" ? "user.suspended" : "user.restored", {});
    if (status === "suspended") {
      this.#core.tokens.deleteAll();
      this.#core.links.spend(LINK_KINDS, this.#core.object.now());
    }
    this.#core.forget();
  }

  /** Who is ADMIN can act as one, also where a permission was denied them before: they may become the last. */
  #liftSystemDenials(): void {
    const { object, overrides, store } = this.#core;
    const permissions = overrides.deleteSystemDenials();
    if (permissions.length === 0) return;
    object.audit({
      type: "user.override_removed",
      at_ms: object.now(),
      by: null,
      rule: "admin_keeps_system",
      targets: [store.account().id],
      details: { permissions },
    });
  }

  /** What the workspace audits, the owner is told here. */
  #notice(type: EventType, details: AuditEvent["details"]): void {
    this.#core.notices.note({ type, at_ms: this.#core.object.now(), by: null, details });
  }

  /** An account that nobody confirmed in time goes, and frees its name, once its last rows have been shipped. */
  async expireIfDue(): Promise<void> {
    const { object, store } = this.#core;
    const account = store.account();
    const due = account.status === "unconfirmed" && (account.expires_at_ms ?? 0) <= object.now();
    if (!due) return;
    if (!this.#expiring) this.#announceExpiry(account);
    const drained = (await object.shipNow(DIRECTORY)) && (await object.shipNow(AUDIT));
    if (!drained) return;
    this.#expiring = false;
    await object.destroy();
  }

  /** Once per life of this memory: what was appended waits in the outbox. */
  #announceExpiry(account: Account): void {
    const { object } = this.#core;
    this.#expiring = true;
    object.transact((now_ms) => {
      const erased = { ...directoryEntryOf(account, false), status: "erased", version: account.version + 1 };
      object.append(DIRECTORY, erased);
      object.audit({
        type: "user.expired",
        at_ms: now_ms,
        by: null,
        targets: [account.id],
        rule: "unconfirmed",
      });
    });
  }
}

function newAccount(account: NewAccount, now_ms: number): Account {
  return {
    id: account.id,
    username: account.username,
    status: account.enable_mfa ? "unconfirmed" : "active",
    roles: account.roles,
    bootstrap: account.bootstrap,
    phc: account.phc,
    version: 1,
    order_version: 0,
    created_at_ms: now_ms,
    expires_at_ms: account.enable_mfa ? now_ms + UNCONFIRMED_MS : null,
    erased_at_ms: null,
  };
}
