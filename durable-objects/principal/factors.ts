// Second factors: enrolment, confirmation, removal, backup codes. Secrets leave once, at enrolment.
import type { Config } from "../../src/config.ts";
import { isPrivileged } from "../../src/domain/role.ts";
import { generateBackupCodes } from "../../src/protocol/backup-code.ts";
import { generateTotpSecret, totpUri } from "../../src/protocol/one-time-code.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { PreparedProof, Proofs } from "./proofs.ts";
import type { Sealing } from "./sealing.ts";
import type { PrincipalStore } from "./store.ts";

/** A factor that was made but not yet saved. */
export interface FactorDraft {
  readonly secret: string;
  readonly qr_uri: string;
  readonly backup_codes: string[];
  readonly box: Uint8Array;
  readonly backup_macs: readonly Uint8Array[];
}

export class Factors {
  readonly #store: PrincipalStore;
  readonly #sealing: Sealing;
  readonly #config: Config;

  constructor(store: PrincipalStore, sealing: Sealing, config: Config) {
    this.#store = store;
    this.#sealing = sealing;
    this.#config = config;
  }

  async draft(username: string): Promise<FactorDraft> {
    const secret = generateTotpSecret();
    const { codes, macs } = await this.draftBackupCodes();
    return {
      secret,
      qr_uri: totpUri({ issuer: this.#config.issuer_name, username, secret }),
      backup_codes: codes,
      box: await this.#sealing.sealTotp(secret),
      backup_macs: macs,
    };
  }

  async draftBackupCodes(): Promise<{ codes: string[]; macs: Uint8Array[] }> {
    const codes = generateBackupCodes();
    const macs = await Promise.all(codes.map((code) => this.#sealing.backupCodeMacs(code)));
    // The newest key's MAC is the first of each list.
    return { codes, macs: macs.map((each) => each[0]!) };
  }

  savePending(draft: FactorDraft): void {
    this.#store.saveTotp("pending", draft.box);
    this.#store.savePendingBackupCodes(draft.backup_macs);
  }

  saveBackupCodes(macs: readonly Uint8Array[]): Result<null> {
    if (!this.#store.totp("active"))
      return refuse("conflict", { detail: "backup codes belong to a second factor" });
    this.#store.savePendingBackupCodes(macs);
    this.#store.activateBackupCodes();
    return ok(null);
  }

  /** Opens the pending factor for a confirmation. */
  async preparePending(): Promise<PreparedProof["factor"]> {
    const row = this.#store.totp("pending");
    return row && { state: "pending", box: row.box, secret: await this.#sealing.openTotp(row.box) };
  }

  confirm(proofs: Proofs, factor: PreparedProof["factor"], code: string, now_ms: number): Result<null> {
    if (!factor || !this.#store.totp("pending")) {
      return refuse("conflict", { detail: "there is no enrolment to confirm" });
    }
    const step = proofs.stepOf(factor, code, now_ms);
    if (step === null) return refuse("authentication_failed", { rule: "code_refused" });
    this.#store.saveStep("pending", step);
    this.#store.activateFactor();
    return ok(null);
  }

  remove(): Result<null> {
    if (!this.#store.totp("active")) return refuse("conflict", { detail: "there is no second factor" });
    if (isPrivileged(this.#store.account().roles)) {
      return refuse("conflict", { detail: "ADMIN, COORDINATOR and AUDITOR keep their second factor" });
    }
    this.#store.removeFactors();
    return ok(null);
  }
}
