// The model's account: registered, confirmed, ordered about by its workspace, expired, swept.
import type { Order } from "../../../src/schema/messages/outbox.ts";
import type { Role } from "../../../src/schema/role.ts";
import { forgetOldProofs, hasExpired } from "./proofs.ts";
import { emptyMemory, endAllBut, sweep } from "./sessions.ts";
import { DAY_MS, emptyWorld, type World } from "./world.ts";

export interface Enrolment {
  readonly secret: string;
  readonly backup_codes: readonly string[];
}

export function register(
  world: World,
  roles: readonly Role[],
  mfa: Enrolment | null,
): "ok" | "username_taken" {
  if (world.account) return "username_taken";
  world.account = {
    status: mfa ? "unconfirmed" : "active",
    roles: [...roles],
    totp_secret: mfa?.secret ?? null,
    last_step: -1,
    backup_codes: [...(mfa?.backup_codes ?? [])],
    expires_at_ms: mfa ? world.clock_ms + DAY_MS : null,
    order_version: 0,
  };
  return "ok";
}

/** The first sign-in confirms the account. */
export function confirm(world: World): void {
  const account = world.account!;
  if (account.status === "unconfirmed") Object.assign(account, { status: "active", expires_at_ms: null });
}

export interface Rows {
  readonly first: number;
  readonly orders: readonly Order[];
}

/** Rows of the workspace count once and without a gap; of orders, only those with a risen version. */
export function receive(world: World, { first, orders }: Rows): "gone" | number {
  if (!world.account) return "gone";
  const expected = world.next_order ?? first;
  if (first > expected) return expected;
  const fresh = orders.slice(expected - first);
  for (const order of fresh) obey(world, order);
  if (fresh.length > 0) world.next_order = expected + fresh.length;
  return expected + fresh.length;
}

/** New roles or another status end every session, and a suspension every token; an ADMIN is denied no system permission. */
function obey(world: World, { version, roles, status, override }: Order): void {
  const account = world.account!;
  if (version <= account.order_version) return;
  account.order_version = version;
  emptyMemory(world);
  if (roles) account.roles = [...roles];
  if (status) account.status = status;
  if (roles?.includes("ADMIN")) {
    world.overrides = world.overrides.filter(
      ({ permission, effect }) => effect === "grant" || !permission.startsWith("system:"),
    );
  }
  if (roles || status) endAllBut(world, null);
  if (status === "suspended") world.api_tokens = [];
  if (!override) return;
  const { permission, effect, until_ms } = override;
  world.overrides = world.overrides.filter((each) => each.permission !== permission);
  if (effect) world.overrides.push({ permission, effect, until_ms });
}

/** What the alarm does: it forgets what is past, and an account that nobody confirmed in time. */
export function ring(world: World): void {
  if (!world.account) return;
  emptyMemory(world);
  if (world.account.status === "unconfirmed" && hasExpired(world)) {
    Object.assign(world, emptyWorld());
    return;
  }
  forgetOldProofs(world);
  sweep(world);
  const isAhead = (at_ms: number | null) => at_ms === null || at_ms > world.clock_ms;
  world.overrides = world.overrides.filter(({ until_ms }) => isAhead(until_ms));
  world.api_tokens = world.api_tokens.filter(({ expires_at_ms }) => isAhead(expires_at_ms));
}
