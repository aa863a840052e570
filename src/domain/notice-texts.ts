// What each notice says in a mail: what happened, and what to do if it was not you.
import type { NoticeType } from "../schema/notice.ts";

interface NoticeText {
  readonly subject: string;
  readonly says: string;
  readonly if_not_you: string;
  /** Another mail of the same moment says it already, or nobody waits for it. */
  readonly not_mailed?: true;
}

const RECOVER =
  "If it was not you, recover the account at once (POST /v1/auth/recovery), which ends every session and API token, and tell an ADMIN of your workspace.";
const CHANGE =
  "If it was not you, change your password and end your other sessions (DELETE /v1/sessions), and tell an ADMIN of your workspace.";
const ASK = "If you did not expect this, ask an ADMIN of your workspace.";

export const NOTICE_TEXTS: Readonly<Record<NoticeType, NoticeText>> = {
  "auth.attempts_exceeded": {
    subject: "Many failed sign-ins",
    says: "Somebody failed to sign in to your account many times. For an hour it admits only networks from which you have signed in before.",
    if_not_you: "If the attempts were not yours, your password has held, and there is nothing to do.",
    not_mailed: true,
  },
  "auth.network_admitted": {
    subject: "A new network was admitted",
    says: "A mailed link was used: your account admits sign-ins from its network for one hour.",
    if_not_you: `If it was not you, somebody reads your mail: secure your mailbox first. ${CHANGE}`,
  },
  "auth.password_changed": {
    subject: "Your password was changed",
    says: "Your password was changed, and your other sessions have ended. API tokens go on unless their end was asked for: see GET /v1/tokens.",
    if_not_you: RECOVER,
  },
  "auth.mfa_enabled": {
    subject: "A second factor was confirmed",
    says: "A second factor was confirmed for your account; codes of an earlier one no longer work. Your other sessions have ended.",
    if_not_you: "If it was not you, ask an ADMIN of your workspace at once to reset the second factor.",
  },
  "auth.mfa_removed": {
    subject: "Your second factor was removed",
    says: "The second factor of your account was removed, and the password was changed with it.",
    if_not_you: RECOVER,
  },
  "auth.backup_codes_renewed": {
    subject: "Your backup codes were replaced",
    says: "Your account has eight new backup codes; the earlier ones no longer work.",
    if_not_you: CHANGE,
  },
  "auth.email_change_begun": {
    subject: "A change of your e-mail address was begun",
    says: "Another e-mail address was given for your account. It counts once it is confirmed; until then this one stays.",
    if_not_you: CHANGE,
  },
  "auth.email_confirmed": {
    subject: "Your e-mail address was changed",
    says: "Another e-mail address was confirmed for your account. This one gets no more mail.",
    if_not_you:
      "If it was not you, sign in, change your password and set your address again; if you cannot, ask an ADMIN of your workspace at once.",
  },
  "auth.recovery_requested": {
    subject: "A new password was asked for",
    says: "Somebody asked to set a new password for your account. A link was mailed to you.",
    if_not_you: "If it was not you, do nothing.",
    not_mailed: true,
  },
  "auth.recovered": {
    subject: "Your account was recovered",
    says: "Your account has a new password, set with a mailed link. Every session has ended, and every API token was revoked: programs that use one need a new one.",
    if_not_you:
      "If it was not you, somebody reads your mail: secure your mailbox, recover the account again, and tell an ADMIN of your workspace.",
  },
  "session.evicted": {
    subject: "Your oldest session gave way",
    says: "You signed in once more than an account may have sessions, so the oldest session has ended.",
    if_not_you: CHANGE,
  },
  "session.binding_violated": {
    subject: "A session was ended: it was used from elsewhere",
    says: "One of your sessions was used from an address or device that it is not bound to. It has ended.",
    if_not_you: `If your network changed just then, sign in again. ${CHANGE}`,
  },
  "session.token_reused": {
    subject: "A session was ended: an old token was used",
    says: "A session token that had been replaced was used again: one of its two users was not you, or a program kept an old copy. The session has ended.",
    if_not_you: CHANGE,
  },
  "session.state_unreadable": {
    subject: "A session was ended: its state was altered",
    says: "The stored state of one of your sessions could not be opened. The session has ended.",
    if_not_you: "Sign in again. The operators have been told through the audit log.",
  },
  "session.ended_by_risk": {
    subject: "A session was ended: its use looked suspicious",
    says: "One of your sessions was used in a way that looked like somebody else. It has ended.",
    if_not_you: CHANGE,
  },
  "session.distant_sign_in": {
    subject: "A sign-in from far away",
    says: "You signed in from a place far from where another of your sessions was in use.",
    if_not_you: RECOVER,
  },
  "token.created": {
    subject: "An API token was made",
    says: "An API token was made for your account: whoever holds it acts with the permissions it names.",
    if_not_you: `If it was not you, revoke it (DELETE /v1/tokens/{token_id}). ${CHANGE}`,
  },
  "user.mfa_reset": {
    subject: "Your second factor was reset",
    says: "An operator removed the second factor and the backup codes of your account. Every session has ended. Sign in with your password, and enrol a new second factor.",
    if_not_you: ASK,
  },
  "user.roles_changed": {
    subject: "Your roles were changed",
    says: "An operator changed your roles in this workspace. Every session has ended: sign in again.",
    if_not_you: ASK,
  },
  "user.suspended": {
    subject: "Your account was suspended",
    says: "An operator suspended your account. Every session has ended.",
    if_not_you: ASK,
  },
  "user.restored": {
    subject: "Your account was restored",
    says: "An operator restored your account: you can sign in again.",
    if_not_you: ASK,
  },
  "webhook.disabled": {
    subject: "A webhook endpoint was disabled",
    says: "A webhook endpoint that you answer for has failed for a day, or has answered that it is gone: nothing more is sent to it. One that failed is tried once an hour and comes back by itself; one that is gone waits until its status is set to active.",
    if_not_you: "GET /v1/webhooks shows which, and its deliveries show what it answered.",
  },
};
