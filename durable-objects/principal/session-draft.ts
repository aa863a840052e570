// A session before it is saved. Sealing is asynchronous, so all that needs it is made ready first.
import { bindTo } from "../../src/domain/session.ts";
import { noRisk, type Risk } from "../../src/domain/session-risk.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import { randomBytes, randomId } from "../../src/protocol/random.ts";
import { mintSessionToken } from "../../src/protocol/session-token.ts";
import type { RequestContext } from "../../src/schema/messages/request.ts";
import type { Core } from "./core.ts";
import { STATE_VERSION, sightingOf } from "./session-state.ts";
import { type Raised, riskColumns, type SessionRow } from "./session-store.ts";

const DEVICE_LENGTH_MAX = 200;

/** A session before it is saved: nothing in it depends on what the transaction decides. */
export interface SessionDraft {
  readonly id: string;
  readonly token: string;
  readonly secret_hash: Uint8Array;
  readonly state: Uint8Array;
  readonly description: Uint8Array;
  readonly risk: Risk;
}

/** `inherited` is the risk that a renewed or moved session carries on; where it was used from, it learns anew. */
export async function draftSession(
  { object, sealing, config, workspace }: Core,
  principal_id: string,
  { source }: RequestContext,
  inherited: Raised | null = null,
): Promise<SessionDraft> {
  const risk = { ...noRisk(sightingOf(source, object.now())), ...inherited };
  const { place, latitude, longitude } = source;
  const id = randomId("ses_");
  const secret = randomBytes(32);
  const device = source.user_agent.slice(0, DEVICE_LENGTH_MAX);
  const [token, state, description] = await Promise.all([
    mintSessionToken(config.key_ring, { workspace, principal_id, session_id: id, secret }),
    sealing.sealState(id, secret, { bindings: bindTo(source), risk }),
    sealing.sealDescription(id, { device, place, latitude, longitude }),
  ]);
  return { id, token, secret_hash: sha256(secret), state, description, risk };
}

/** Whether the risk that was sealed is the session's still. */
export const isOf = ({ score, raised_at_ms }: Risk, row: SessionRow): boolean =>
  row.risk_score === score && row.risk_raised_at_ms === raised_at_ms;

export const sealedFields = ({ id, secret_hash, state, description, risk }: SessionDraft) => ({
  id,
  secret_hash,
  state,
  description,
  state_version: STATE_VERSION,
  replaced_at_ms: null,
  ...riskColumns(risk),
});
