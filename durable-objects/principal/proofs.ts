// Proofs of identity: password verdict, code, nonce and time, decided together in one transaction.
// Secrets are opened before the transaction; what they belong to is compared again inside.

import { HOUR_MS } from "../../src/domain/lockout.ts";
import { normaliseBackupCode } from "../../src/protocol/backup-code.ts";
import { equalBytes } from "../../src/protocol/constant-time.ts";
import { verifyTotp } from "../../src/protocol/one-time-code.ts";
import type { Proof } from "../../src/schema/messages/principal.ts";
import type { Changed } from "../../src/schema/messages/request.ts";
import { ok, type Refusal, type Result, refuse } from "../../src/schema/result.ts";
import { Attempts, type Prover } from "./attempts.ts";
import type { Core } from "./core.ts";
import type { FactorState } from "./store.ts";

interface OpenedFactor {
  readonly state: FactorState;
  readonly box: Uint8Array;
  readonly secret: string | null;
}

interface PreparedProof {
  readonly proof: Proof;
  readonly by: Prover;
  readonly factor: OpenedFactor | null;
  readonly backup_macs: readonly Uint8Array[];
}

/** `stale`: the factor changed while it was being opened; prepare again. */
type ProofVerdict =
  | { readonly holds: true; readonly settle: () => void }
  | { readonly holds: false; readonly rule: string }
  | "stale";

const refused = (rule: string): ProofVerdict => ({ holds: false, rule });

export class Proofs {
  readonly #core: Core;
  readonly attempts: Attempts;
  /** Hashes that gave way to better ones of the same password: sign-ins under way may still carry them. */
  readonly #rehashed = new Map<string, string>();

  constructor(core: Core) {
    this.#core = core;
    this.attempts = new Attempts(core);
  }

  /** Keeps the better hash that a proof brings of the same password, if it does. In a transaction. */
  rehash({ attempt, rehashed_phc }: Proof): void {
    // Another sign-in under way may have brought one already: then that stays.
    if (rehashed_phc === null || attempt.phc !== this.#core.store.account().phc) return;
    this.#rehashed.set(attempt.phc, rehashed_phc);
    this.#core.saveAccount({ phc: rehashed_phc });
  }

  /**
   * Proves, then does the work in the same transaction; one that fails counts before that is answered.
   * A bootstrapped ADMIN is confirmed with the workspace between.
   */
  async prove<Value>(
    proof: Proof,
    by: Prover,
    work: (now_ms: number) => Changed<Value>,
    precondition: (now_ms: number) => { ok: false; refusal: Refusal } | null = () => null,
  ): Promise<Result<Changed<Value>>> {
    const { object, store, workspace } = this.#core;
    for (;;) {
      const prepared = await this.#prepare(proof, by);
      const foreseen = this.#decide(prepared, object.now());
      if (foreseen === "stale") continue;
      if (!foreseen.holds) return this.refuse(proof, by, foreseen.rule);
      const { bootstrap, id } = store.account();
      if (bootstrap && !(await object.env.WORKSPACE.getByName(workspace).confirmAdmin(id))) {
        return this.refuse(proof, by, "bootstrap_superseded");
      }
      const proven = object.transact((now_ms) => {
        const verdict = this.#decide(prepared, now_ms);
        if (verdict === "stale") return verdict;
        if (!verdict.holds) return this.#fail(proof, by, failed(verdict.rule), now_ms);
        const refused = precondition(now_ms);
        if (refused) return this.#fail(proof, by, refused, now_ms);
        verdict.settle();
        object.wakeBy(now_ms + HOUR_MS);
        return ok(work(now_ms));
      });
      this.#core.forget();
      if (proven === "stale") continue;
      this.attempts.close(proof.attempt);
      return proven;
    }
  }

  /** Refuses, whatever the proof shows; it counts all the same. */
  refuse(proof: Proof, by: Prover, rule: string) {
    const { object } = this.#core;
    const refusal = object.transact((now_ms) => this.#fail(proof, by, failed(rule), now_ms));
    this.attempts.close(proof.attempt);
    return refusal;
  }

  /** The refusal, once the attempt is counted for good. In a transaction. */
  #fail<Refused>({ attempt }: Proof, by: Prover, refusal: Refused, now_ms: number): Refused {
    this.attempts.fail(attempt, by, now_ms);
    return refusal;
  }

  /** The step of the code under this factor, or null; each step counts once. */
  stepOf(factor: OpenedFactor, code: string, now_ms: number): number | null {
    const last_step = this.#core.store.totp(factor.state)?.last_step ?? null;
    return factor.secret === null ? null : verifyTotp({ secret: factor.secret, code, now_ms, last_step });
  }

  /** The factor that codes are checked against: the active one, or the first one's enrolment. */
  #currentFactor(): FactorState | null {
    if (this.#core.store.totp("active")) return "active";
    const enrolling = this.#core.store.account().status === "unconfirmed" && this.#core.store.totp("pending");
    return enrolling ? "pending" : null;
  }

  async #prepare(proof: Proof, by: Prover): Promise<PreparedProof> {
    const state = this.#currentFactor();
    const row = state && this.#core.store.totp(state);
    const factor = row && { state: state!, box: row.box, secret: await this.#core.sealing.openTotp(row.box) };
    const code = proof.use_backup_code && proof.code !== null ? normaliseBackupCode(proof.code) : null;
    const backup_macs = code === null ? [] : await this.#core.sealing.backupCodeMacs(code);
    return { proof, by, factor, backup_macs };
  }

  /** Decides without writing. `settle` then spends what the proof used: call it in the same transaction. */
  #decide({ proof, by, factor, backup_macs }: PreparedProof, now_ms: number): ProofVerdict {
    if (!this.#isCurrent(factor)) return "stale";
    const complaint = this.#core.nonces.complaint(proof.nonce, proof.timestamp_ms, now_ms);
    if (complaint) return refused(complaint);
    const { status, expires_at_ms, phc } = this.#core.store.account();
    if (status === "suspended") return refused("suspended");
    if (expires_at_ms !== null && now_ms >= expires_at_ms) return refused("account_expired");
    const uncounted = this.attempts.complaint(proof.attempt, by, now_ms);
    if (uncounted) return refused(uncounted);
    if (proof.password_matches === false) return refused("wrong_password");
    if (proof.password_matches && !this.#isPresent(proof.attempt.phc, phc))
      return refused("password_changed");
    const code = this.#decideCode(proof, factor, backup_macs, now_ms);
    if (typeof code === "string") return refused(code);
    return {
      holds: true,
      settle: () => {
        this.#core.nonces.spend(proof.nonce, proof.timestamp_ms);
        code();
      },
    };
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
      return step === null ? "code_refused" : () => this.#core.store.saveStep(factor.state, step);
    }
    // A first sign-in shows that the authenticator works; a backup code would not.
    if (factor.state === "pending") return "backup_code_before_confirmation";
    const mac = backup_macs.find((each) => this.#core.store.hasBackupCode(each));
    return mac ? () => void this.#core.store.useBackupCode(mac, now_ms) : "backup_code_refused";
  }

  /** The hash was compared before this transaction: what it was compared with must still be the password's. */
  #isPresent(compared: string | null, present: string): boolean {
    return compared === present || (compared !== null && this.#rehashed.get(compared) === present);
  }

  #isCurrent(factor: OpenedFactor | null): boolean {
    const state = this.#currentFactor();
    if (!factor || !state) return factor === null && state === null;
    return factor.state === state && equalBytes(factor.box, this.#core.store.totp(state)!.box);
  }
}

export const failed = (rule: string) => refuse("authentication_failed", { rule });
