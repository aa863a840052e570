// Session monitoring: what raises a session's risk, by how much, and that it never falls by itself.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assess,
  distanceKm,
  END_SCORE,
  hasMoved,
  isRaised,
  isSuspicious,
  noRisk,
  type Sighting,
  STEP_UP_SCORE,
} from "../../../src/domain/session-risk.ts";

const HOUR_MS = 3_600_000;
const lisbon = { latitude: 38.72, longitude: -9.14 };
const sydney = { latitude: -33.87, longitude: 151.21 };
const porto = { latitude: 41.15, longitude: -8.61 };

const seen = (more: Partial<Sighting> = {}): Sighting => ({
  ...lisbon,
  country: "PT",
  tls_fingerprint: "t13d",
  at_ms: 0,
  ...more,
});

const sighting = fc.record<Sighting>({
  latitude: fc.option(fc.double({ min: -90, max: 90, noNaN: true })),
  longitude: fc.option(fc.double({ min: -180, max: 180, noNaN: true })),
  country: fc.constantFrom("", "PT", "AU"),
  tls_fingerprint: fc.constantFrom("", "a", "b"),
  at_ms: fc.integer({ min: 0, max: 1e12 }),
});

describe("distance", () => {
  test("is that of the great circle", () => {
    expect(distanceKm(lisbon, sydney)).toBeCloseTo(18_150, -3);
    expect(distanceKm(lisbon, porto)).toBeGreaterThan(250);
    expect(distanceKm(lisbon, porto)).toBeLessThan(300);
  });

  test("is symmetric, never negative, never more than half the earth's girth, and 0 for unknown places", () => {
    fc.assert(
      fc.property(sighting, sighting, (a, b) => {
        const km = distanceKm(a, b);
        expect(km).toBeCloseTo(distanceKm(b, a), 6);
        expect(km).toBeGreaterThanOrEqual(0);
        expect(km).toBeLessThanOrEqual(20_016);
      }),
    );
    expect(distanceKm({ latitude: null, longitude: 0 }, sydney)).toBe(0);
  });
});

test("has moved: to another country, another kind of client, or a hundred kilometres away", () => {
  const before = noRisk(seen());
  const moved = (more: Partial<Sighting>) => hasMoved(before, assess(before, seen(more), false, 0));
  expect(moved({ at_ms: HOUR_MS })).toBe(false);
  expect(moved({ country: "ES" })).toBe(true);
  expect(moved({ country: "" })).toBe(true);
  expect(moved({ tls_fingerprint: "t12d" })).toBe(true);
  expect(moved({ tls_fingerprint: "" })).toBe(false);
  expect(moved(porto)).toBe(true);
  expect(moved({ latitude: lisbon.latitude + 0.1 })).toBe(false);
});

describe("a session's risk", () => {
  test("ends the session when it is in Lisbon and an hour later in Sydney", () => {
    const risk = assess(noRisk(seen()), seen({ ...sydney, country: "AU", at_ms: HOUR_MS }), false, 0);
    expect(risk.reasons).toEqual(["impossible_travel", "new_country"]);
    expect(risk.score).toBeGreaterThanOrEqual(END_SCORE);
  });

  test("does not mind a flight that takes its time, beyond the new country", () => {
    const risk = assess(noRisk(seen()), seen({ ...sydney, country: "AU", at_ms: 24 * HOUR_MS }), false, 0);
    expect(risk.reasons).toEqual(["new_country"]);
    expect(risk.score).toBeLessThan(STEP_UP_SCORE);
  });

  test("wants a new authentication when two weaker reasons meet", () => {
    const changed = seen({ country: "ES", tls_fingerprint: "other", at_ms: HOUR_MS });
    const risk = assess(noRisk(seen()), changed, false, 0);
    expect(risk.score).toBeGreaterThanOrEqual(STEP_UP_SCORE);
    expect(risk.score).toBeLessThan(END_SCORE);
    expect(risk.raised_at_ms).toBe(HOUR_MS);
  });

  test("is not raised by what is unknown, nor by a hop that geolocation may invent", () => {
    const blind = seen({ latitude: null, longitude: null, country: "", tls_fingerprint: "", at_ms: 1 });
    expect(assess(noRisk(seen()), blind, false, 0).score).toBe(0);
    const near = seen({ latitude: 39.9, at_ms: 1 });
    expect(assess(noRisk(seen()), near, false, 0).score).toBe(0);
  });

  test("counts each reason once and never falls by itself, whatever is seen", () => {
    fc.assert(
      fc.property(sighting, fc.array(fc.tuple(sighting, fc.boolean()), { maxLength: 20 }), (first, later) => {
        let risk = noRisk(first);
        for (const [next, is_fast] of later) {
          const after = assess(risk, next, is_fast, 0);
          expect(after.score).toBeGreaterThanOrEqual(risk.score);
          expect(after.score).toBeLessThanOrEqual(100);
          expect(new Set(after.reasons).size).toBe(after.reasons.length);
          expect(after.last).toBe(next);
          risk = after;
        }
      }),
    );
  });
});

describe("after its owner has authenticated again, a session", () => {
  const stolen = { country: "ES", tls_fingerprint: "other" };
  const raised = assess(noRisk(seen()), seen({ ...stolen, at_ms: 5 }), false, 1);

  test("is not under suspicion, however often it is used from what it was used from before", () => {
    expect([4, 5, 6].map((authenticated_at_ms) => isSuspicious(raised, authenticated_at_ms))).toEqual([
      true,
      true,
      false,
    ]);
    const uses = [seen(), seen(stolen), seen({ country: "ES" }), seen({ country: "" }), seen()];
    let risk = raised;
    uses.forEach((use, at) => {
      const next = assess(risk, { ...use, at_ms: 10 + at }, false, 6);
      expect(isRaised(risk, next)).toBe(false);
      risk = next;
    });
    expect(risk).toMatchObject({ score: 45, raised_at_ms: 5 });
  });

  test("comes under suspicion by the same reasons again, from elsewhere", () => {
    const thief = { country: "AU", tls_fingerprint: "third" };
    const half = assess(raised, seen({ ...thief, tls_fingerprint: "other", at_ms: 9 }), false, 6);
    expect(half).toMatchObject({ score: 25, reasons: ["new_country"], raised_at_ms: 9 });
    expect([isRaised(raised, half), isSuspicious(half, 6)]).toEqual([true, false]);
    const whole = assess(half, seen({ ...thief, at_ms: 10 }), false, 6);
    expect(whole).toMatchObject({ score: 45, reasons: ["new_country", "new_fingerprint"], raised_at_ms: 10 });
    expect(isSuspicious(whole, 6)).toBe(true);
  });

  test("and where it never has, no reason counts twice", () => {
    const later = assess(raised, seen({ country: "AU", tls_fingerprint: "third", at_ms: 9 }), false, 1);
    expect(later).toMatchObject({ score: 45, raised_at_ms: 5 });
  });
});

test("what is not told in between makes nothing new familiar, nor anything familiar new", () => {
  const blind = seen({ country: "", tls_fingerprint: "", at_ms: 1 });
  const risk = assess(noRisk(seen()), blind, false, 0);
  expect(assess(risk, seen({ at_ms: 2 }), false, 0).score).toBe(0);
  expect(assess(risk, seen({ country: "AU", at_ms: 2 }), false, 0).reasons).toEqual(["new_country"]);
  expect(assess(noRisk(blind), seen({ at_ms: 2 }), false, 0).score, "nothing to compare with").toBe(0);
});

test("sixteen countries and fingerprints are remembered, the latest", () => {
  let risk = noRisk(seen());
  for (let at = 1; at <= 16; at += 1)
    risk = assess(risk, seen({ country: `C${at}`, tls_fingerprint: `t${at}`, at_ms: at }), false, 0);
  expect(risk.known.countries).toEqual(Array.from({ length: 16 }, (_, at) => `C${at + 1}`));
  expect(risk.known.tls_fingerprints).toHaveLength(16);
  const one = assess(noRisk(seen()), seen({ country: "ES" }), false, 0);
  expect(one.known).toEqual({ countries: ["PT", "ES"], tls_fingerprints: ["t13d"] });
});

describe("points", () => {
  const place = { latitude: 0, longitude: 0 };
  const east = (km: number) => (km / 6_371) * (180 / Math.PI);
  const at = (more: Partial<Sighting>) => seen({ ...place, ...more });

  test.each([
    ["impossible_travel", at({ longitude: 90, at_ms: 1 }), false, 70],
    ["request_velocity", at({ at_ms: 1 }), true, 20],
    ["new_country", at({ country: "ES", at_ms: 1 }), false, 25],
    ["new_fingerprint", at({ tls_fingerprint: "other", at_ms: 1 }), false, 20],
  ] as const)("of %s are %#", (reason, next, is_fast, score) => {
    expect(assess(noRisk(at({})), next, is_fast, 0)).toMatchObject({
      score,
      reasons: [reason],
      raised_at_ms: 1,
      last: next,
    });
  });

  test("add up to a hundred at most, and are raised when the last reason came", () => {
    const all = at({ longitude: 90, country: "ES", tls_fingerprint: "other", at_ms: 5 });
    const risk = assess(noRisk(at({})), all, true, 0);
    expect(risk).toMatchObject({ score: 100, raised_at_ms: 5 });
    expect(risk.reasons).toEqual(["impossible_travel", "request_velocity", "new_country", "new_fingerprint"]);
    const later = { ...all, at_ms: 9_000 };
    expect(assess(risk, later, true, 0)).toEqual({ ...risk, last: later });
    expect(
      assess(assess(noRisk(at({})), at({ at_ms: 3 }), true, 0), at({ country: "ES", at_ms: 4 }), false, 0),
    ).toMatchObject({
      score: 45,
      raised_at_ms: 4,
    });
  });

  test("begin at 40 to want a new authentication and at 70 to end", () => {
    expect([STEP_UP_SCORE, END_SCORE]).toEqual([40, 70]);
    const known = { countries: ["PT"], tls_fingerprints: ["t13d"] };
    expect(noRisk(at({}))).toEqual({ score: 0, reasons: [], raised_at_ms: 0, last: at({}), known });
    const [below, from] = [
      { score: 39.9, raised_at_ms: 7 },
      { score: 40, raised_at_ms: 7 },
    ];
    expect([isSuspicious(below, 0), isSuspicious(from, 0)]).toEqual([false, true]);
  });

  test("travel is impossible from 200 km on, and faster than 1,000 km in an hour", () => {
    const travels = (km: number, after_ms: number) =>
      assess(noRisk(at({})), at({ longitude: east(km), at_ms: after_ms }), false, 0).score > 0;
    expect([travels(199.9, 0), travels(200.1, 0)]).toEqual([false, true]);
    expect([travels(1_000.1, HOUR_MS), travels(999.9, HOUR_MS)]).toEqual([true, false]);
    const later = at({ longitude: east(1_500), at_ms: 2 * HOUR_MS });
    expect(assess(noRisk(at({ at_ms: HOUR_MS })), later, false, 0).score).toBe(70);
    expect(travels(5_000, -HOUR_MS), "a clock that went back").toBe(true);
  });

  test("a place is known by both its coordinates", () => {
    for (const lack of [{ latitude: null }, { longitude: null }]) {
      expect(distanceKm({ ...lisbon, ...lack }, sydney)).toBe(0);
      expect(distanceKm(sydney, { ...lisbon, ...lack })).toBe(0);
    }
    expect(distanceKm(place, { latitude: 90, longitude: 0 })).toBeCloseTo((6_371 * Math.PI) / 2, 6);
    expect(distanceKm(place, { latitude: 0, longitude: 180 })).toBeCloseTo(6_371 * Math.PI, 6);
    expect(distanceKm({ latitude: 60, longitude: 0 }, { latitude: 60, longitude: 90 })).toBeCloseTo(
      4_604.5,
      0,
    );
  });
});
