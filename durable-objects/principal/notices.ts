// Notices to the owner: written in the transaction of what they tell of, and mailed where the address is
// confirmed. Beyond ten mails an hour they wait, and go out as one summary.

import type { Happening } from "../../src/audit/event.ts";
import { mayMailAt } from "../../src/domain/notice.ts";
import { NOTICE_TEXTS } from "../../src/domain/notice-texts.ts";
import { randomId } from "../../src/protocol/random.ts";
import type { Page, PagePosition } from "../../src/schema/messages/request.ts";
import { isNoticeType, type Notice } from "../../src/schema/notice.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { pageOf } from "../page.ts";
import type { MailStore } from "./mail-store.ts";
import type { Mails } from "./mails.ts";
import { NoticeStore } from "./notice-store.ts";

/** Lines of a summary; further notices are counted. */
const SUMMARY_LINES_MAX = 20;

type Noticed = Pick<Happening, "type" | "at_ms" | "by" | "details">;

export class Notices {
  readonly #object: ObjectSurface;
  readonly #store: NoticeStore;
  readonly #mailbox: MailStore;
  readonly #mails: Mails;

  constructor(object: ObjectSurface, mailbox: MailStore, mails: Mails) {
    this.#object = object;
    this.#store = new NoticeStore(object.sql);
    this.#mailbox = mailbox;
    this.#mails = mails;
  }

  /** Keeps a notice of what happened, if it is one of the things that owners are told. In a transaction. */
  note({ type, at_ms, by, details = {} }: Noticed): void {
    if (!isNoticeType(type)) return;
    const happened = { type, at_ms, place: placeOf(by) };
    const to = NOTICE_TEXTS[type].not_mailed || !this.#mails.isOn ? null : this.#mailbox.address("confirmed");
    const mail_at_ms = mayMailAt(this.#store.mailed(), at_ms);
    const unmailed = to !== null && mail_at_ms > at_ms;
    this.#store.insert({ ...happened, id: randomId("ntc_"), details, unmailed });
    if (unmailed) this.#object.wakeBy(mail_at_ms);
    else if (to) {
      this.#mails.appendNotice({ kind: "notice", happened }, to, at_ms);
      this.#store.saveMailed(at_ms);
    }
  }

  /** Mails what waits, when its hour has passed. In a transaction. */
  settle(now_ms: number): void {
    const waiting = this.#store.unmailed();
    if (waiting.length === 0 || mayMailAt(this.#store.mailed(), now_ms) > now_ms) return;
    const to = this.#mails.isOn ? this.#mailbox.address("confirmed") : null;
    if (to) {
      const happened = waiting.slice(0, SUMMARY_LINES_MAX);
      const more = waiting.length - happened.length;
      this.#mails.appendNotice({ kind: "summary", happened, more }, to, now_ms);
      this.#store.saveMailed(now_ms);
    }
    this.#store.markMailed();
  }

  /** When what waits may be mailed; null where nothing does. */
  nextDue(now_ms: number): number | null {
    return this.#store.unmailed().length > 0 ? mayMailAt(this.#store.mailed(), now_ms) : null;
  }

  /** Newest first. */
  page(limit: number, before: PagePosition | null): Page<Notice> {
    const rows = this.#store.page(limit, before === null ? null : Number(before));
    const { items, next } = pageOf(rows, limit, ({ sequence }) => sequence);
    return { items: items.map(({ notice }) => notice), next };
  }

  /** In a transaction. */
  markRead(id: string, now_ms: number): boolean {
    return this.#store.markRead(id, now_ms);
  }
}

/** Coarse: city and country. */
const placeOf = (by: Happening["by"]): string => (by && ("source" in by ? by.source.place : by.place)) || "";
