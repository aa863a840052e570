// Who may do what: roles to permissions, and the meeting of role and place.
// Permissions travel as a bit set over PERMISSIONS, so that a check is one AND.
import { PERMISSIONS, type Permission, type ProjectRole, type Role } from "../schema/role.ts";

const BIT = Object.fromEntries(PERMISSIONS.map((permission, index) => [permission, 1 << index])) as Record<
  Permission,
  number
>;

const bits = (...permissions: Permission[]): number => permissions.reduce((set, each) => set | BIT[each], 0);

const OBSERVER = bits("project:read", "project:list", "task:read");
const USER =
  OBSERVER |
  bits("project:create", "project:update", "project:delete") |
  bits("task:create", "task:update", "task:delete", "task:claim");
const COORDINATOR = USER | bits("task:assign", "worker:register", "worker:manage");
const ADMIN =
  COORDINATOR | bits("system:admin", "system:audit", "system:user_manage", "system:session_manage");

const ROLE_PERMISSIONS: Readonly<Record<Role, number>> = {
  USER,
  COORDINATOR,
  ADMIN,
  AUDITOR: bits("system:audit"),
  OBSERVER,
  WORKER: OBSERVER | bits("task:claim", "task:update"),
};

const VIEWER = OBSERVER;
const EDITOR = VIEWER | bits("task:create", "task:update", "task:delete", "task:assign", "task:claim");
const OWNER = EDITOR | bits("project:update", "project:delete");

const PLACE_PERMISSIONS: Readonly<Record<ProjectRole, number>> = {
  owner: OWNER,
  editor: EDITOR,
  viewer: VIEWER,
};

/** Roles that count only while a second factor is confirmed. */
const PRIVILEGED: ReadonlySet<Role> = new Set<Role>(["ADMIN", "COORDINATOR", "AUDITOR"]);

/** The roles in force: privileged ones only with confirmed MFA. */
export function effectiveRoles(roles: readonly Role[], mfa_confirmed: boolean): Role[] {
  return roles.filter((role) => mfa_confirmed || !PRIVILEGED.has(role));
}

export const isPrivileged = (roles: readonly Role[]): boolean => roles.some((role) => PRIVILEGED.has(role));

/** A list of permissions as a bit set. */
export const permissionsOf = (permissions: readonly Permission[]): number => bits(...permissions);

/** The union of the roles' permissions, as a bit set. */
export function permissionSet(roles: readonly Role[]): number {
  return roles.reduce((set, role) => set | ROLE_PERMISSIONS[role], 0);
}

/** An exception lasts no longer: what is to stay is a role. */
export const OVERRIDE_MS_MAX = 366 * 86_400_000;

/** An exception to the roles, until a time in ms; null in those that were made when they needed no end. */
export interface Override {
  readonly permission: Permission;
  readonly effect: "grant" | "deny";
  readonly until_ms: number | null;
}

export const isLive = ({ until_ms }: Override, now_ms: number): boolean =>
  until_ms === null || now_ms < until_ms;

/** Roles and live overrides together; a deny wins. Grants beyond a USER's need a confirmed second factor. */
export function permissionsInForce(
  roles: readonly Role[],
  overrides: readonly Override[],
  mfa_confirmed: boolean,
  now_ms: number,
): number {
  let granted = permissionSet(roles);
  let denied = 0;
  for (const override of overrides) {
    if (!isLive(override, now_ms)) continue;
    if (override.effect === "deny") denied |= BIT[override.permission];
    else if (mfa_confirmed || allows(USER, override.permission)) granted |= BIT[override.permission];
  }
  return granted & ~denied;
}

/** For the audit: which rule decided about a permission. */
export function ruleOf(
  permission: Permission,
  roles: readonly Role[],
  overrides: readonly Override[],
  now_ms: number,
): string {
  const live = overrides.filter((each) => each.permission === permission && isLive(each, now_ms));
  if (live.some(({ effect }) => effect === "deny")) return "override_deny";
  const role = roles.find((each) => allows(ROLE_PERMISSIONS[each], permission));
  if (role) return `role_${role.toLowerCase()}`;
  return live.length > 0 ? "override_grant" : "role_lacks";
}

/** Whether the set holds the permission. */
export const allows = (set: number, permission: Permission): boolean => (set & BIT[permission]) !== 0;

/** The permissions of a set, in the order of PERMISSIONS. */
export const listOf = (set: number): Permission[] =>
  PERMISSIONS.filter((permission) => allows(set, permission));

/** Whether every permission of `roles` is in the set: nobody hands out more than they have. */
export const covers = (set: number, roles: readonly Role[]): boolean => (permissionSet(roles) & ~set) === 0;

export interface AccessDecision {
  readonly allowed: boolean;
  /** For the audit: which rule decided. */
  readonly rule: string;
  /** Whether the caller may know that the project exists. */
  readonly visible: boolean;
}

/**
 * Access to a project: both the role and the place must allow.
 * ADMIN reaches every project; whoever is no member is not told that it exists.
 */
export function decideAccess(
  caller: { readonly roles: readonly Role[]; readonly permissions: number },
  project_role: ProjectRole | null,
  permission: Permission,
): AccessDecision {
  const admin = caller.roles.includes("ADMIN");
  if (project_role === null && !admin) return { allowed: false, rule: "not_a_member", visible: false };
  if (!allows(caller.permissions, permission)) return { allowed: false, rule: "role_lacks", visible: true };
  if (admin || project_role === null) return { allowed: admin, rule: "role_admin", visible: true };
  if (!allows(PLACE_PERMISSIONS[project_role], permission)) {
    return { allowed: false, rule: `place_${project_role}_lacks`, visible: true };
  }
  return { allowed: true, rule: `place_${project_role}`, visible: true };
}
