// What a mail says: plain text, from fixed words, times and a coarse place alone. Nothing that a stranger chose
// gets in (no user agent, no text of users), so that nobody writes to people in this service's name.
// Refuses, by throwing, anything that could end a header line or begin another (RFC 5322 §2.2).
import type { NoticeType } from "../schema/notice.ts";
import { toIso } from "../schema/text.ts";
import type { LinkKind } from "./mailed-link.ts";
import { NOTICE_TEXTS } from "./notice-texts.ts";

export interface Happened {
  readonly type: NoticeType;
  readonly at_ms: number;
  readonly place: string;
}

/** What a mail is about, as it waits in the outbox: nothing in it is secret. */
export type Letter =
  | { readonly kind: "notice"; readonly happened: Happened }
  | { readonly kind: "summary"; readonly happened: readonly Happened[]; readonly more: number }
  | {
      readonly kind: "link";
      readonly link: LinkKind;
      readonly at_ms: number;
      readonly place: string;
      readonly expires_at_ms: number;
    };

export interface Frame {
  readonly issuer_name: string;
  /** Where this service lives, as in `https://tasks.example`. */
  readonly origin: string;
  readonly workspace: string;
  readonly username: string;
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

const LINKS: Readonly<Record<LinkKind, { subject: string; says: string; if_not_you: string }>> = {
  recovery: {
    subject: "Set a new password",
    says: "Somebody asked to set a new password for your account. This link does it, once. Where a second factor is on, it asks for a code as well.",
    if_not_you:
      "If it was not you, do nothing: without this link, and your second factor where you have one, nothing happens. Hand the link to nobody.",
  },
  email: {
    subject: "Confirm your e-mail address",
    says: "This address was given for your account. This link confirms it, once. From then on it gets notices, and links to recover the account.",
    if_not_you:
      "If you know nothing of such an account, do nothing: an unconfirmed address gets no more mail.",
  },
  unlock: {
    subject: "Many failed sign-ins: how to sign in all the same",
    says: "Somebody failed to sign in to your account many times. For an hour it admits only networks from which you have signed in before. If you are somewhere new, this link, opened there, admits your present network for one hour. It works once.",
    if_not_you:
      "If the failed attempts were not yours, your password has held. There is nothing to do; a long password and a second factor keep it so.",
  },
};

/** The mail's subject and text. `token` for links, which carry it behind the `#`: no server ever sees it there. */
export function compose(letter: Letter, frame: Frame, token: string | null): Mail {
  switch (letter.kind) {
    case "notice": {
      const { subject, says, if_not_you } = NOTICE_TEXTS[letter.happened.type];
      return mail(subject, frame, [says, facts(letter.happened, frame), if_not_you]);
    }
    case "summary": {
      const { happened, more } = letter;
      const count = happened.length + more;
      const lines = happened.map(
        (each) => `- ${timeOf(each.at_ms)}, ${placeOf(each.place)}: ${NOTICE_TEXTS[each.type].subject}`,
      );
      if (more > 0) lines.push(`- and ${more} more`);
      return mail(`${count} more notices about your account`, frame, [
        "More happened to your account within an hour than is mailed one by one.",
        lines.join("\n"),
        "All notices stand at GET /v1/notices. If any of this was not you, change your password and tell an ADMIN of your workspace.",
      ]);
    }
    case "link": {
      const { subject, says, if_not_you } = LINKS[letter.link];
      const url = `${frame.origin}/link#${letter.link}=${token}`;
      const until = `It works until ${timeOf(letter.expires_at_ms)}.`;
      return mail(subject, frame, [says, `${url}\n\n${until}`, facts(letter, frame), if_not_you]);
    }
  }
}

function mail(subject: string, frame: Frame, [says, ...rest]: string[]): Mail {
  const paragraphs = [`Hello ${frame.username},`, says!, ...rest, `${frame.issuer_name} · ${frame.origin}`];
  return {
    subject: headerText(`[${frame.issuer_name}] ${subject}`),
    text: `${paragraphs.map((each) => bodyText(each)).join("\n\n")}\n`,
  };
}

const facts = ({ at_ms, place }: { at_ms: number; place: string }, { workspace }: Frame): string =>
  `When: ${timeOf(at_ms)}\nFrom: ${placeOf(place)}\nWorkspace: ${workspace}`;

const timeOf = (at_ms: number): string => `${toIso(at_ms).slice(0, 16).replace("T", " ")} UTC`;
const placeOf = (place: string): string =>
  bodyText(place).replaceAll(/\s+/gu, " ").trim() || "an unknown place";

/** Text of one header field: a control character, a line break among them, is a defect. */
export function headerText(text: string): string {
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) throw new RangeError("a header field holds no control characters");
  return text;
}

/** Text of the body: line feeds are the only control characters. */
const bodyText = (text: string): string => text.replaceAll(/(?!\n)[\p{Cc}\u2028\u2029]/gu, " ");
