// Proofs of identity: password verdict, code, nonce and time, decided together in one transaction.
// Secrets are opened before the transaction; what they belong to is compared again inside.

import { forgetAt, judgeTimestamp } from "../../src/domain/nonce-window.ts";
import { effectiveRoles } from "../../src/domain/role.ts";
import { normaliseBackupCode } from "../../src/protocol/backup-code.ts";
import { equalBytes } from "../../src/protocol/constant-time.ts";
import { verifyTotp } from "../../src/protocol/one-time-code.ts";
import type { Proof } from "../../src/schema/messages/principal.ts";
import type { Role } from "../../src/schema/role.ts";
import type { GuardStore } from "./guard-store.ts";
import type { Sealing } from "./sealing.ts";
import type { FactorState, PrincipalStore } from "./store.ts";

interface OpenedFactor {
  readonly state: FactorState;
  readonly box: Uint8Array;
  readonly secret: string | null;
}

export interface PreparedProof {
  readonly proof: Proof;
  readonly factor: OpenedFactor | null;
  readonly backup_macs: readonly Uint8Array[];
}

/** `stale`: the factor changed while it was being opened; prepare again. */
export type ProofVerdict =
  | { readonly holds: true; readonly settle: () => void }
  | { readonly holds: false; readonly rule: string }
  | "stale";

const refused = (rule: string): ProofVerdict => ({ holds: false, rule });

export class Proofs {
  readonly #store: PrincipalStore;
  readonly #guards: GuardStore;
  readonly #sealing: Sealing;
  readonly #window_ms: number;

  constructor(store: PrincipalStore, guards: GuardStore, sealing: Sealing, window_ms: number) {
    this.#store = store;
    this.#guards = guards;
    this.#sealing = sealing;
    this.#window_ms = window_ms;
  }

  /** The factor that codes are checked against: the active one, or the first one's enrolment. */
  currentFactor(): FactorState | null {
    if (this.#store.totp("active")) return "active";
    const enrolling = this.#store.account().status === "unconfirmed" && this.#store.totp("pending");
    return enrolling ? "pending" : null;
  }

  async prepare(proof: Proof): Promise<PreparedProof> {
    const state = this.currentFactor();
    const row = state && this.#store.totp(state);
    const factor = row && { state: state!, box: row.box, secret: await this.#sealing.openTotp(row.box) };
    const code = proof.use_backup_code && proof.code !== null ? normaliseBackupCode(proof.code) : null;
    return { proof, factor, backup_macs: code === null ? [] : await this.#sealing.backupCodeMacs(code) };
  }

  /** Decides without writing. `settle` then spends what the proof used: call it in the same transaction. */
  decide({ proof, factor, backup_macs }: PreparedProof, now_ms: number): ProofVerdict {
    if (!this.#isCurrent(factor)) return "stale";
    const time = judgeTimestamp(proof.timestamp_ms, now_ms, this.#window_ms);
    if (time !== "fresh") return refused(`timestamp_${time}`);
    if (this.#guards.isSpent(proof.nonce)) return refused("nonce_replayed");
    if (this.#guards.isFull()) return refused("nonces_full");
    if (this.#store.account().status === "suspended") return refused("suspended");
    if (proof.attempt.rule !== null) return refused(proof.attempt.rule);
    if (proof.password_matches === false) return refused("wrong_password");
    const code = this.#decideCode(proof, factor, backup_macs, now_ms);
    if (typeof code === "string") return refused(code);
    return {
      holds: true,
      settle: () => {
        this.#guards.spendNonce(proof.nonce, forgetAt(proof.timestamp_ms, this.#window_ms));
        if (proof.attempt.attempt_id !== null) this.#guards.deleteFailure(proof.attempt.attempt_id);
        code();
      },
    };
  }

  /** The roles in force: privileged ones count only with an active second factor. */
  rolesInForce(): Role[] {
    return effectiveRoles(this.#store.account().roles, this.#store.totp("active") !== null);
  }

  /** The step of the code under this factor, or null; each step counts once. */
  stepOf(factor: OpenedFactor, code: string, now_ms: number): number | null {
    const last_step = this.#store.totp(factor.state)?.last_step ?? null;
    return factor.secret === null ? null : verifyTotp({ secret: factor.secret, code, now_ms, last_step });
  }

  #decideCode(
    proof: Proof,
    factor: OpenedFactor | null,
    backup_macs: readonly Uint8Array[],
    now_ms: number,
  ): (() => void) | string {
    if (!factor) return () => {};
    if (proof.code === null) return "code_missing";
    if (!proof.use_backup_code) {
      const step = this.stepOf(factor, proof.code, now_ms);
      return step === null ? "code_refused" : () => this.#store.saveStep(factor.state, step);
    }
    // A first sign-in shows that the authenticator works; a backup code would not.
    if (factor.state === "pending") return "backup_code_before_confirmation";
    const mac = backup_macs.find((each) => this.#store.hasBackupCode(each));
    return mac ? () => void this.#store.useBackupCode(mac, now_ms) : "backup_code_refused";
  }

  #isCurrent(factor: OpenedFactor | null): boolean {
    const state = this.currentFactor();
    if (!factor || !state) return factor === null && state === null;
    return factor.state === state && equalBytes(factor.box, this.#store.totp(state)!.box);
  }
}
