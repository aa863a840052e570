// The owner's e-mail address: pending until the link mailed to it comes back; until then an earlier one stays.
// An unconfirmed address gets nothing but that link.
import { LINK_KINDS } from "../../src/domain/mailed-link.ts";
import type { LinkClaim } from "../../src/schema/messages/principal.ts";
import type { Actor, Changed, RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Core } from "./core.ts";
import type { LinkDraft } from "./mailed-links.ts";
import { failed } from "./proofs.ts";

export interface AddressDraft {
  readonly box: Uint8Array;
  readonly link: LinkDraft;
}

export class Email {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  get isConfirmed(): boolean {
    return this.#core.mailbox.address("confirmed") !== null;
  }

  async draft(address: string): Promise<AddressDraft> {
    const [box, link] = await Promise.all([
      this.#core.sealing.sealAddress(address),
      this.#core.links.draft("email"),
    ]);
    return { box, link };
  }

  /** The address is pending, and its link on the way; earlier links are void. In the caller's transaction. */
  savePending({ box, link }: AddressDraft, place: string, now_ms: number): void {
    this.#core.mailbox.saveAddress("pending", box);
    this.#core.links.spend(["email"], now_ms);
    this.#core.links.save(link, box, place, now_ms);
  }

  async change(actor: Actor, address: string): Promise<Result<Changed<null>>> {
    if (!this.#core.mails.isOn) return refuse("conflict", { detail: "this service sends no mail" });
    const draft = await this.draft(address);
    const before = this.#core.mailbox.address("confirmed");
    const same = before !== null && (await this.#core.sealing.openAddress(before)) === address;
    return this.#core.change(actor, "auth.email_change_begun", (now_ms) => {
      if (same) return refuse("conflict", { detail: "this address is confirmed already" });
      const wait_ms = this.#core.links.wait("email", now_ms);
      if (wait_ms > 0) {
        const retry_after_seconds = Math.ceil(wait_ms / 1000);
        return refuse("rate_limited", { rule: "email_links_per_hour", retry_after_seconds });
      }
      this.savePending(draft, actor.place ?? "", now_ms);
      return ok(null);
    });
  }

  confirm(claim: LinkClaim, context: RequestContext): Result<Changed<null>> {
    const { object, links, mailbox, store } = this.#core;
    return object.transact((now_ms) => {
      if (!links.isLive("email", claim, now_ms)) return failed("link_not_live");
      // What was mailed to the address before proves nothing of whoever reads the new one.
      links.spend(LINK_KINDS, now_ms);
      const { id } = store.account();
      const by = { ...context, principal_id: id };
      // Its notice goes to the address that was confirmed before, if one was.
      const event_id = object.audit({ type: "auth.email_confirmed", at_ms: now_ms, by, targets: [id] });
      mailbox.confirmAddress();
      return ok({ value: null, event_id });
    });
  }
}
