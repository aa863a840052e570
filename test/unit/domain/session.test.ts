// When a session ends: by idleness, by age, by a factor that it is bound to. The expectations are a table.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BindingMode } from "../../../src/domain/network.ts";
import {
  absoluteDeadline,
  type Bindings,
  bindTo,
  checkBindings,
  expiry,
  idleDeadline,
  isRecent,
  LAST_USE_STALE_MS,
  PARENT_GRACE_MS,
  RECENT_AUTHENTICATION_MS,
  type SessionLimits,
} from "../../../src/domain/session.ts";
import type { Source } from "../../../src/schema/messages/request.ts";
import { ROLES, type Role } from "../../../src/schema/role.ts";

const NOW_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const LIMITS: SessionLimits = {
  idle_ms: 30 * 60_000,
  absolute_ms: 24 * HOUR_MS,
  privileged_absolute_ms: 8 * HOUR_MS,
  sessions_max: 3,
};

describe("deadlines", () => {
  const times = {
    created_at_ms: NOW_MS,
    last_used_at_ms: NOW_MS,
    absolute_deadline_ms: NOW_MS + 24 * HOUR_MS,
  };

  test("an idle session ends after half an hour, to the millisecond", () => {
    expect(expiry(times, LIMITS, NOW_MS + LIMITS.idle_ms - 1)).toBe("alive");
    expect(expiry(times, LIMITS, NOW_MS + LIMITS.idle_ms)).toBe("idle_timeout");
    expect(idleDeadline(NOW_MS, LIMITS)).toBe(NOW_MS + LIMITS.idle_ms);
  });

  test("a session in use ends at its absolute deadline, to the millisecond", () => {
    const deadline_ms = times.absolute_deadline_ms;
    const used = { ...times, last_used_at_ms: deadline_ms - 1 };
    expect(expiry(used, LIMITS, deadline_ms - 1)).toBe("alive");
    expect(expiry(used, LIMITS, deadline_ms)).toBe("absolute_timeout");
  });

  test("no use and no renewal moves the absolute deadline", () => {
    fc.assert(
      fc.property(
        fc.nat(48 * HOUR_MS),
        fc.nat(48 * HOUR_MS),
        fc.nat(48 * HOUR_MS),
        (created, used, later) => {
          // A renewal is created later and used later, but carries its parent's deadline.
          const renewed = {
            created_at_ms: NOW_MS + created,
            last_used_at_ms: NOW_MS + created + used,
            absolute_deadline_ms: times.absolute_deadline_ms,
          };
          const at_ms = times.absolute_deadline_ms + later;
          expect(expiry(renewed, LIMITS, at_ms)).toBe("absolute_timeout");
        },
      ),
    );
  });

  test("alive means before both deadlines", () => {
    fc.assert(
      fc.property(fc.nat(25 * HOUR_MS), fc.nat(25 * HOUR_MS), (used_ms, now_offset) => {
        const last_used_at_ms = NOW_MS + Math.min(used_ms, now_offset);
        const now_ms = NOW_MS + now_offset;
        const alive = now_ms < times.absolute_deadline_ms && now_ms - last_used_at_ms < LIMITS.idle_ms;
        expect(expiry({ ...times, last_used_at_ms }, LIMITS, now_ms) === "alive").toBe(alive);
      }),
    );
  });

  test.each([
    ["USER", 24],
    ["COORDINATOR", 8],
    ["ADMIN", 8],
    ["AUDITOR", 24],
    ["OBSERVER", 24],
    ["WORKER", 24],
  ] as [Role, number][])("a session of %s lives %i hours at most", (role, hours) => {
    expect(absoluteDeadline(NOW_MS, [role], LIMITS)).toBe(NOW_MS + hours * HOUR_MS);
    expect(absoluteDeadline(NOW_MS, ["USER", role], LIMITS)).toBe(NOW_MS + hours * HOUR_MS);
  });

  test("one short-lived role among any others shortens the session", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...ROLES)), (roles) => {
        const short = roles.some((role) => role === "ADMIN" || role === "COORDINATOR");
        expect(absoluteDeadline(NOW_MS, roles, LIMITS)).toBe(NOW_MS + (short ? 8 : 24) * HOUR_MS);
      }),
    );
  });

  test("an authentication is recent for ten minutes, the last moment included", () => {
    expect(isRecent(NOW_MS, NOW_MS)).toBe(true);
    expect(isRecent(NOW_MS, NOW_MS + 600_000)).toBe(true);
    expect(isRecent(NOW_MS, NOW_MS + 600_001)).toBe(false);
    expect(isRecent(0, NOW_MS)).toBe(false);
    expect(isRecent(Number.NaN, NOW_MS)).toBe(false);
  });

  test("the numbers are those of the design", () => {
    expect(RECENT_AUTHENTICATION_MS).toBe(600_000);
    expect(PARENT_GRACE_MS).toBe(10_000);
    expect(LAST_USE_STALE_MS).toBeLessThanOrEqual(60_000);
  });
});

describe("bindings", () => {
  const FACTORS = ["address", "user_agent", "tls_fingerprint", "certificate"] as const;
  type Factor = (typeof FACTORS)[number];
  type Verdict = "agrees" | "violated" | "observed";

  const OFF = { address: "off", user_agent: "off", tls_fingerprint: "off", certificate: "off" } as const;
  const BOUND: Bindings = {
    address: "203.0.113.7",
    user_agent: "Mozilla/5.0",
    tls_fingerprint: "t13d1516h2_8daaf6152771_b186095e22b6",
    certificate: "9f86d081884c7d65",
  };
  /** The same, differing a little: within the network, or by case and white space. */
  const NEAR: Bindings = {
    address: "203.0.113.8",
    user_agent: "mozilla/5.0",
    tls_fingerprint: "T13D1516H2_8DAAF6152771_B186095E22B6",
    certificate: " 9f86d081884c7d65",
  };
  const FAR: Bindings = {
    address: "198.51.100.7",
    user_agent: "curl/8.5.0",
    tls_fingerprint: "t13d1516h2_000000000000_b186095e22b6",
    certificate: "2c26b46b68ffc68f",
  };
  const ABSENT: Bindings = { address: "", user_agent: "", tls_fingerprint: "", certificate: "" };

  function judge(factor: Factor, mode: BindingMode, bound: string, present: string): Verdict {
    const modes = { ...OFF, [factor]: mode };
    const verdict = checkBindings({ ...BOUND, [factor]: bound }, { ...FAR, [factor]: present }, modes);
    const listed = [...verdict.violated, ...verdict.observed];
    // Every other factor differs and is off: off means off.
    expect(listed.filter((each) => each !== factor)).toEqual([]);
    if (verdict.violated.includes(factor)) return "violated";
    return verdict.observed.includes(factor) ? "observed" : "agrees";
  }

  // Only addresses have a network; for the other factors `network` compares exactly.
  //                       same      near        far         gone        new         never there
  const TABLE: [BindingMode, readonly Factor[], ...Verdict[]][] = [
    ["exact", FACTORS, "agrees", "violated", "violated", "violated", "violated", "agrees"],
    ["network", ["address"], "agrees", "agrees", "violated", "violated", "violated", "agrees"],
    ["network", FACTORS.slice(1), "agrees", "violated", "violated", "violated", "violated", "agrees"],
    ["observe", FACTORS, "agrees", "observed", "observed", "observed", "observed", "agrees"],
    ["off", FACTORS, "agrees", "agrees", "agrees", "agrees", "agrees", "agrees"],
  ];
  const rows = TABLE.flatMap(([mode, factors, ...row]) => factors.map((each) => [each, mode, row] as const));

  test.each(rows)("%s under %s: same, near, far, gone, new, never there", (factor, mode, row) => {
    const [bound, near, far] = [BOUND[factor], NEAR[factor], FAR[factor]];
    const cases = [
      [bound, bound],
      [bound, near],
      [bound, far],
      [bound, ""],
      ["", bound],
      ["", ""],
    ] as const;
    expect(cases.map(([then, now]) => judge(factor, mode, then, now))).toEqual(row);
  });

  test.each([
    ["exact", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "agrees"],
    ["exact", "2001:db8:1:2::1", "2001:db8:1:3::1", "violated"],
    ["network", "2001:db8:1:2::1", "2001:db8:1:3::1", "agrees"],
    ["network", "2001:db8:1:2::1", "2001:db8:2:2::1", "violated"],
    ["exact", "203.0.113.7", "::ffff:203.0.113.7", "agrees"],
    ["exact", "::ffff:203.0.113.7", "::ffff:203.0.113.8", "violated"],
    ["network", "203.0.113.7", "2001:db8:1:2::1", "violated"],
    ["exact", "unknown", "unknown", "agrees"],
    ["network", "unknown", "unknown ", "violated"],
    ["observe", "2001:db8:1:2::1", "2001:db8:1:2::2", "agrees"],
  ] as [BindingMode, string, string, Verdict][])(
    "address under %s: %s then %s %s",
    (mode, then, now, verdict) => {
      expect(judge("address", mode, then, now)).toBe(verdict);
    },
  );

  test("only the address is compared as one: other factors that look like addresses are texts", () => {
    for (const factor of FACTORS.slice(1)) {
      for (const mode of ["exact", "network"] as const) {
        expect(judge(factor, mode, "203.0.113.7", "::ffff:203.0.113.7")).toBe("violated");
        expect(judge(factor, mode, "2001:db8::1", "2001:db8::2")).toBe("violated");
      }
    }
  });

  test("all violated factors are named, and the observed ones beside them", () => {
    const modes = {
      address: "exact",
      user_agent: "exact",
      tls_fingerprint: "observe",
      certificate: "exact",
    } as const;
    expect(checkBindings(BOUND, FAR, modes)).toEqual({
      violated: ["address", "user_agent", "certificate"],
      observed: ["tls_fingerprint"],
    });
    expect(checkBindings(BOUND, BOUND, modes)).toEqual({ violated: [], observed: [] });
    expect(checkBindings(BOUND, ABSENT, modes).violated).toEqual(["address", "user_agent", "certificate"]);
    expect(checkBindings(ABSENT, ABSENT, modes)).toEqual({ violated: [], observed: [] });
  });

  test("no text of a factor violates itself, and it makes nothing throw", () => {
    const modes = {
      address: "exact",
      user_agent: "exact",
      tls_fingerprint: "exact",
      certificate: "exact",
    } as const;
    const bindings = fc.record({
      address: fc.string(),
      user_agent: fc.string(),
      tls_fingerprint: fc.string(),
      certificate: fc.string(),
    });
    fc.assert(
      fc.property(bindings, bindings, (a, b) => {
        expect(checkBindings(a, { ...a }, modes).violated).toEqual([]);
        const differing = FACTORS.filter((factor) => a[factor] !== b[factor]);
        const { violated } = checkBindings(a, b, modes);
        for (const factor of differing) if (factor !== "address") expect(violated).toContain(factor);
      }),
    );
  });

  test("a session is bound to what was seen at sign-in, and to no place", () => {
    expect(bindTo({ ...BOUND, place: "Bern, CH" } as Source)).toEqual(BOUND);
  });
});
