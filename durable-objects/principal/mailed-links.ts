// One-use links that are mailed: drafted before the transaction, since sealing is asynchronous, and saved in the one
// that decides. Stored is the hash alone; the token stands only in the mail, and sealed until that goes out.
import { isLive, LINK_LIFETIME_MS, type LinkKind, waitForLink } from "../../src/domain/mailed-link.ts";
import { idPrefixOf, mintBearerToken } from "../../src/protocol/bearer-token.ts";
import { equalBytes } from "../../src/protocol/constant-time.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import { randomBytes, randomId } from "../../src/protocol/random.ts";
import type { LinkClaim } from "../../src/schema/messages/principal.ts";
import type { ObjectSurface } from "../object-surface.ts";
import type { MailStore } from "./mail-store.ts";
import type { Mails } from "./mails.ts";
import type { Sealing } from "./sealing.ts";

export interface LinkDraft {
  readonly kind: LinkKind;
  readonly id: string;
  readonly secret_hash: Uint8Array;
  readonly token_box: Uint8Array;
}

export class MailedLinks {
  readonly #object: ObjectSurface;
  readonly #sealing: Sealing;
  readonly #store: MailStore;
  readonly #mails: Mails;

  constructor(object: ObjectSurface, sealing: Sealing, store: MailStore, mails: Mails) {
    this.#object = object;
    this.#sealing = sealing;
    this.#store = store;
    this.#mails = mails;
  }

  async draft(kind: LinkKind): Promise<LinkDraft> {
    const [workspace, principal_id] = [this.#object.workspace(), this.#object.id()];
    const id = randomId(idPrefixOf(kind));
    const secret = randomBytes(32);
    const claims = { workspace, principal_id, id, secret };
    const token = await mintBearerToken(this.#object.config.key_ring, kind, claims);
    return { kind, id, secret_hash: sha256(secret), token_box: await this.#sealing.sealToken(id, token) };
  }

  /** Milliseconds until another of that kind may be made; 0 when it may now. */
  wait(kind: LinkKind, now_ms: number): number {
    return waitForLink(kind, this.#store.linksMade(kind), now_ms);
  }

  /** Saves and mails it. In the caller's transaction. */
  save(draft: LinkDraft, to: Uint8Array, place: string, now_ms: number): void {
    const { kind, id, secret_hash, token_box } = draft;
    const expires_at_ms = now_ms + LINK_LIFETIME_MS[kind];
    this.#store.insertLink({ id, kind, secret_hash, made_at_ms: now_ms, expires_at_ms });
    const letter = { kind: "link", link: kind, at_ms: now_ms, place, expires_at_ms } as const;
    this.#mails.appendLink(letter, { id, token_box }, to);
    this.#object.wakeBy(expires_at_ms);
  }

  /** Whether the claim names a live link of that kind. `trying` when this try is counted already. */
  isLive(kind: LinkKind, { id, secret }: LinkClaim, now_ms: number, trying = false): boolean {
    const link = this.#store.link(id);
    if (!link || link.kind !== kind || !equalBytes(sha256(secret), link.secret_hash)) return false;
    return isLive(link, now_ms, trying);
  }

  countTry(id: string): void {
    this.#store.countTry(id);
  }

  /** All of these kinds are void, the one that was used among them. In the caller's transaction. */
  spend(kinds: readonly LinkKind[], now_ms: number): void {
    for (const kind of kinds) this.#store.spendLinks(kind, now_ms);
  }
}
