// The way out for mail: Cloudflare's Email Service through the binding, or in local development a mailbox in R2.
// A recipient that will never take mail is told apart from a failure that passes.

import { type Frame, headerText } from "../../src/domain/letter.ts";
import { logLine } from "../../src/protocol/output-encoding.ts";
import type { ObjectSurface } from "../object-surface.ts";

export interface Message {
  readonly id: string;
  readonly to: string;
  readonly made_at_ms: number;
  readonly subject: string;
  readonly text: string;
}

/** A send that hangs must not hold up what else the alarm ships. */
const SEND_MS_MAX = 15_000;
/** Answers of the Email Service that no repeat will change. */
const PERMANENT = new Set(["E_RECIPIENT_NOT_ALLOWED", "E_RECIPIENT_SUPPRESSED", "E_VALIDATION_ERROR"]);
/** Keys in the local mailbox sort by time. */
const TIME_DIGITS = 15;

let said_off = false;

export class Post {
  readonly #object: ObjectSurface;

  constructor(object: ObjectSurface) {
    this.#object = object;
  }

  get isOn(): boolean {
    return this.#object.config.mail !== null;
  }

  frame(): Pick<Frame, "issuer_name" | "origin"> {
    const { issuer_name, mail } = this.#object.config;
    return { issuer_name, origin: mail?.origin ?? "" };
  }

  /** Throws for a failure that may pass. */
  async send(message: Message): Promise<"sent" | "refused"> {
    const { mail, issuer_name } = this.#object.config;
    const { env } = this.#object;
    if (!mail) throw new Error("mail is off");
    const from = { email: headerText(mail.from), name: headerText(issuer_name) };
    const to = headerText(message.to);
    const { id, subject, text, made_at_ms } = message;
    if (mail.via === "mailbox") {
      const key = `mailbox/${String(made_at_ms).padStart(TIME_DIGITS, "0")}-${id}.json`;
      await env.AUDIT_BUCKET.put(key, JSON.stringify({ id, from, to, subject, text, made_at_ms }));
      return "sent";
    }
    try {
      // Auto-Submitted (RFC 3834): no machine should answer.
      const headers = { "Auto-Submitted": "auto-generated" };
      await inTime(env.EMAIL!.send({ from, to, subject, text, headers }));
      return "sent";
    } catch (failure) {
      if (PERMANENT.has((failure as { code?: string }).code ?? "")) return "refused";
      throw failure;
    }
  }

  /** Said in the log once. */
  sayThatItIsOff(): void {
    if (said_off) return;
    said_off = true;
    const message = "no mail is sent: neither a mail binding nor a local mailbox is configured";
    // biome-ignore lint/suspicious/noConsole: structured lines are how Workers log
    console.warn(logLine({ level: "warning", what: "mail is off", message }));
  }
}

async function inTime(sending: Promise<unknown>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("the mail was not taken in time")), SEND_MS_MAX);
  try {
    await Promise.race([sending, promise]);
  } finally {
    clearTimeout(timer);
  }
}
