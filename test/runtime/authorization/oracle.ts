// Who may do what, written down by hand from the design, for the tests alone: nothing here asks the product.
// The permission of an operation is the table's; what a role and a place grant is said here once more.
import type { Operation } from "../../../src/api/operation.ts";
import type { OperationId } from "../../../src/api/operations/index.ts";
import type { Permission, ProjectRole, Role } from "../../../src/schema/role.ts";

export interface Subject {
  readonly name: string;
  /** Null for a caller without a credential. */
  readonly role: Role | null;
  /** Role in the fixture project; null for no member. */
  readonly place: ProjectRole | null;
}

/** The people of the tests, and what each is in the fixture project. */
export const SUBJECTS = [
  { name: "anonymous", role: null, place: null },
  { name: "USER owner", role: "USER", place: "owner" },
  { name: "USER editor", role: "USER", place: "editor" },
  { name: "USER viewer", role: "USER", place: "viewer" },
  { name: "USER stranger", role: "USER", place: null },
  { name: "COORDINATOR editor", role: "COORDINATOR", place: "editor" },
  { name: "ADMIN stranger", role: "ADMIN", place: null },
  { name: "AUDITOR viewer", role: "AUDITOR", place: "viewer" },
  { name: "OBSERVER editor", role: "OBSERVER", place: "editor" },
  { name: "WORKER editor", role: "WORKER", place: "editor" },
] as const satisfies Subject[];

export type SubjectName = (typeof SUBJECTS)[number]["name"];

const OBSERVER = ["project:read", "project:list", "task:read"] as const;
const USER = [
  ...OBSERVER,
  ...(["project:create", "project:update", "project:delete"] as const),
  ...(["task:create", "task:update", "task:delete", "task:claim"] as const),
] as const;
const COORDINATOR = [...USER, "task:assign", "worker:register", "worker:manage"] as const;

const ROLE_GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  USER,
  COORDINATOR,
  ADMIN: [...COORDINATOR, "system:admin", "system:audit", "system:user_manage", "system:session_manage"],
  AUDITOR: ["system:audit"],
  OBSERVER,
  WORKER: [...OBSERVER, "task:claim", "task:update"],
};

const VIEWER = ["project:read", "project:list", "task:read"] as const;
const EDITOR = [
  ...VIEWER,
  ...(["task:create", "task:update", "task:delete", "task:assign", "task:claim"] as const),
] as const;

const PLACE_GRANTS: Readonly<Record<ProjectRole, readonly Permission[]>> = {
  viewer: VIEWER,
  editor: EDITOR,
  owner: [...EDITOR, "project:update", "project:delete"],
};

/** Where the place must grant more than the operation's permission: removing somebody else is the owner's. */
const PLACE_NEEDS: Partial<Record<OperationId, Permission>> = { removeMember: "project:update" };

/** What the fixtures ask for and the table cannot say. */
const BY_HAND: Partial<Record<OperationId, (role: Role) => number | null>> = {
  // Somebody else's record: whoever may not manage users is not told that the user exists.
  readUser: (role) => (role === "ADMIN" ? null : 404),
  // Privileged roles keep their second factor.
  removeMfa: (role) => (["ADMIN", "COORDINATOR", "AUDITOR"].includes(role) ? 409 : null),
};

/** The status of admission: before input is read and before any other object is asked. */
export function admission(operation: Operation, { role }: Subject): 200 | 401 | 403 {
  if (operation.caller === "anonymous") return 200;
  if (role === null) return 401;
  const { permission } = operation;
  return permission === undefined || ROLE_GRANTS[role].includes(permission) ? 200 : 403;
}

/** The status of a request that is well-formed, in time and within its limits. */
export function outcome(id: OperationId, operation: Operation, subject: Subject): number {
  const admitted = admission(operation, subject);
  if (admitted !== 200) return admitted;
  const { role, place } = subject;
  if (operation.caller === "anonymous" || role === null) return operation.reply.status;
  const special = BY_HAND[id]?.(role) ?? null;
  if (special !== null) return special;
  if (!operation.path.startsWith("/v1/projects/{project_id}") || role === "ADMIN")
    return operation.reply.status;
  if (place === null) return 404;
  const needed = PLACE_NEEDS[id] ?? operation.permission;
  return needed && PLACE_GRANTS[place].includes(needed) ? operation.reply.status : 403;
}
