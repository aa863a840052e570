// The reference model of one principal: what the design promises about accounts, sessions, nonces, codes, tokens and
// roles, as plain state. It imports no decision of the product: only formats, and the names of roles and permissions.
// Where the design lets an answer lag ("last use may be a minute stale"), a time is a span, and a world in which it
// matters splits into the worlds that are possible; those that the product contradicts are dropped.
import type { Source } from "../../../src/schema/messages/request.ts";
import type { Permission, Role } from "../../../src/schema/role.ts";

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** A time that is known to lie between two, both included. */
export interface Span {
  from_ms: number;
  to_ms: number;
}

export interface Account {
  status: "unconfirmed" | "active" | "suspended";
  roles: Role[];
  /** The authenticator's secret; null without a second factor. It counts once the account is confirmed. */
  totp_secret: string | null;
  last_step: number;
  backup_codes: string[];
  /** For an account that nobody has confirmed. */
  expires_at_ms: number | null;
  order_version: number;
}

/** One token of a session. Those that one was renewed from or handed off into share its family. */
export interface Session {
  id: string;
  family: string;
  bound: Source;
  created_at_ms: number;
  made_at_ms: number;
  deadline_ms: number;
  authenticated_at_ms: number;
  replaced_at_ms: number | null;
  used: Span;
  /** The object's memory knows the last use exactly; its storage may be a minute behind. */
  in_memory: boolean;
  seen: Seen;
  reasons: Reason[];
  raised_at_ms: number;
  /** Countries and fingerprints that it was used from. */
  known: { countries: string[]; fingerprints: string[] };
}

/** Where a session was last seen, and since when that has been stored. */
export interface Seen {
  source: Source;
  at: Span;
  stored_at_ms: number;
}

export type Reason = "impossible_travel" | "new_country" | "new_fingerprint";

export interface World {
  account: Account | null;
  /** The object's time, which never runs backward. */
  clock_ms: number;
  sessions: Session[];
  tickets: { id: string; session_id: string; expires_at_ms: number; used: boolean }[];
  nonces: { nonce: string; forget_at_ms: number }[];
  failures_ms: number[];
  /** Networks with an earlier success. */
  networks: string[];
  overrides: { permission: Permission; effect: "grant" | "deny"; until_ms: number | null }[];
  api_tokens: { id: string; permissions: readonly Permission[]; expires_at_ms: number }[];
  /** The next row to be taken from the workspace; null before the first. */
  next_order: number | null;
}

export const emptyWorld = (): World => ({
  account: null,
  clock_ms: 0,
  sessions: [],
  tickets: [],
  nonces: [],
  failures_ms: [],
  networks: [],
  overrides: [],
  api_tokens: [],
  next_order: null,
});

/** The one world, or the two of them where that time may lie on either side of the threshold. */
export function split(
  world: World,
  spanIn: (world: World) => Span | undefined,
  threshold_ms: number,
): World[] {
  const span = spanIn(world);
  if (!span || span.to_ms <= threshold_ms || span.from_ms > threshold_ms) return [world];
  const early = structuredClone(world);
  spanIn(early)!.to_ms = threshold_ms;
  spanIn(world)!.from_ms = Math.floor(threshold_ms) + 1;
  return [early, world];
}

const USER: readonly Permission[] = [
  "project:create",
  "project:read",
  "project:update",
  "project:delete",
  "project:list",
  "task:create",
  "task:read",
  "task:update",
  "task:delete",
  "task:claim",
];
const COORDINATOR: readonly Permission[] = [...USER, "task:assign", "worker:register", "worker:manage"];
const OBSERVER: readonly Permission[] = ["project:read", "project:list", "task:read"];

/** The design's table of roles. */
const PERMISSIONS_OF: Readonly<Record<Role, readonly Permission[]>> = {
  USER,
  COORDINATOR,
  ADMIN: [...COORDINATOR, "system:admin", "system:audit", "system:user_manage", "system:session_manage"],
  AUDITOR: ["system:audit"],
  OBSERVER,
  WORKER: [...OBSERVER, "task:claim", "task:update"],
};
const NEEDS_FACTOR: readonly Role[] = ["ADMIN", "COORDINATOR", "AUDITOR"];

export const hasFactor = ({ account }: World): boolean =>
  account?.totp_secret != null && account.status !== "unconfirmed";

export function rolesInForce(world: World): Role[] {
  return world.account!.roles.filter((role) => hasFactor(world) || !NEEDS_FACTOR.includes(role));
}

/** Both the roles and the exceptions to them: a deny wins, and what needs a factor is granted only with one. */
export function may(world: World, permission: Permission): boolean {
  const live = world.overrides.filter(
    ({ until_ms, permission: of }) => of === permission && (until_ms === null || world.clock_ms < until_ms),
  );
  if (live.some(({ effect }) => effect === "deny")) return false;
  if (rolesInForce(world).some((role) => PERMISSIONS_OF[role].includes(permission))) return true;
  return live.length > 0 && (hasFactor(world) || USER.includes(permission));
}
