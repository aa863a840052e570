// What a sequence is made of: plain data, that can be drawn, shrunk and printed. Tokens, tickets and nonces are named
// by how long ago they were made; what has not been made yet makes its command do nothing.
import type { Permission, Role } from "../../../src/schema/role.ts";
import type { Policy } from "./admission.ts";
import type { Device, Move } from "./sources.ts";

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

/** The nth newest of those whose end nobody has noticed yet, or of all that ever were. */
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

export interface Sequence {
  readonly roles: readonly Role[];
  readonly mfa: boolean;
  /** Who signs in, rightly, before the commands begin. */
  readonly devices: readonly Device[];
  readonly commands: readonly Command[];
}
