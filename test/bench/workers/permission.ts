// Permission checks inside an isolate. Clocks stand still there while code runs, so the caller takes the
// time of `GET /allows?n=N` (role alone) or `GET /access?n=N` (role and place) and subtracts that of n=0.
// `/set` is the plain way to do the same: a Set of names for each role.
import { allows, decideAccess, permissionSet } from "../../../src/domain/role.ts";
import { PERMISSIONS, PROJECT_ROLES, ROLES } from "../../../src/schema/role.ts";

const callers = ROLES.map((role) => ({ roles: [role], permissions: permissionSet([role]) }));

const sets = callers.map(
  ({ permissions }) => new Set<string>(PERMISSIONS.filter((permission) => allows(permissions, permission))),
);

const checks: Readonly<Record<string, (n: number) => number>> = {
  "/set": (n) => {
    let allowed = 0;
    for (let i = 0; i < n; i++)
      if (sets[i % sets.length]!.has(PERMISSIONS[i % PERMISSIONS.length]!)) allowed++;
    return allowed;
  },
  "/allows": (n) => {
    let allowed = 0;
    for (let i = 0; i < n; i++)
      if (allows(callers[i % callers.length]!.permissions, PERMISSIONS[i % PERMISSIONS.length]!)) allowed++;
    return allowed;
  },
  "/access": (n) => {
    let allowed = 0;
    for (let i = 0; i < n; i++) {
      const permission = PERMISSIONS[i % PERMISSIONS.length]!;
      const place = PROJECT_ROLES[i % PROJECT_ROLES.length]!;
      if (decideAccess(callers[i % callers.length]!, place, permission).allowed) allowed++;
    }
    return allowed;
  },
};

export default {
  fetch(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    const check = checks[pathname];
    if (!check) return new Response(null, { status: 404 });
    return Response.json({ allowed: check(Number(searchParams.get("n"))) });
  },
};
