// What the parts of a principal share: the object's transaction and audit, the stores, and who the principal is now.

import type { Happening } from "../../src/audit/event.ts";
import type { Config } from "../../src/config.ts";
import { isWorkerId } from "../../src/domain/principal-id.ts";
import { effectiveRoles } from "../../src/domain/role.ts";
import type { User } from "../../src/schema/account.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Role } from "../../src/schema/role.ts";
import type { WorkerProfile } from "../../src/schema/worker.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { ApiTokenStore } from "./api-token-store.ts";
import { GuardStore } from "./guard-store.ts";
import { KeyStore } from "./key-store.ts";
import { MailStore } from "./mail-store.ts";
import { MailedLinks } from "./mailed-links.ts";
import { Mails } from "./mails.ts";
import { NonceStore } from "./nonce-store.ts";
import { Notices } from "./notices.ts";
import { OverrideStore } from "./override-store.ts";
import { Sealing } from "./sealing.ts";
import { type SessionRow, SessionStore } from "./session-store.ts";
import { type Account, directoryEntryOf, PrincipalStore, userOf } from "./store.ts";
import { WorkStore } from "./work-store.ts";

/** The workspace's directory, as a destination of the outbox. */
export const DIRECTORY = "directory";

export const ENDED_MEANWHILE = refuse("session_ended", { rule: "ended_meanwhile" });

export class Core {
  readonly object: ObjectSurface;
  readonly config: Config;
  readonly store: PrincipalStore;
  readonly guards: GuardStore;
  readonly nonces: NonceStore;
  readonly rows: SessionStore;
  readonly tokens: ApiTokenStore;
  readonly overrides: OverrideStore;
  readonly keys: KeyStore;
  readonly sealing: Sealing;
  readonly mailbox: MailStore;
  readonly mails: Mails;
  readonly links: MailedLinks;
  readonly notices: Notices;
  readonly work: WorkStore;
  readonly #forgetters: (() => void)[] = [];

  constructor(object: ObjectSurface) {
    // What an owner should know becomes a notice in the transaction of its audit event.
    this.object = { ...object, audit: (happening) => this.#audit(object, happening) };
    this.config = object.config;
    this.store = new PrincipalStore(object.sql);
    this.onChange(() => this.store.forget());
    this.guards = new GuardStore(object.sql);
    this.nonces = new NonceStore(object.sql, object.config.nonce_ttl_ms);
    this.work = new WorkStore(object.sql);
    this.rows = new SessionStore(object.sql);
    this.tokens = new ApiTokenStore(object.sql);
    this.overrides = new OverrideStore(object.sql);
    this.keys = new KeyStore(object.sql);
    this.sealing = new Sealing(object.config.key_ring, () => object.name());
    this.mailbox = new MailStore(object.sql);
    this.mails = new Mails(object, this.sealing, () => this.store.account());
    this.links = new MailedLinks(object, this.sealing, this.mailbox, this.mails);
    this.notices = new Notices(object, this.mailbox, this.mails);
  }

  get workspace(): string {
    return this.object.workspace();
  }

  /** Memory that must be read anew after each change of account, roles or sessions. */
  onChange(forget: () => void): void {
    this.#forgetters.push(forget);
  }

  forget(): void {
    for (const forget of this.#forgetters) forget();
  }

  /** A transaction was undone, or everything went: nothing that memory knows of the rows holds. */
  forgetAll(): void {
    this.nonces.recount();
    this.forget();
  }

  hasFactor(): boolean {
    return this.store.totp("active") !== null;
  }

  /** The roles in force: privileged ones count only with an active second factor. */
  rolesInForce(): Role[] {
    return effectiveRoles(this.store.account().roles, this.hasFactor());
  }

  /** Null for whoever is no worker. */
  workerProfile(): WorkerProfile | null {
    const worker = this.keys.worker();
    return worker && { ...worker.profile, paused: worker.status === "paused" };
  }

  user(): User {
    return userOf(this.store.account(), this.hasFactor());
  }

  /** Saves the account, and tells the directory. In the caller's transaction. */
  saveAccount(change: Partial<Account>): User {
    const account = this.store.account();
    this.store.saveAccount({ ...account, ...change, version: account.version + 1 });
    this.tellDirectory();
    return this.user();
  }

  /** A worker is listed by its workspace alone, which decided all there is to know. */
  tellDirectory(): void {
    const account = this.store.account();
    if (isWorkerId(account.id)) return;
    this.object.append(DIRECTORY, directoryEntryOf(account, this.hasFactor()));
  }

  /** Ends all sessions but that one's family; answers how many. In the caller's transaction. */
  endAllBut(session_id: string | null): number {
    const kept = session_id === null ? null : this.rows.find(session_id);
    return this.rows.deleteAllBut(kept?.family ?? null);
  }

  wakeForSession(row: SessionRow): void {
    this.object.wakeBy(Math.min(row.absolute_deadline_ms, row.last_used_at_ms + this.config.session.idle_ms));
  }

  /**
   * Decides, saves and audits in one transaction; memory is read anew afterwards. Refuses `session_ended` where what the
   * caller was admitted by has ended since: what it would leave behind here would outlive it.
   */
  change<Value>(
    actor: Actor,
    type: EventType,
    work: (now_ms: number) => Result<Value>,
    more: Pick<Happening, "targets" | "details"> = {},
  ): Result<Changed<Value>> {
    const changed = this.object.transact((now_ms) => {
      if (this.hasEnded(actor)) return ENDED_MEANWHILE;
      const targets = more.targets ?? [this.store.account().id];
      return this.object.once(actor, now_ms, targets[0]!, () => {
        const result = work(now_ms);
        if (!result.ok) return result;
        const event_id = this.object.audit({ ...more, type, at_ms: now_ms, by: actor, targets });
        return ok({ value: result.value, event_id });
      });
    });
    this.forget();
    return changed;
  }

  /** What `change` will answer without changing anything; null where there is something to do. */
  answered<Value>(actor: Actor): Result<Changed<Value>> | null {
    if (this.hasEnded(actor)) return ENDED_MEANWHILE;
    return this.object.answered<Value>(actor, this.object.now());
  }

  /** Whether what the caller was admitted by is gone. Others than the principal itself live by one elsewhere. */
  hasEnded({ principal_id, session_id: id }: Actor): boolean {
    if (principal_id !== this.store.account().id) return false;
    return !this.rows.find(id) && !this.tokens.find(id) && !this.keys.find(id);
  }

  #audit(object: ObjectSurface, happening: Happening): string {
    this.notices.note(happening);
    return object.audit(happening);
  }
}
