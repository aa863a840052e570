// The sealed part of a session: what it is bound to and how its use has looked. Versioned: the version stands in
// the row and in the associated data, and an older state is brought forward when it is opened.
import type { Bindings } from "../../src/domain/session.ts";
import { noRisk, type Risk, type Sighting } from "../../src/domain/session-risk.ts";
import type { Source } from "../../src/schema/messages/request.ts";

export const STATE_VERSION = 3;

export interface SessionState {
  readonly bindings: Bindings;
  readonly risk: Risk;
}

/** Version 1 knew bindings alone. */
type StateOfVersion1 = Pick<SessionState, "bindings">;

/** Version 2 knew of all that the session was used from only the latest. */
type StateOfVersion2 = StateOfVersion1 & { readonly risk: Omit<Risk, "known"> };

/** Brings a stored state to the present version; null for a version that this code does not know. */
export function migrateState(stored: unknown, version: number, last_used_at_ms: number): SessionState | null {
  if (version === STATE_VERSION) return stored as SessionState;
  if (version === 2) {
    const { bindings, risk } = stored as StateOfVersion2;
    return { bindings, risk: { ...noRisk(risk.last), ...risk } };
  }
  if (version !== 1) return null;
  const { bindings } = stored as StateOfVersion1;
  const { tls_fingerprint } = bindings;
  const last = { latitude: null, longitude: null, country: "", tls_fingerprint, at_ms: last_used_at_ms };
  return { bindings, risk: noRisk(last) };
}

export function sightingOf(source: Source, at_ms: number): Sighting {
  const { latitude, longitude, country, tls_fingerprint } = source;
  return { latitude, longitude, country, tls_fingerprint, at_ms };
}
