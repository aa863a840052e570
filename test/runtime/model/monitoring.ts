// The model's bindings and monitoring: which request still looks like the session that it shows a token of.
import type { Source } from "../../../src/schema/messages/request.ts";
import { HOUR_MS, type Reason, type Session, type World } from "./world.ts";

const WEIGHT: Readonly<Record<Reason, number>> = {
  impossible_travel: 70,
  new_country: 25,
  new_fingerprint: 20,
};
const STEP_UP_SCORE = 40;
const END_SCORE = 70;
const SPEED_MAX_KM_PER_HOUR = 1_000;
const DISTANCE_MIN_KM = 200;
const EARTH_RADIUS_KM = 6_371;

/** Address, user agent and certificate bind; an IPv6 address does by its /64. The fingerprint is only observed. */
export const isBoundTo = (bound: Source, present: Source): boolean =>
  hostOf(bound.address) === hostOf(present.address) &&
  bound.user_agent === present.user_agent &&
  bound.certificate === present.certificate;

/** The addresses of the model are written out in full. */
const hostOf = (address: string): string => address.split(":").slice(0, 4).join(":");

/** By the spherical law of cosines; 0 where a place is unknown. */
function kilometresBetween(a: Source, b: Source): number {
  if (a.latitude === null || a.longitude === null || b.latitude === null || b.longitude === null) return 0;
  const [north, south, turn] = [a.latitude, b.latitude, a.longitude - b.longitude].map(
    (degrees) => (degrees * Math.PI) / 180,
  ) as [number, number, number];
  const cosine = Math.sin(north) * Math.sin(south) + Math.cos(north) * Math.cos(south) * Math.cos(turn);
  return EARTH_RADIUS_KM * Math.acos(Math.min(1, cosine));
}

/** Only who was last seen at or before this time can have travelled here; null where anybody can. */
export function travelThreshold_ms(world: World, id: string, present: Source): number | null {
  const session = world.sessions.find((each) => each.id === id);
  const kilometres = session ? kilometresBetween(session.seen.source, present) : 0;
  if (kilometres < DISTANCE_MIN_KM) return null;
  return Math.floor(world.clock_ms - (kilometres * HOUR_MS) / SPEED_MAX_KM_PER_HOUR);
}

export const scoreOf = ({ reasons }: Session): number =>
  Math.min(
    100,
    reasons.reduce((sum, reason) => sum + WEIGHT[reason], 0),
  );

/** From this score on the session must authenticate again; an authentication since then clears it. */
export const isSuspicious = (session: Session): boolean =>
  scoreOf(session) >= STEP_UP_SCORE && session.authenticated_at_ms <= session.raised_at_ms;

/** What one more sighting does: `changed` is stored at once, `same` needs not be. */
export function watch(world: World, session: Session, present: Source): "same" | "changed" | "ends" {
  const { seen, known } = session;
  const threshold_ms = travelThreshold_ms(world, session.id, present);
  const found: Reason[] = [];
  if (threshold_ms !== null && seen.at.to_ms > threshold_ms) found.push("impossible_travel");
  if (isNew(known.countries, present.country)) found.push("new_country");
  if (isNew(known.fingerprints, present.tls_fingerprint)) found.push("new_fingerprint");
  const counted = session.authenticated_at_ms > session.raised_at_ms ? [] : session.reasons;
  const fresh = found.filter((reason) => !counted.includes(reason));
  if (fresh.length > 0) {
    session.reasons = [...counted, ...fresh];
    session.raised_at_ms = world.clock_ms;
  }
  if (fresh.length > 0 && scoreOf(session) >= END_SCORE) return "ends";
  const learns = [
    learn(known.countries, present.country),
    learn(known.fingerprints, present.tls_fingerprint),
  ].some(Boolean);
  const changed = fresh.length > 0 || learns || seen.source.place !== present.place;
  const now_ms = world.clock_ms;
  const stored_at_ms = changed ? now_ms : seen.stored_at_ms;
  session.seen = { source: present, at: { from_ms: now_ms, to_ms: now_ms }, stored_at_ms };
  return changed ? "changed" : "same";
}

/** What is not told is not new, nor is what there is nothing to compare with. */
const isNew = (known: readonly string[], now: string): boolean =>
  now !== "" && known.length > 0 && !known.includes(now);

/** Whether that was unknown. */
function learn(known: string[], now: string): boolean {
  if (now === "" || known.includes(now)) return false;
  known.push(now);
  return true;
}
