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
  /** For a caller with an API token: what the token is limited to. */
  readonly token?: readonly Permission[];
  /** A registered worker, whose requests are signed. */
  readonly signed?: true;
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
  { name: "signing WORKER editor", role: "WORKER", place: "editor", signed: true },
  {
    name: "API token of the owner",
    role: "USER",
    place: "owner",
    token: ["project:create", "project:list", "project:read", "project:update", "task:create", "task:read"],
  },
  { name: "API token of the ADMIN", role: "ADMIN", place: null, token: ["project:read", "system:audit"] },
] as const satisfies Subject[];

/** Who is to be tried: operations for strangers read no credential, so the least and the mightiest will do. */
export function callersOf({ caller }: Operation): readonly Subject[] {
  if (caller === "integration") return SUBJECTS.filter(({ role }) => role === null);
  return caller === "anonymous" ? SUBJECTS.filter(({ role }) => role === null || role === "ADMIN") : SUBJECTS;
}

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
const BY_HAND: Partial<Record<OperationId, (subject: Subject) => number | null>> = {
  // Somebody else's record: whoever may not manage users is not told that the user exists.
  readUser: (subject) => (may(subject, "system:user_manage") ? null : 404),
  // A worker's record and keys: whoever does not manage workers is told of none but themselves.
  readWorker: managesWorkers,
  listKeys: managesWorkers,
  addKey: managesWorkers,
  revokeKey: managesWorkers,
  renewCertificate: managesWorkers,
  heartbeat: ({ signed }) => (signed ? null : 404),
  // The first event is none of theirs: to whoever may not read the log it is not there.
  proveEntry: (subject) => (may(subject, "system:audit") ? null : 404),
  // The endpoints of the fixture project: for its owner, and for ADMIN.
  createWebhook: managesFixture,
  listWebhooks: managesFixture,
  readWebhook: managesFixture,
  updateWebhook: managesFixture,
  deleteWebhook: managesFixture,
  rotateWebhook: managesFixture,
  testWebhook: managesFixture,
  listDeliveries: managesFixture,
  readDelivery: managesFixture,
  replayDelivery: managesFixture,
  replayDeliveries: managesFixture,
  // Privileged roles keep their second factor.
  removeMfa: ({ role }) => (["ADMIN", "COORDINATOR", "AUDITOR"].includes(role!) ? 409 : null),
};

function managesWorkers(subject: Subject): number | null {
  return may(subject, "worker:manage") ? null : 404;
}

function managesFixture({ role, place }: Subject): number | null {
  if (role === "ADMIN" || place === "owner") return null;
  return place === null ? 404 : 403;
}

function may({ role, token }: Subject, permission: Permission): boolean {
  return role !== null && ROLE_GRANTS[role].includes(permission) && (token?.includes(permission) ?? true);
}

/** The status of admission: before input is read and before any other object is asked. */
export function admission(operation: Operation, subject: Subject): 200 | 401 | 403 {
  if (operation.caller !== "session") return 200;
  if (subject.role === null) return 401;
  if ((subject.token || subject.signed) && !operation.api_tokens) return 403;
  if (operation.proof_of_key && !subject.signed) return 403;
  const { permission } = operation;
  return permission === undefined || may(subject, permission) ? 200 : 403;
}

/** The status of a request that is well-formed, in time and within its limits. */
export function outcome(id: OperationId, operation: Operation, subject: Subject): number {
  const admitted = admission(operation, subject);
  if (admitted !== 200) return admitted;
  const { role, place } = subject;
  if (operation.caller !== "session") return operation.reply.status;
  const special = BY_HAND[id]?.(subject) ?? null;
  if (special !== null) return special;
  if (!/^\/v1\/(?:projects\/\{project_id\}|integrations)/u.test(operation.path))
    return operation.reply.status;
  if (place === null && role !== "ADMIN") return 404;
  const needed = PLACE_NEEDS[id] ?? operation.permission!;
  if (!may(subject, needed)) return 403;
  return role === "ADMIN" || PLACE_GRANTS[place!].includes(needed) ? operation.reply.status : 403;
}
