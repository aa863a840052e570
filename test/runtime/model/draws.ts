// How sequences are drawn: mostly what people do, with the odd mistake, and jumps to just before, at and just after
// the moments at which something ends.
import fc from "fast-check";
import { PERMISSIONS, type Permission, ROLES, type Role } from "../../../src/schema/role.ts";
import type { Policy } from "./admission.ts";
import type { Command, Decision, ProofPlan, Sequence } from "./commands.ts";
import { DEVICES, type Device, MOVES, type Move } from "./sources.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./world.ts";

const nth = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(3) });
const mostly = <Value>(usual: Value, weight: number, others: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });
const rarely = mostly(false, 11, fc.constant(true));
const of = <Key extends string>(record: Readonly<Record<Key, unknown>>) =>
  fc.constantFrom(...(Object.keys(record) as Key[]));

const which = fc.record({ alive: mostly(true, 4, fc.constant(false)), nth });
/** After a renewal: the token that was renewed. */
const parent = fc.constant({ alive: true, nth: 1 });
const device = of(DEVICES);
const move = mostly<Move>("none", 3, of(MOVES));
const seldom_move = mostly<Move>("none", 9, of(MOVES));
/** Mostly one of few, so that an exception meets a request for it. */
const permission = fc.oneof(
  fc.constantFrom<Permission[]>("project:create", "task:assign", "system:audit"),
  fc.constantFrom(...PERMISSIONS),
);
const own_permission = mostly<Permission>(
  "project:list",
  1,
  fc.constantFrom("task:read", "task:create", "project:read"),
);
const permissions = fc.uniqueArray(
  mostly("project:list", 1, fc.oneof(own_permission, own_permission, permission)),
  {
    minLength: 1,
    maxLength: 3,
  },
);
export const roles = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Role[]>(["USER"], ["ADMIN"], ["COORDINATOR"]) },
  { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 2 }) },
);
const policy: fc.Arbitrary<Policy> = fc.record({
  permission: mostly<Permission | null>(null, 2, permission),
  recent_authentication: mostly(false, 2, fc.constant(true)),
  under_suspicion: mostly(false, 2, fc.constant(true)),
});
const proof: fc.Arbitrary<ProofPlan> = fc.record({
  password: mostly(true, 9, fc.constant(false)),
  code: mostly<ProofPlan["code"]>(
    "wait",
    4,
    fc.constantFrom(
      "fresh",
      "fresh",
      "used",
      "late",
      "ahead",
      "none",
      "backup",
      "lower_backup",
      "used_backup",
    ),
  ),
  nonce: mostly<ProofPlan["nonce"]>("fresh", 7, fc.constant("replayed")),
  age_ms: mostly(0, 4, fc.constantFrom(299_999, 300_000, 300_001, 400_000, -60_000, -60_001, 150_000)),
});
const in_time: ProofPlan = { password: true, code: "fresh", nonce: "fresh", age_ms: 0 };
const decision: fc.Arbitrary<Decision> = fc.oneof(
  fc.record({ roles }),
  fc.record({ status: fc.constantFrom("active" as const, "suspended" as const) }),
  fc.record({
    permission,
    effect: fc.constantFrom("grant" as const, "deny" as const, null),
    for_ms: fc.constantFrom(null, 10 * SECOND_MS, 5 * MINUTE_MS, HOUR_MS, -1),
  }),
);
const jump_ms = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 * MINUTE_MS }) },
  { weight: 6, arbitrary: fc.constantFrom(SECOND_MS, 10 * SECOND_MS, 30 * SECOND_MS, 59_999, MINUTE_MS) },
  { weight: 3, arbitrary: fc.constantFrom(5 * MINUTE_MS, 12 * MINUTE_MS, 20 * MINUTE_MS, 29 * MINUTE_MS) },
  { weight: 1, arbitrary: fc.constantFrom(30 * MINUTE_MS, 7 * HOUR_MS, DAY_MS, 3 * DAY_MS) },
);

type Draw<Kind extends Command["kind"]> = Omit<Extract<Command, { kind: Kind }>, "kind">;
const of_kind = <Kind extends Command["kind"]>(
  kind: Kind,
  fields: { readonly [Field in keyof Draw<Kind>]: fc.Arbitrary<Draw<Kind>[Field]> },
): fc.Arbitrary<Command> =>
  fc.record({ kind: fc.constant(kind), ...fields }) as unknown as fc.Arbitrary<Command>;

const edge = { offset_ms: fc.constantFrom(-1, 0, 1) };
const draws = {
  register: of_kind("register", { roles, mfa: fc.boolean() }),
  sign_in: of_kind("sign_in", { device, move: seldom_move, proof }),
  sign_in_by_backup_code: of_kind("sign_in", {
    device,
    move: fc.constant("none" as const),
    proof: fc
      .constantFrom<ProofPlan["code"][]>("backup", "used_backup")
      .map((code) => ({ ...in_time, code })),
  }),
  guess: of_kind("guess", { times: fc.constantFrom(3, 10, 19, 20), device }),
  admit: of_kind("admit", { which, wrong_secret: rarely, move, policy }),
  stay: of_kind("stay", { which, hours: fc.constantFrom(1, 7.75, 8, 17, 23.75, 24) }),
  renew: of_kind("renew", { which, move: seldom_move }),
  begin_handoff: of_kind("begin_handoff", { which }),
  accept_handoff: of_kind("accept_handoff", { nth, wrong_secret: rarely, device, proof }),
  accept_in_time: of_kind("accept_handoff", {
    nth: fc.constant(0),
    wrong_secret: rarely,
    device,
    proof: fc.constant(in_time),
  }),
  reuse: of_kind("admit", { which: parent, wrong_secret: rarely, move: seldom_move, policy }),
  renew_again: of_kind("renew", { which: parent, move: seldom_move }),
  step_up: of_kind("step_up", { which, move: seldom_move, proof }),
  sign_out: of_kind("sign_out", { which }),
  end_session: of_kind("end_session", { which, other: which }),
  end_others: of_kind("end_others", { which }),
  end_all: of_kind("end_all", {}),
  orders: of_kind("orders", {
    decisions: fc.array(decision, { minLength: 1, maxLength: 2 }),
    version_offset: mostly(0, 4, fc.constantFrom(-2, -1, 3)),
    row_offset: mostly(0, 6, fc.constantFrom(-2, -1, 1)),
  }),
  create_token: of_kind("create_token", { which, permissions, days: fc.constantFrom(1, 2, 30) }),
  use_token: of_kind("use_token", {
    nth,
    wrong_secret: rarely,
    for_tokens: mostly(true, 6, fc.constant(false)),
    permission: mostly<Permission | null>(null, 1, permission),
  }),
  revoke_token: of_kind("revoke_token", { which, nth }),
  jump: of_kind("jump", { ms: jump_ms }),
  to_edge: of_kind("to_edge", { ...edge, nth: mostly(0, 1, fc.nat(6)) }),
  to_next_edge: of_kind("to_edge", { ...edge, nth: fc.constant(0) }),
  to_last_edge: of_kind("to_edge", { ...edge, nth: fc.constant(-1) }),
  step_back: of_kind("step_back", { ms: fc.integer({ min: 1, max: 90 * SECOND_MS }) }),
  evict: of_kind("evict", {}),
  ring: of_kind("ring", {}),
};

const weighted = (weight: number, ...together: fc.Arbitrary<Command>[]) => ({
  weight,
  arbitrary: fc.tuple(...together) as fc.Arbitrary<Command[]>,
});

/** One command, or some that make sense in a row. */
const commands: fc.Arbitrary<Command[]> = fc.oneof(
  weighted(24, draws.admit),
  weighted(12, draws.sign_in),
  weighted(7, draws.to_edge),
  weighted(7, draws.jump),
  weighted(5, draws.to_edge, draws.admit),
  weighted(5, draws.renew),
  weighted(2, draws.renew, draws.to_edge, draws.admit),
  weighted(4, draws.renew, draws.to_edge, draws.reuse),
  weighted(1, draws.renew, draws.renew_again),
  weighted(4, draws.step_up),
  weighted(4, draws.evict),
  weighted(4, draws.orders),
  weighted(4, draws.use_token),
  weighted(3, draws.begin_handoff, draws.accept_handoff),
  weighted(1, draws.begin_handoff, draws.jump, draws.accept_handoff),
  weighted(2, draws.begin_handoff, draws.to_next_edge, draws.accept_in_time),
  weighted(1, draws.begin_handoff, draws.accept_in_time, draws.accept_in_time),
  weighted(2, draws.sign_in_by_backup_code, draws.sign_in_by_backup_code),
  weighted(1, draws.stay, draws.to_next_edge, draws.admit),
  weighted(1, draws.create_token, draws.to_last_edge, draws.use_token),
  weighted(3, draws.create_token, draws.use_token),
  weighted(2, draws.step_up, draws.create_token, draws.orders, draws.use_token),
  weighted(2, draws.orders, draws.admit),
  weighted(2, draws.orders, draws.to_next_edge, draws.admit),
  weighted(2, draws.ring),
  weighted(1, draws.begin_handoff),
  weighted(1, draws.accept_handoff),
  weighted(1, draws.revoke_token, draws.use_token),
  weighted(1, draws.sign_out),
  weighted(1, draws.end_session),
  weighted(1, draws.end_others),
  weighted(1, draws.end_all),
  weighted(1, draws.guess, draws.sign_in),
  weighted(1, draws.stay),
  weighted(1, draws.step_back),
  weighted(1, draws.register),
);

export const sequence = (groups_max: number): fc.Arbitrary<Sequence> =>
  fc.record({
    roles,
    mfa: mostly(true, 2, fc.constant(false)),
    devices: mostly<Device[]>(["laptop"], 3, fc.array(device, { maxLength: 3 })),
    commands: fc
      .array(commands, { minLength: 1, maxLength: groups_max, size: "max" })
      .map((groups) => groups.flat()),
  });
