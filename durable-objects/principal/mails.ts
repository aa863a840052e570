// Mail as an outbox destination: a row commits with the change that causes it, and is composed and sent by the
// alarm. Addresses and tokens stand in the row only sealed; they are opened when the mail goes out.
import { compose, type Letter } from "../../src/domain/letter.ts";
import { decodeBase64Url, encodeBase64Url } from "../../src/protocol/base64url.ts";
import { randomId } from "../../src/protocol/random.ts";
import type { Batch, Receipt } from "../../src/schema/messages/outbox.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { type Message, Post } from "./post.ts";
import type { Sealing } from "./sealing.ts";

/** The mail, as a destination of the outbox. */
export const MAIL = "mail";
/** A notice that could not be sent for so long is dropped; a link is, when it expires. */
const NOTICE_LIFETIME_MS = 3 * 86_400_000;

interface MailRow {
  /** Names the mail, so that a mailbox keeps one of those that were sent twice. */
  readonly id: string;
  readonly to_box: string;
  readonly letter: Letter;
  /** The token of a link, sealed; null for other letters. */
  readonly token_box: string | null;
  readonly link_id: string | null;
  readonly made_at_ms: number;
  readonly drop_at_ms: number;
}

export class Mails {
  readonly #object: ObjectSurface;
  readonly #sealing: Sealing;
  readonly #whose: () => { id: string; username: string };
  readonly #post: Post;

  constructor(object: ObjectSurface, sealing: Sealing, whose: () => { id: string; username: string }) {
    this.#object = object;
    this.#sealing = sealing;
    this.#whose = whose;
    this.#post = new Post(object);
  }

  /** Whether this deployment sends mail at all. */
  get isOn(): boolean {
    return this.#post.isOn;
  }

  /** In the caller's transaction. */
  appendNotice(
    letter: Extract<Letter, { kind: "notice" | "summary" }>,
    to: Uint8Array,
    now_ms: number,
  ): void {
    this.#append(
      { letter, token_box: null, link_id: null, drop_at_ms: now_ms + NOTICE_LIFETIME_MS },
      to,
      now_ms,
    );
  }

  /** In the caller's transaction. `token_box` is the link's token, sealed for `link_id`. */
  appendLink(
    letter: Extract<Letter, { kind: "link" }>,
    link: { id: string; token_box: Uint8Array },
    to: Uint8Array,
  ): void {
    const token_box = encodeBase64Url(link.token_box);
    this.#append({ letter, token_box, link_id: link.id, drop_at_ms: letter.expires_at_ms }, to, letter.at_ms);
  }

  /** Sends the rows in order, as far as it gets: the first that fails, and those behind it, are tried again. */
  async deliver(batch: Batch<MailRow>): Promise<Receipt> {
    let next_sequence = batch.first_sequence;
    for (const row of batch.rows) {
      try {
        await this.#deliver(row);
      } catch (failure) {
        // What went out before it must not go out again.
        if (next_sequence === batch.first_sequence) throw failure;
        break;
      }
      next_sequence += 1;
    }
    return { next_sequence };
  }

  /** Throws for a failure that may pass. */
  async #deliver(row: MailRow): Promise<void> {
    if (this.#object.now() >= row.drop_at_ms) return this.#drop(row, "expired");
    const message = await this.#open(row);
    if (!message) return this.#drop(row, "unreadable");
    if ((await this.#post.send(message)) === "refused") this.#drop(row, "recipient_refused");
  }

  async #open({ id, to_box, letter, token_box, link_id, made_at_ms }: MailRow): Promise<Message | null> {
    const frame = this.#post.frame();
    const to = await this.#sealing.openAddress(decodeBase64Url(to_box)!);
    const token = token_box && (await this.#sealing.openToken(link_id!, decodeBase64Url(token_box)!));
    if (to === null || (token_box !== null && token === null)) return null;
    const workspace = this.#object.workspace();
    const { username } = this.#whose();
    return { id, to, made_at_ms, ...compose(letter, { ...frame, workspace, username }, token) };
  }

  /** What can never arrive must not stand in the way of the rest; that it was dropped is recorded. */
  #drop({ id, letter }: MailRow, rule: string): void {
    this.#object.transact((now_ms) => {
      const targets = [this.#whose().id];
      const details = { mail_id: id, kind: letter.kind };
      this.#object.audit({
        type: "mail.dropped",
        at_ms: now_ms,
        by: null,
        decision: "deny",
        rule,
        targets,
        details,
      });
    });
  }

  #append(row: Omit<MailRow, "id" | "to_box" | "made_at_ms">, to: Uint8Array, made_at_ms: number): void {
    const mail: MailRow = { ...row, id: randomId("mai_"), to_box: encodeBase64Url(to), made_at_ms };
    if (this.isOn) this.#object.append(MAIL, mail);
    else this.#post.sayThatItIsOff();
  }
}
