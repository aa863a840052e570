// Session monitoring: how suspicious a session's use is. Impossible travel, request velocity, changed behaviour.
// A score from 0 to 100 decides: below 40 it is only recorded, from 40 on the session must authenticate again,
// from 70 on it ends.

export interface Sighting {
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly country: string;
  readonly tls_fingerprint: string;
  readonly at_ms: number;
}

export const RISK_REASONS = [
  "impossible_travel",
  "request_velocity",
  "new_country",
  "new_fingerprint",
] as const;
export type RiskReason = (typeof RISK_REASONS)[number];

/** What the session was used from, the latest last: none of it is new again. */
export interface Known {
  readonly countries: readonly string[];
  readonly tls_fingerprints: readonly string[];
}

export interface Risk {
  readonly score: number;
  readonly reasons: readonly RiskReason[];
  readonly raised_at_ms: number;
  /** Where the session was last seen. */
  readonly last: Sighting;
  readonly known: Known;
}

export const STEP_UP_SCORE = 40;
export const END_SCORE = 70;

const WEIGHT: Readonly<Record<RiskReason, number>> = {
  impossible_travel: 70,
  request_velocity: 20,
  new_country: 25,
  new_fingerprint: 20,
};

/** Faster than an airliner, over more than what coarse geolocation errs by. */
const SPEED_MAX_KM_PER_HOUR = 1_000;
const DISTANCE_MIN_KM = 200;
const HOUR_MS = 3_600_000;
const EARTH_RADIUS_KM = 6_371;

/** A move that is worth remembering: far less than what could look like impossible travel. */
const MOVED_KM = 100;
/** Of each kind; beyond, the oldest is new again. */
const KNOWN_MAX = 16;

export const noRisk = (last: Sighting): Risk => ({
  score: 0,
  reasons: [],
  raised_at_ms: 0,
  last,
  known: joined({ countries: [], tls_fingerprints: [] }, last),
});

/** Great-circle distance in km (haversine); 0 where a place is unknown. */
export function distanceKm(a: Pick<Sighting, "latitude" | "longitude">, b: typeof a): number {
  if (a.latitude === null || a.longitude === null || b.latitude === null || b.longitude === null) return 0;
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const cosines = Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude));
  const chord = half(a.latitude, b.latitude) + cosines * half(a.longitude, b.longitude);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/**
 * The risk after one more sighting. Each reason counts once until the owner authenticates again. From then on all count
 * anew: whoever comes by the session after that is held up as the first was.
 */
export function assess(before: Risk, seen: Sighting, is_fast: boolean, authenticated_at_ms: number): Risk {
  const counted = isCleared(before, authenticated_at_ms) ? [] : before.reasons;
  const found: RiskReason[] = [];
  if (travelsImpossibly(before.last, seen)) found.push("impossible_travel");
  if (is_fast) found.push("request_velocity");
  if (isNew(before.known.countries, seen.country)) found.push("new_country");
  if (isNew(before.known.tls_fingerprints, seen.tls_fingerprint)) found.push("new_fingerprint");
  const after = { ...before, last: seen, known: joined(before.known, seen) };
  if (found.every((reason) => counted.includes(reason))) return after;
  const reasons = RISK_REASONS.filter((reason) => counted.includes(reason) || found.includes(reason));
  const score = Math.min(
    100,
    reasons.reduce((sum, reason) => sum + WEIGHT[reason], 0),
  );
  return { ...after, score, reasons, raised_at_ms: seen.at_ms };
}

/** Whether it was raised by a sighting that came after `before`. */
export const isRaised = (before: Risk, now: Risk): boolean => now.reasons !== before.reasons;

const isCleared = ({ raised_at_ms }: Pick<Risk, "raised_at_ms">, authenticated_at_ms: number): boolean =>
  raised_at_ms < authenticated_at_ms;

/** Whether a session under such a risk must authenticate again; having done so since it was raised clears it. */
export const isSuspicious = (
  risk: Pick<Risk, "score" | "raised_at_ms">,
  authenticated_at_ms: number,
): boolean => risk.score >= STEP_UP_SCORE && !isCleared(risk, authenticated_at_ms);

/** Whether it was used from elsewhere, or from something new: worth storing. */
export const hasMoved = (before: Risk, now: Risk): boolean =>
  before.known !== now.known ||
  before.last.country !== now.last.country ||
  distanceKm(before.last, now.last) >= MOVED_KM;

function travelsImpossibly(from: Sighting, to: Sighting): boolean {
  const distance_km = distanceKm(from, to);
  const hours = Math.max(0, to.at_ms - from.at_ms) / HOUR_MS;
  return distance_km >= DISTANCE_MIN_KM && distance_km > SPEED_MAX_KM_PER_HOUR * hours;
}

/** What is unknown is not new, and nothing is where nothing was known before. */
const isNew = (known: readonly string[], now: string): boolean =>
  now !== "" && known.length > 0 && !known.includes(now);

/** The very same where there is nothing to add. */
function joined(known: Known, { country, tls_fingerprint }: Sighting): Known {
  const countries = withLatest(known.countries, country);
  const tls_fingerprints = withLatest(known.tls_fingerprints, tls_fingerprint);
  const isSame = countries === known.countries && tls_fingerprints === known.tls_fingerprints;
  return isSame ? known : { countries, tls_fingerprints };
}

const withLatest = (known: readonly string[], now: string): readonly string[] =>
  now === "" || known.includes(now) ? known : [...known, now].slice(-KNOWN_MAX);
