// Sessions come to be, are renewed, listed and ended. Sealing is asynchronous, so a session is drafted first
// and saved in the transaction that decides.
import type { Config } from "../../src/config.ts";
import { absoluteDeadline, bindTo, idleDeadline } from "../../src/domain/session.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import { randomBytes, randomId } from "../../src/protocol/random.ts";
import { mintSessionToken } from "../../src/protocol/session-token.ts";
import type { Session } from "../../src/schema/account.ts";
import type { RequestContext } from "../../src/schema/messages/request.ts";
import type { Role } from "../../src/schema/role.ts";
import { toIso } from "../../src/schema/text.ts";
import { type Sealing, STATE_VERSION } from "./sealing.ts";
import type { SessionRow, SessionStore } from "./session-store.ts";

const DEVICE_LENGTH_MAX = 200;

/** A session before it is saved: nothing in it depends on what the transaction decides. */
export interface SessionDraft {
  readonly id: string;
  readonly token: string;
  readonly secret_hash: Uint8Array;
  readonly state: Uint8Array;
  readonly description: Uint8Array;
}

export class Sessions {
  readonly #rows: SessionStore;
  readonly #sealing: Sealing;
  readonly #config: Config;

  constructor(rows: SessionStore, sealing: Sealing, config: Config) {
    this.#rows = rows;
    this.#sealing = sealing;
    this.#config = config;
  }

  async draft(workspace: string, principal_id: string, { source }: RequestContext): Promise<SessionDraft> {
    const id = randomId("ses_");
    const secret = randomBytes(32);
    const device = source.user_agent.slice(0, DEVICE_LENGTH_MAX);
    const [token, state, description] = await Promise.all([
      mintSessionToken(this.#config.key_ring, { workspace, principal_id, session_id: id, secret }),
      this.#sealing.sealState(id, secret, { bindings: bindTo(source) }),
      this.#sealing.sealDescription(id, { device, place: source.place }),
    ]);
    return { id, token, secret_hash: sha256(secret), state, description };
  }

  /** Saves a new session; beyond the limit the oldest gives way. Answers the row and the ids that gave way. */
  begin(draft: SessionDraft, roles: readonly Role[], now_ms: number): { row: SessionRow; evicted: string[] } {
    this.#rows.deleteExpired(now_ms, this.#config.session.idle_ms);
    const live = this.#rows.all();
    const leaving = live.slice(0, Math.max(0, live.length - this.#config.session.sessions_max + 1));
    for (const row of leaving) this.#rows.deleteFamily(row.family);
    const row: SessionRow = {
      ...sealedFields(draft),
      family: draft.id,
      created_at_ms: now_ms,
      authenticated_at_ms: now_ms,
      last_used_at_ms: now_ms,
      absolute_deadline_ms: absoluteDeadline(now_ms, roles, this.#config.session),
    };
    this.#rows.insert(row);
    return { row, evicted: leaving.map(({ id }) => id) };
  }

  /** Renews into a new token of the same family; deadline and authentication are inherited. */
  renew(draft: SessionDraft, parent: SessionRow, now_ms: number): SessionRow {
    const { family, created_at_ms, authenticated_at_ms, absolute_deadline_ms } = parent;
    const row: SessionRow = {
      ...sealedFields(draft),
      family,
      created_at_ms,
      authenticated_at_ms,
      last_used_at_ms: now_ms,
      absolute_deadline_ms,
    };
    this.#rows.saveReplaced(parent.id, now_ms);
    this.#rows.insert(row);
    return row;
  }

  times(row: SessionRow): { id: string; expires_at: string; idle_expires_at: string } {
    const idle_ms = idleDeadline(row.last_used_at_ms, this.#config.session);
    return {
      id: row.id,
      expires_at: toIso(row.absolute_deadline_ms),
      idle_expires_at: toIso(Math.min(idle_ms, row.absolute_deadline_ms)),
    };
  }

  async view(row: SessionRow, current_id: string): Promise<Session> {
    const description = await this.#sealing.openDescription(row.id, row.description);
    return {
      ...this.times(row),
      device: description?.device ?? "",
      place: description?.place ?? "",
      created_at: toIso(row.created_at_ms),
      last_used_at: toIso(row.last_used_at_ms),
      authenticated_at: toIso(row.authenticated_at_ms),
      current: row.id === current_id,
    };
  }
}

const sealedFields = ({ id, secret_hash, state, description }: SessionDraft) => ({
  id,
  secret_hash,
  state,
  description,
  state_version: STATE_VERSION,
  replaced_at_ms: null,
});
