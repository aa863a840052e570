// Sessions come to be, are renewed, listed and ended. Sealing is asynchronous, so a session is drafted first
// and saved in the transaction that decides.

import type { Happening } from "../../src/audit/event.ts";
import { isKeyExpired } from "../../src/domain/certificate.ts";
import { absoluteDeadline } from "../../src/domain/session.ts";
import { distanceKm, isSuspicious } from "../../src/domain/session-risk.ts";
import type { Session, User } from "../../src/schema/account.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { KeySession, Proof, SignedIn } from "../../src/schema/messages/principal.ts";
import type { Actor, Changed, RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { AccountLife } from "./account.ts";
import { networkKey } from "./attempts.ts";
import { type Core, DIRECTORY, ENDED_MEANWHILE } from "./core.ts";
import type { Proofs } from "./proofs.ts";
import { draftSession, isOf, type SessionDraft, sealedFields } from "./session-draft.ts";
import { riskIn, type SessionRow } from "./session-store.ts";
import { timesOf, viewOf } from "./session-view.ts";

/** Two live sessions this far apart are told to their owner. */
const DISTANT_KM = 500;

export class Sessions {
  readonly #core: Core;
  readonly #proofs: Proofs;
  readonly #life: AccountLife;
  readonly #lastUseOf: (row: SessionRow) => number;

  constructor(core: Core, proofs: Proofs, life: AccountLife, lastUseOf: (row: SessionRow) => number) {
    this.#core = core;
    this.#proofs = proofs;
    this.#life = life;
    this.#lastUseOf = lastUseOf;
  }

  async signIn(proof: Proof, context: RequestContext): Promise<Result<Changed<SignedIn>>> {
    const { object, store, guards } = this.#core;
    const { id: principal_id } = store.account();
    const draft = await draftSession(this.#core, principal_id, context);
    const distant = await this.#distantSessions(context);
    const first = store.account().status === "unconfirmed";
    const prover = { ...context, principal_id };
    const signedIn = await this.#proofs.prove(proof, prover, (now_ms) => {
      if (store.account().status === "unconfirmed") this.#life.confirm(context, now_ms);
      this.#proofs.rehash(proof);
      guards.saveNetwork(networkKey(context.source.address), now_ms);
      const { row, evicted } = this.#begin(draft, now_ms, { authenticated_at_ms: now_ms, key_id: null });
      const by = { ...prover, session_id: row.id };
      this.#tellEvicted(evicted, by, now_ms);
      if (distant.length > 0) {
        object.audit({
          type: "session.distant_sign_in",
          at_ms: now_ms,
          by,
          rule: "observe",
          targets: distant,
        });
      }
      const details = { mfa: this.#core.hasFactor(), backup_code: proof.use_backup_code };
      const event_id = object.audit({
        type: "auth.signed_in",
        at_ms: now_ms,
        by,
        targets: [row.id],
        details,
      });
      return { value: this.signedIn(draft, row), event_id };
    });
    // The workspace decides by its directory: a first ADMIN's next request must find them there.
    if (first && signedIn.ok) await object.shipNow(DIRECTORY);
    return signedIn;
  }

  /** For a worker, by the key that it came with: the session ends with the key, and no proof makes it more than it is. */
  async openByKey(actor: Actor, context: RequestContext): Promise<Result<Changed<KeySession>>> {
    const { keys, config } = this.#core;
    const draft = await draftSession(this.#core, actor.principal_id, context);
    const targets = [draft.id, actor.session_id];
    return this.#core.change(
      actor,
      "session.opened_by_key",
      (now_ms) => {
        const key = keys.find(actor.session_id);
        if (!key || isKeyExpired(key.expires_at_ms, now_ms))
          return refuse("session_ended", { rule: "revoked" });
        const proven = { authenticated_at_ms: 0, key_id: key.id };
        const { row, evicted } = this.#begin(draft, now_ms, proven, key.expires_at_ms ?? undefined);
        this.#tellEvicted(evicted, actor, now_ms);
        return ok({ session_token: draft.token, session: timesOf(row, config.session) });
      },
      { targets },
    );
  }

  /** Renews into a new token of the same family; deadline, authentication and what raised its risk are inherited. */
  async renew(actor: Actor, context: RequestContext): Promise<Result<Changed<SignedIn>>> {
    const { rows } = this.#core;
    const before = rows.find(actor.session_id);
    const draft = await draftSession(this.#core, actor.principal_id, context, before && riskIn(before));
    return this.#core.change(actor, "session.renewed", (now_ms) => {
      const parent = rows.find(actor.session_id);
      if (!parent) return refuse("session_ended");
      if (parent.replaced_at_ms !== null)
        return refuse("conflict", { detail: "this session was renewed already" });
      if (isSuspicious(riskIn(parent), parent.authenticated_at_ms))
        return refuse("step_up_required", { rule: "session_risk" });
      if (!isOf(draft.risk, parent))
        return refuse("conflict", { detail: "this session's risk was raised meanwhile: renew it once more" });
      rows.saveReplaced(parent, now_ms);
      return ok(this.signedIn(draft, this.continue(draft, parent, now_ms)));
    });
  }

  async stepUp(actor: Actor, proof: Proof): Promise<Result<Changed<Session>>> {
    const { object, rows } = this.#core;
    const targets = [actor.session_id];
    const work = (now_ms: number) => {
      rows.saveAuthentication(actor.session_id, now_ms);
      const event_id = object.audit({ type: "session.stepped_up", at_ms: now_ms, by: actor, targets });
      return { value: null, event_id };
    };
    const stepped = await this.#proofs.prove(proof, actor, work, () => this.#endedMeanwhile(actor));
    if (!stepped.ok) return stepped;
    const current = await this.current(actor.session_id);
    return current.ok ? ok({ value: current.value.session, event_id: stepped.value.event_id }) : current;
  }

  async changePassword(
    actor: Actor,
    proof: Proof,
    phc: string,
    revoke_tokens: boolean,
  ): Promise<Result<Changed<null>>> {
    const work = (now_ms: number) => {
      this.#core.saveAccount({ phc });
      this.#core.links.spend(revoke_tokens ? ["recovery", "email"] : ["recovery"], now_ms);
      const ended = this.#core.endAllBut(actor.session_id);
      const details = { ended, tokens_revoked: revoke_tokens ? this.#core.tokens.deleteAll() : 0 };
      const targets = [actor.principal_id];
      const happening = {
        type: "auth.password_changed",
        at_ms: now_ms,
        by: actor,
        targets,
        details,
      } as const;
      return { value: null, event_id: this.#core.object.audit(happening) };
    };
    return this.#proofs.prove(proof, actor, work, () => this.#endedMeanwhile(actor));
  }

  #endedMeanwhile(actor: Actor) {
    return this.#core.hasEnded(actor) ? ENDED_MEANWHILE : null;
  }

  async current(session_id: string): Promise<Result<{ session: Session; user: User }>> {
    const row = this.#core.rows.find(session_id);
    if (!row) return refuse("session_ended");
    return ok({ session: await this.#view(row, session_id), user: this.#core.user() });
  }

  async list(current_id: string): Promise<Result<readonly Session[]>> {
    return ok(await Promise.all(this.#core.rows.all().map((row) => this.#view(row, current_id))));
  }

  async #view(stored: SessionRow, current_id: string): Promise<Session> {
    const row = { ...stored, last_used_at_ms: this.#lastUseOf(stored) };
    const description = await this.#core.sealing.openDescription(row.id, row.description);
    return viewOf(row, description, this.#core.config.session, row.id === current_id);
  }

  /** Ends one session with all that it was renewed from or into. */
  end(actor: Actor, session_id: string, type: EventType): Result<Changed<null>> {
    const work = () => {
      const row = this.#core.rows.find(session_id);
      if (!row) return refuse("not_found");
      this.#core.rows.deleteFamily(row.family);
      return ok(null);
    };
    return this.#core.change(actor, type, work, { targets: [session_id] });
  }

  endAllBut(actor: Actor, session_id: string | null, type: EventType): Result<Changed<{ ended: number }>> {
    return this.#core.change(actor, type, () => ok({ ended: this.#core.endAllBut(session_id) }));
  }

  #tellEvicted(ids: readonly string[], by: Happening["by"], at_ms: number): void {
    for (const id of ids) {
      this.#core.object.audit({ type: "session.evicted", at_ms, by, rule: "sessions_max", targets: [id] });
    }
  }

  /** Live sessions that began so far from here that their owner should look at them. */
  async #distantSessions({ source }: RequestContext): Promise<string[]> {
    const { rows, sealing } = this.#core;
    // From nowhere, nothing is far.
    if (source.latitude === null || source.longitude === null) return [];
    const distances = rows.all().map(async ({ id, description }) => {
      const place = await sealing.openDescription(id, description);
      return { id, km: place ? distanceKm(place, source) : 0 };
    });
    return (await Promise.all(distances)).filter(({ km }) => km >= DISTANT_KM).map(({ id }) => id);
  }

  /** Saves a new session; beyond the limit the oldest gives way. Answers the ids that gave way. */
  #begin(
    draft: SessionDraft,
    now_ms: number,
    proven: Pick<SessionRow, "authenticated_at_ms" | "key_id">,
    until_ms = Number.POSITIVE_INFINITY,
  ): { row: SessionRow; evicted: string[] } {
    const { rows, config } = this.#core;
    rows.deleteExpired(now_ms, config.session.idle_ms);
    const live = rows.all();
    const leaving = live.slice(0, Math.max(0, live.length - config.session.sessions_max + 1));
    for (const row of leaving) rows.deleteFamily(row.family);
    // Also while the clock stands still after a step back, none began with another: the first is known as the oldest.
    const created_at_ms = Math.max(now_ms, (live.at(-1)?.created_at_ms ?? 0) + 1);
    const row = this.#insert({
      ...sealedFields(draft),
      ...proven,
      family: draft.id,
      created_at_ms,
      last_used_at_ms: now_ms,
      absolute_deadline_ms: Math.min(
        absoluteDeadline(now_ms, this.#core.rolesInForce(), config.session),
        until_ms,
      ),
    });
    return { row, evicted: leaving.map(({ id }) => id) };
  }

  /** Another token of the same family: deadline and authentication are inherited. In the caller's transaction. */
  continue(draft: SessionDraft, parent: SessionRow, now_ms: number): SessionRow {
    return this.#insert({ ...parent, ...sealedFields(draft), last_used_at_ms: now_ms });
  }

  #insert(row: SessionRow): SessionRow {
    this.#core.rows.insert(row);
    this.#core.wakeForSession(row);
    return row;
  }

  signedIn(draft: SessionDraft, row: SessionRow): SignedIn {
    const user = { ...this.#core.user(), roles: this.#core.rolesInForce() };
    return { session_token: draft.token, session: timesOf(row, this.#core.config.session), user };
  }
}
