// Second factors: enrolment, confirmation, removal, backup codes. Secrets leave once, at enrolment.
import { covers, isPrivileged } from "../../src/domain/role.ts";
import { absoluteDeadline } from "../../src/domain/session.ts";
import { generateBackupCodes } from "../../src/protocol/backup-code.ts";
import { equalBytes } from "../../src/protocol/constant-time.ts";
import { generateTotpSecret, totpUri } from "../../src/protocol/one-time-code.ts";
import type { User } from "../../src/schema/account.ts";
import type { Attempt, NewEnrolment } from "../../src/schema/messages/principal.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { type Core, DIRECTORY } from "./core.ts";
import { failed, type Proofs } from "./proofs.ts";

/** A factor that was made but not yet saved. */
export interface FactorDraft {
  readonly secret: string;
  readonly qr_uri: string;
  readonly backup_codes: string[];
  readonly box: Uint8Array;
  readonly backup_macs: readonly Uint8Array[];
}

export class Factors {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  async draft(username: string): Promise<FactorDraft> {
    const secret = generateTotpSecret();
    const { codes, macs } = await this.#draftBackupCodes();
    return {
      secret,
      qr_uri: totpUri({ issuer: this.#core.config.issuer_name, username, secret }),
      backup_codes: codes,
      box: await this.#core.sealing.sealTotp(secret),
      backup_macs: macs,
    };
  }

  /** In the caller's transaction. The factor counts once it is confirmed. */
  savePending(draft: FactorDraft): void {
    this.#core.store.saveTotp("pending", draft.box);
    this.#core.store.saveBackupCodes("pending", draft.backup_macs, this.#core.object.now());
  }

  async begin(actor: Actor): Promise<Result<Changed<NewEnrolment>>> {
    const draft = await this.draft(actor.username);
    return this.#core.change(actor, "auth.mfa_enrolment_begun", () => {
      this.savePending(draft);
      return ok(enrolmentOf(draft));
    });
  }

  /** A code of the new factor confirms it; all other sessions end. */
  async confirm(
    actor: Actor,
    proofs: Proofs,
    code: string,
    attempt: Attempt,
  ): Promise<Result<Changed<User>>> {
    const { store, sealing } = this.#core;
    const { attempts } = proofs;
    const row = store.totp("pending");
    const secret = row && (await sealing.openTotp(row.box));
    const confirmed = this.#core.change<User>(actor, "auth.mfa_enabled", (now_ms) => {
      const refused = (rule: string) => {
        attempts.fail(attempt, actor, now_ms);
        return failed(rule);
      };
      const uncounted = attempts.complaint(attempt, actor, now_ms);
      if (uncounted) return refused(uncounted);
      const present = store.totp("pending");
      // Another enrolment may have begun meanwhile: only the one that the code proves is confirmed.
      const stands = row && present && equalBytes(row.box, present.box);
      const step = stands ? proofs.stepOf({ state: "pending", box: row.box, secret }, code, now_ms) : null;
      if (stands && step === null) return refused("code_refused");
      if (step === null) return refuse("conflict", { detail: "there is no enrolment to confirm" });
      store.saveStep("pending", step);
      store.activateFactor();
      this.#core.endAllBut(actor.session_id);
      // Privileged roles are in force from here on, and so is their shorter deadline.
      this.#core.rows.capDeadline(actor.session_id, (created_at_ms) =>
        absoluteDeadline(created_at_ms, this.#core.rolesInForce(), this.#core.config.session),
      );
      return ok(this.#core.saveAccount({}));
    });
    attempts.close(attempt);
    if (confirmed.ok) await this.#core.object.shipNow(DIRECTORY);
    return confirmed;
  }

  /** Leaves a single factor: the password given, which is long enough to stand alone, becomes the password. */
  async remove(actor: Actor, phc: string): Promise<Result<Changed<User>>> {
    return this.#core.change(actor, "auth.mfa_removed", () => {
      if (!this.#core.hasFactor()) return refuse("conflict", { detail: "there is no second factor" });
      if (isPrivileged(this.#core.store.account().roles)) {
        return refuse("conflict", { detail: "ADMIN, COORDINATOR and AUDITOR keep their second factor" });
      }
      this.#core.store.removeFactors();
      this.#core.endAllBut(actor.session_id);
      return ok(this.#core.saveAccount({ phc }));
    });
  }

  /** An operator helps somebody who has lost it. Nobody resets their own, nor that of somebody who may more. */
  async reset(actor: Actor): Promise<Result<Changed<User>>> {
    const { store } = this.#core;
    const reset = this.#core.change(actor, "user.mfa_reset", () => {
      const { id, roles, status } = store.account();
      if (id === actor.principal_id)
        return refuse("conflict", { detail: "your own goes by DELETE /v1/auth/mfa" });
      if (!covers(actor.permissions, roles)) {
        return refuse("permission_denied", { rule: "more_than_own_permissions" });
      }
      if (status === "unconfirmed" || !this.#core.hasFactor()) {
        return refuse("conflict", { detail: "there is no confirmed second factor" });
      }
      store.removeFactors();
      this.#core.endAllBut(null);
      return ok(this.#core.saveAccount({}));
    });
    // The workspace must know by its next decision that the roles are not in force.
    if (reset.ok) await this.#core.object.shipNow(DIRECTORY);
    return reset;
  }

  /** Of the present factor: an enrolment that is under way keeps the codes that it was shown with. */
  async newBackupCodes(actor: Actor): Promise<Result<Changed<{ backup_codes: string[] }>>> {
    const { codes, macs } = await this.#draftBackupCodes();
    return this.#core.change(actor, "auth.backup_codes_renewed", () => {
      if (!this.#core.hasFactor())
        return refuse("conflict", { detail: "backup codes belong to a second factor" });
      this.#core.store.saveBackupCodes("active", macs, this.#core.object.now());
      return ok({ backup_codes: codes });
    });
  }

  async #draftBackupCodes(): Promise<{ codes: string[]; macs: Uint8Array[] }> {
    const codes = generateBackupCodes();
    const macs = await Promise.all(codes.map((code) => this.#core.sealing.backupCodeMacs(code)));
    // The newest key's MAC is the first of each list.
    return { codes, macs: macs.map((each) => each[0]!) };
  }
}

export const enrolmentOf = ({ secret, qr_uri, backup_codes }: NewEnrolment): NewEnrolment => ({
  secret,
  qr_uri,
  backup_codes,
});
