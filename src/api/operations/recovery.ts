// The ways back into an account: confirmed addresses, recovery, past the ceiling, an operator's help; and what the
// owner is told.
import * as v from "valibot";
import {
  CodeAttempt,
  Email,
  Nonce,
  Password,
  ShownToken,
  UnixSeconds,
  User,
  UsernameAttempt,
} from "../../schema/account.ts";
import { NoticeId, UserId, WorkspaceName } from "../../schema/identifier.ts";
import { Notice } from "../../schema/notice.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

/** A mailed token; its MAC is checked before anything else. */
const Token = v.pipe(ShownToken(512), v.minLength(1));
const EXAMPLE_NONCE = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
const exampleToken = (prefix: string, id: string) =>
  `${prefix}_1.k1.main.usr_0a0a0a0a0a0a0a0a0a0a0a0a0a.${id}_1b1b1b1b1b1b1b1b1b1b1b1b1b.AAECAw….HuFj7r…`;

export const recoveryOperations = {
  changeEmail: operation({
    method: "PUT",
    path: "/v1/auth/email",
    tag: "auth",
    summary: "Set your e-mail address; it counts once it is confirmed",
    description:
      "A link is mailed to it, for 24 hours and one use. Until it comes back, the address gets nothing else, and an earlier one stays. At most three links an hour.",
    caller: "session",
    recent_authentication: true,
    rate: { class: "login" },
    body: v.strictObject({ email: Email }),
    reply: { status: 204 },
    problems: ["conflict"],
    event: "auth.email_change_begun",
    calls_max: 2,
    example: { email: "ada@example.com" },
  }),
  confirmEmail: operation({
    method: "POST",
    path: "/v1/auth/email/confirm",
    tag: "auth",
    summary: "Confirm an e-mail address with the token mailed to it",
    caller: "anonymous",
    rate: { class: "login" },
    body: v.strictObject({ token: Token }),
    reply: { status: 204 },
    problems: ["authentication_failed"],
    event: "auth.email_confirmed",
    calls_max: 3,
    example: { token: exampleToken("twe", "emc") },
  }),
  requestRecovery: operation({
    method: "POST",
    path: "/v1/auth/recovery",
    tag: "auth",
    summary: "Have a link mailed that sets a new password",
    description:
      "The answer is the same whether or not there is such an account with a confirmed address, and takes the same time. The link works once, for 30 minutes; an account gets at most three an hour.",
    caller: "anonymous",
    rate: { class: "login" },
    body: v.strictObject({
      workspace: v.optional(WorkspaceName, "main"),
      username: UsernameAttempt,
    }),
    reply: { status: 202, schema: v.object({ expires_in_seconds: v.number() }) },
    // What it leaves in the audit would say whether the account exists: no answer names it.
    event: null,
    calls_max: 2,
    example: { username: "ada" },
  }),
  confirmRecovery: operation({
    method: "POST",
    path: "/v1/auth/recovery/confirm",
    tag: "auth",
    summary: "Set a new password with a mailed token; every session ends",
    description:
      "Where a second factor is on, a code is needed as at sign-in. Each try counts as an attempt; five void the link, and so does a change of password or address. API tokens, and a change of address that was begun, end with the sessions.",
    caller: "anonymous",
    rate: { class: "login" },
    body: v.strictObject({
      token: Token,
      new_password: Password,
      mfa_code: v.optional(CodeAttempt),
      use_backup_code: v.optional(v.boolean(), false),
      nonce: Nonce,
      timestamp: UnixSeconds,
    }),
    reply: { status: 204 },
    problems: ["authentication_failed", "locked_out"],
    event: "auth.recovered",
    calls_max: 6,
    example: {
      token: exampleToken("twr", "rcv"),
      new_password: "a longer and better horse",
      mfa_code: "123456",
      nonce: EXAMPLE_NONCE,
      timestamp: 1_767_225_600,
    },
  }),
  unlockByLink: operation({
    method: "POST",
    path: "/v1/auth/unlock",
    tag: "auth",
    summary: "Admit your present network to an account that others are guessing at",
    description:
      "After 20 failures within an hour an account admits only networks that it knows, and its owner gets this token by mail: one use, and the network is admitted for one hour.",
    caller: "anonymous",
    rate: { class: "login" },
    body: v.strictObject({ token: Token }),
    reply: { status: 204 },
    problems: ["authentication_failed"],
    event: "auth.network_admitted",
    calls_max: 3,
    example: { token: exampleToken("twu", "ulk") },
  }),
  resetMfa: operation({
    method: "DELETE",
    path: "/v1/users/{user_id}/mfa",
    tag: "people",
    summary: "Reset a user's second factor; the user's sessions end",
    description:
      "For somebody who has lost it. The user signs in with the password and enrols anew; until then ADMIN, COORDINATOR and AUDITOR are not in force. Nobody resets their own, nor that of somebody with more permissions.",
    caller: "session",
    permission: "system:user_manage",
    recent_authentication: true,
    rate: { class: "api" },
    params: v.strictObject({ user_id: UserId }),
    reply: { status: 200, schema: v.object({ user: User }) },
    problems: ["not_found", "conflict"],
    event: "user.mfa_reset",
    calls_max: 2,
  }),
  listNotices: operation({
    method: "GET",
    path: "/v1/notices",
    tag: "auth",
    summary: "What happened to your account, newest first",
    description:
      "The last 200. Each is mailed too where your address is confirmed, at most ten an hour; the rest come as one summary.",
    caller: "session",
    rate: { class: "api" },
    query: v.strictObject(PageQuery),
    reply: { status: 200, schema: page("notices", Notice) },
    event: "notice.read",
    calls_max: 2,
  }),
  readNotices: operation({
    method: "POST",
    path: "/v1/notices/read",
    tag: "auth",
    summary: "Mark a notice, and all before it, as read",
    caller: "session",
    rate: { class: "api" },
    body: v.strictObject({ notice_id: NoticeId }),
    reply: { status: 204 },
    problems: ["not_found"],
    event: "notice.acknowledged",
    calls_max: 2,
    example: { notice_id: "ntc_1b1b1b1b1b1b1b1b1b1b1b1b1b" },
  }),
};
