// What a sequence is made of, as plain data that fast-check draws and shrinks. Tokens, tickets and nonces are named
// by how long ago they were made; what has not been made yet makes its command do nothing.
import fc from "fast-check";
import { PERMISSIONS, type Permission, ROLES, type Role } from "../../../src/schema/role.ts";
import type { Policy } from "./admission.ts";
import { DEVICES, type Device, MOVES, type Move } from "./sources.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./world.ts";

export interface ProofPlan {
  readonly password: boolean;
  /** `wait` goes on in time to a fresh code where all in reach are used up. */
  readonly code:
    | "wait"
    | "fresh"
    | "used"
    | "late"
    | "ahead"
    | "none"
    | "backup"
    | "lower_backup"
    | "used_backup";
  readonly nonce: "fresh" | "replayed";
  /** How old the timestamp is. */
  readonly age_ms: number;
}

/** The nth newest of those alive, or of all that ever were. */
export interface Which {
  readonly alive: boolean;
  readonly nth: number;
}

export type Decision =
  | { readonly roles: readonly Role[] }
  | { readonly status: "active" | "suspended" }
  | {
      readonly permission: Permission;
      readonly effect: "grant" | "deny" | null;
      readonly for_ms: number | null;
    };

export type Command =
  | { readonly kind: "register"; readonly roles: readonly Role[]; readonly mfa: boolean }
  | { readonly kind: "sign_in"; readonly device: Device; readonly move: Move; readonly proof: ProofPlan }
  | { readonly kind: "guess"; readonly times: number; readonly device: Device }
  | {
      readonly kind: "admit";
      readonly which: Which;
      readonly wrong_secret: boolean;
      readonly move: Move;
      readonly policy: Policy;
    }
  | { readonly kind: "stay"; readonly which: Which; readonly hours: number }
  | { readonly kind: "renew"; readonly which: Which; readonly move: Move }
  | { readonly kind: "begin_handoff"; readonly which: Which }
  | {
      readonly kind: "accept_handoff";
      readonly nth: number;
      readonly wrong_secret: boolean;
      readonly device: Device;
      readonly proof: ProofPlan;
    }
  | { readonly kind: "step_up"; readonly which: Which; readonly move: Move; readonly proof: ProofPlan }
  | { readonly kind: "sign_out"; readonly which: Which }
  | { readonly kind: "end_session"; readonly which: Which; readonly other: Which }
  | { readonly kind: "end_others"; readonly which: Which }
  | { readonly kind: "end_all" }
  | {
      readonly kind: "orders";
      readonly decisions: readonly Decision[];
      /** Against the version of the last one and the row that is due: 0 as the workspace sends them. */
      readonly version_offset: number;
      readonly row_offset: number;
    }
  | {
      readonly kind: "create_token";
      readonly which: Which;
      readonly permissions: readonly Permission[];
      readonly days: number;
    }
  | {
      readonly kind: "use_token";
      readonly nth: number;
      readonly wrong_secret: boolean;
      readonly for_tokens: boolean;
      readonly permission: Permission | null;
    }
  | { readonly kind: "revoke_token"; readonly which: Which; readonly nth: number }
  | { readonly kind: "jump"; readonly ms: number }
  | { readonly kind: "to_edge"; readonly nth: number; readonly offset_ms: number }
  | { readonly kind: "step_back"; readonly ms: number }
  | { readonly kind: "evict" }
  | { readonly kind: "ring" };

const nth = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(3) });
const mostly = <Value>(usual: Value, weight: number, others: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });
const rarely = mostly(false, 11, fc.constant(true));
const of = <Key extends string>(record: Readonly<Record<Key, unknown>>) =>
  fc.constantFrom(...(Object.keys(record) as Key[]));

const which = fc.record({ alive: mostly(true, 4, fc.constant(false)), nth });
const device = of(DEVICES);
const move = mostly<Move>("none", 3, of(MOVES));
const seldom_move = mostly<Move>("none", 9, of(MOVES));
const permission = fc.constantFrom(...PERMISSIONS);
const permissions = fc.uniqueArray(permission, { minLength: 1, maxLength: 3 });
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
  fc.constantFrom(
    SECOND_MS,
    10 * SECOND_MS,
    30 * SECOND_MS,
    59_999,
    MINUTE_MS,
    5 * MINUTE_MS,
    12 * MINUTE_MS,
  ),
  fc.constantFrom(20 * MINUTE_MS, 29 * MINUTE_MS, 30 * MINUTE_MS, 7 * HOUR_MS, DAY_MS, 3 * DAY_MS),
  fc.integer({ min: 1, max: 30 * MINUTE_MS }),
);

const kind = <const Kind extends Command["kind"]>(name: Kind) => fc.constant(name);
const weighted = (weight: number, arbitrary: fc.Arbitrary<Command>) => ({ weight, arbitrary });

export const command: fc.Arbitrary<Command> = fc.oneof(
  weighted(1, fc.record({ kind: kind("register"), roles, mfa: fc.boolean() })),
  weighted(8, fc.record({ kind: kind("sign_in"), device, move: seldom_move, proof })),
  weighted(1, fc.record({ kind: kind("guess"), times: fc.constantFrom(3, 10, 19, 20), device })),
  weighted(24, fc.record({ kind: kind("admit"), which, wrong_secret: rarely, move, policy })),
  weighted(1, fc.record({ kind: kind("stay"), which, hours: fc.constantFrom(1, 8, 17, 24) })),
  weighted(7, fc.record({ kind: kind("renew"), which, move: seldom_move })),
  weighted(4, fc.record({ kind: kind("begin_handoff"), which })),
  weighted(5, fc.record({ kind: kind("accept_handoff"), nth, wrong_secret: rarely, device, proof })),
  weighted(5, fc.record({ kind: kind("step_up"), which, move: seldom_move, proof })),
  weighted(2, fc.record({ kind: kind("sign_out"), which })),
  weighted(2, fc.record({ kind: kind("end_session"), which, other: which })),
  weighted(1, fc.record({ kind: kind("end_others"), which })),
  weighted(1, fc.record({ kind: kind("end_all") })),
  weighted(
    5,
    fc.record({
      kind: kind("orders"),
      decisions: fc.array(decision, { minLength: 1, maxLength: 2 }),
      version_offset: mostly(0, 4, fc.constantFrom(-2, -1, 3)),
      row_offset: mostly(0, 6, fc.constantFrom(-2, -1, 1)),
    }),
  ),
  weighted(3, fc.record({ kind: kind("create_token"), which, permissions, days: fc.constantFrom(1, 2, 30) })),
  weighted(
    5,
    fc.record({
      kind: kind("use_token"),
      nth,
      wrong_secret: rarely,
      for_tokens: mostly(true, 6, fc.constant(false)),
      permission: mostly<Permission | null>(null, 1, permission),
    }),
  ),
  weighted(1, fc.record({ kind: kind("revoke_token"), which, nth })),
  weighted(8, fc.record({ kind: kind("jump"), ms: jump_ms })),
  weighted(9, fc.record({ kind: kind("to_edge"), nth: fc.nat(8), offset_ms: fc.constantFrom(-1, 0, 1) })),
  weighted(1, fc.record({ kind: kind("step_back"), ms: fc.integer({ min: 1, max: 90 * SECOND_MS }) })),
  weighted(3, fc.record({ kind: kind("evict") })),
  weighted(3, fc.record({ kind: kind("ring") })),
);

export interface Sequence {
  readonly roles: readonly Role[];
  readonly mfa: boolean;
  /** Who signs in, rightly, before the commands begin. */
  readonly devices: readonly Device[];
  readonly commands: readonly Command[];
}

export const sequence = (commands_max: number): fc.Arbitrary<Sequence> =>
  fc.record({
    roles,
    mfa: mostly(true, 2, fc.constant(false)),
    devices: mostly<Device[]>(["laptop"], 3, fc.array(device, { maxLength: 3 })),
    commands: fc.array(command, { minLength: 1, maxLength: commands_max, size: "max" }),
  });
