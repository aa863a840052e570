// The matrix of roles, places and permissions, written out by hand from the design: an oracle of its own.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allows,
  covers,
  decideAccess,
  effectiveRoles,
  isLive,
  isPrivileged,
  type Override,
  permissionSet,
  permissionsInForce,
  ruleOf,
} from "../../../src/domain/role.ts";
import {
  PERMISSIONS,
  type Permission,
  PROJECT_ROLES,
  type ProjectRole,
  ROLES,
  type Role,
} from "../../../src/schema/role.ts";

const NOW_MS = 1_800_000_000_000;

// U USER, C COORDINATOR, A ADMIN, T AUDITOR, O OBSERVER, W WORKER; in a project: o owner, e editor, v viewer.
const MATRIX: Record<Permission, { roles: string; places: string }> = {
  "project:create": { roles: "U C A . . .", places: "" },
  "project:read": { roles: "U C A . O W", places: "o e v" },
  "project:update": { roles: "U C A . . .", places: "o" },
  "project:delete": { roles: "U C A . . .", places: "o" },
  "project:list": { roles: "U C A . O W", places: "o e v" },
  "task:create": { roles: "U C A . . .", places: "o e" },
  "task:read": { roles: "U C A . O W", places: "o e v" },
  "task:update": { roles: "U C A . . W", places: "o e" },
  "task:delete": { roles: "U C A . . .", places: "o e" },
  "task:assign": { roles: ". C A . . .", places: "o e" },
  "task:claim": { roles: "U C A . . W", places: "o e" },
  "worker:register": { roles: ". C A . . .", places: "" },
  "worker:manage": { roles: ". C A . . .", places: "" },
  "system:admin": { roles: ". . A . . .", places: "" },
  "system:audit": { roles: ". . A T . .", places: "" },
  "system:user_manage": { roles: ". . A . . .", places: "" },
  "system:session_manage": { roles: ". . A . . .", places: "" },
};
const LETTER: Record<Role, string> = {
  USER: "U",
  COORDINATOR: "C",
  ADMIN: "A",
  AUDITOR: "T",
  OBSERVER: "O",
  WORKER: "W",
};
const roleMay = (role: Role, permission: Permission) => MATRIX[permission].roles.includes(LETTER[role]);
const placeMay = (place: ProjectRole, permission: Permission) =>
  MATRIX[permission].places.includes(place[0]!);

const someRoles = fc.subarray([...ROLES]);
const permissions = fc.constantFrom(...PERMISSIONS);
const callerWith = (roles: readonly Role[], set = permissionSet(roles)) => ({ roles, permissions: set });

describe("roles and permissions", () => {
  test("are the six and seventeen of the design", () => {
    expect(Object.keys(MATRIX)).toEqual([...PERMISSIONS]);
    expect(Object.keys(LETTER)).toEqual([...ROLES]);
    expect(PERMISSIONS).toHaveLength(17);
  });

  test.each(ROLES)("%s may do what the matrix says, and nothing else", (role) => {
    const set = permissionSet([role]);
    const allowed = PERMISSIONS.filter((permission) => allows(set, permission));
    expect(allowed).toEqual(PERMISSIONS.filter((permission) => roleMay(role, permission)));
  });

  test("several roles may do what any of them may; no role may do nothing", () => {
    fc.assert(
      fc.property(someRoles, permissions, (roles, permission) => {
        const expected = roles.some((role) => roleMay(role, permission));
        expect(allows(permissionSet(roles), permission)).toBe(expected);
      }),
    );
    expect(permissionSet([])).toBe(0);
  });

  test("each permission is a bit of its own in a number that stays positive", () => {
    const each = PERMISSIONS.map((wanted) =>
      PERMISSIONS.filter((permission) =>
        allows(permissionsInForce([], [grant(wanted)], true, NOW_MS), permission),
      ),
    );
    expect(each).toEqual(PERMISSIONS.map((permission) => [permission]));
    expect(permissionSet(ROLES)).toBeGreaterThan(0);
    expect(permissionSet(ROLES)).toBeLessThanOrEqual(0x7fffffff);
  });

  test("words that are no role or permission give nothing", () => {
    for (const word of ["", "admin", "ROOT", "__proto__", "constructor", "toString"]) {
      expect(permissionSet([word as Role])).toBe(0);
      expect(allows(permissionSet(ROLES), word as Permission)).toBe(false);
    }
  });

  test("nobody hands out a role with more than they have", () => {
    fc.assert(
      fc.property(someRoles, someRoles, (own, given) => {
        const has = (permission: Permission) => own.some((role) => roleMay(role, permission));
        const expected = PERMISSIONS.every(
          (permission) => has(permission) || !given.some((role) => roleMay(role, permission)),
        );
        expect(covers(permissionSet(own), given)).toBe(expected);
      }),
    );
    expect(covers(permissionSet(["COORDINATOR"]), ["ADMIN"])).toBe(false);
    expect(covers(permissionSet(["COORDINATOR"]), ["AUDITOR"])).toBe(false);
    expect(covers(permissionSet(["WORKER"]), ["USER"])).toBe(false);
    expect(covers(permissionSet(["ADMIN"]), ROLES)).toBe(true);
  });

  test("an ADMIN who was denied a permission cannot hand it out", () => {
    const without = permissionsInForce(["ADMIN"], [deny("system:audit")], true, NOW_MS);
    expect(covers(without, ["AUDITOR"])).toBe(false);
    expect(covers(without, ["USER"])).toBe(true);
  });

  test("ADMIN, COORDINATOR and AUDITOR count only with a confirmed second factor", () => {
    expect(effectiveRoles(ROLES, true)).toEqual([...ROLES]);
    expect(effectiveRoles(ROLES, false)).toEqual(["USER", "OBSERVER", "WORKER"]);
    expect(effectiveRoles(["ADMIN"], false)).toEqual([]);
    for (const role of ROLES) {
      expect(isPrivileged([role])).toBe(["ADMIN", "COORDINATOR", "AUDITOR"].includes(role));
    }
    expect(isPrivileged(["USER", "AUDITOR"])).toBe(true);
    expect(isPrivileged([])).toBe(false);
  });
});

const grant = (permission: Permission, until_ms: number | null = null): Override => ({
  permission,
  effect: "grant",
  until_ms,
});
const deny = (permission: Permission, until_ms: number | null = null): Override => ({
  permission,
  effect: "deny",
  until_ms,
});

describe("overrides", () => {
  test("an override lives until its end, which is no longer of it", () => {
    expect(isLive(deny("task:read", NOW_MS), NOW_MS - 1)).toBe(true);
    expect(isLive(deny("task:read", NOW_MS), NOW_MS)).toBe(false);
    expect(isLive(deny("task:read"), NOW_MS)).toBe(true);
  });

  const override = fc.record({
    permission: permissions,
    effect: fc.constantFrom<Override["effect"]>("grant", "deny"),
    until_ms: fc.option(fc.integer({ min: NOW_MS - 2, max: NOW_MS + 2 })),
  });

  test("a live deny wins over every role and grant; what is over counts no more", () => {
    const all = fc.array(override, { maxLength: 8 });
    fc.assert(
      fc.property(someRoles, all, fc.boolean(), permissions, (roles, overrides, mfa, permission) => {
        const live = overrides.filter(
          (each) => each.permission === permission && (each.until_ms === null || each.until_ms > NOW_MS),
        );
        const denied = live.some((each) => each.effect === "deny");
        const byRole = roles.some((role) => roleMay(role, permission));
        const byGrant = live.length > 0 && !denied && (mfa || roleMay("USER", permission));
        const set = permissionsInForce(roles, overrides, mfa, NOW_MS);
        expect(allows(set, permission)).toBe(!denied && (byRole || byGrant));
        const rule = ruleOf(permission, roles, overrides, NOW_MS);
        if (denied) expect(rule).toBe("override_deny");
        else if (byRole) expect(roles.map((role) => `role_${role.toLowerCase()}`)).toContain(rule);
        else expect(rule).toBe(live.length > 0 ? "override_grant" : "role_lacks");
      }),
      { numRuns: 1_000 },
    );
  });

  test("the order of overrides decides nothing", () => {
    fc.assert(
      fc.property(someRoles, fc.array(override, { maxLength: 8 }), (roles, overrides) => {
        const set = permissionsInForce(roles, overrides, true, NOW_MS);
        expect(permissionsInForce(roles, [...overrides].reverse(), true, NOW_MS)).toBe(set);
      }),
    );
  });

  test("without a second factor no grant gives more than a USER has", () => {
    const all = PERMISSIONS.map((permission) => grant(permission));
    const set = permissionsInForce([], all, false, NOW_MS);
    expect(PERMISSIONS.filter((permission) => allows(set, permission))).toEqual(
      PERMISSIONS.filter((permission) => roleMay("USER", permission)),
    );
  });
});

describe("access to a project", () => {
  const cases = ROLES.flatMap((role) => [null, ...PROJECT_ROLES].map((place) => [role, place] as const));

  test.each(cases)("%s as %s: role and place must both allow", (role, place) => {
    for (const permission of PERMISSIONS) {
      const decision = decideAccess(callerWith([role]), place, permission);
      const byPlace = role === "ADMIN" || (place !== null && placeMay(place, permission));
      expect(decision.allowed, permission).toBe(roleMay(role, permission) && byPlace);
      expect(decision.visible, permission).toBe(role === "ADMIN" || place !== null);
    }
  });

  test("ADMIN reaches every project by role_admin", () => {
    for (const place of [null, ...PROJECT_ROLES]) {
      const decision = decideAccess(callerWith(["ADMIN"]), place, "project:delete");
      expect(decision).toEqual({ allowed: true, rule: "role_admin", visible: true });
    }
  });

  test("whoever is no member is told nothing, whatever the permission", () => {
    fc.assert(
      fc.property(fc.subarray(ROLES.filter((role) => role !== "ADMIN")), permissions, (roles, permission) => {
        const decision = decideAccess(callerWith(roles), null, permission);
        expect(decision).toEqual({ allowed: false, rule: "not_a_member", visible: false });
      }),
    );
  });

  test("the permissions in force decide, not the name of the role: a deny holds for an ADMIN and an owner", () => {
    for (const role of ROLES) {
      for (const place of [null, ...PROJECT_ROLES]) {
        for (const permission of PERMISSIONS) {
          const set = permissionsInForce([role], [deny(permission)], true, NOW_MS);
          expect(decideAccess(callerWith([role], set), place, permission).allowed).toBe(false);
        }
      }
    }
  });

  test("permissions without the ADMIN role do not open other people's projects", () => {
    const all = permissionSet(ROLES);
    const caller = callerWith(["COORDINATOR"], all);
    for (const permission of PERMISSIONS) {
      expect(decideAccess(caller, null, permission)).toMatchObject({ allowed: false, visible: false });
      expect(decideAccess(caller, "viewer", permission).allowed).toBe(placeMay("viewer", permission));
    }
  });

  test("the rule names what decided", () => {
    const rule = (role: Role, place: ProjectRole | null, permission: Permission) =>
      decideAccess(callerWith([role]), place, permission).rule;
    expect(rule("USER", "owner", "project:delete")).toBe("place_owner");
    expect(rule("USER", "editor", "project:delete")).toBe("place_editor_lacks");
    expect(rule("USER", "viewer", "task:update")).toBe("place_viewer_lacks");
    expect(rule("OBSERVER", "owner", "task:update")).toBe("role_lacks");
    expect(rule("USER", null, "task:read")).toBe("not_a_member");
  });
});
