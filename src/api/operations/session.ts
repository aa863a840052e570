// The caller's own sessions.
import * as v from "valibot";
import {
  CodeAttempt,
  Nonce,
  PasswordAttempt,
  Session,
  SessionTimes,
  UnixSeconds,
} from "../../schema/account.ts";
import { SessionId } from "../../schema/identifier.ts";
import { operation } from "../operation.ts";
import { SignedInUser } from "./auth.ts";

export const sessionOperations = {
  currentSession: operation({
    method: "GET",
    path: "/v1/session",
    tag: "session",
    summary: "The session of this request, and whose it is",
    caller: "session",
    rate: { class: "api" },
    reply: { status: 200, schema: v.object({ session: Session, user: SignedInUser }) },
    event: "session.read",
    calls_max: 2,
  }),
  listSessions: operation({
    method: "GET",
    path: "/v1/sessions",
    tag: "session",
    summary: "All of your live sessions, with device and coarse place",
    caller: "session",
    rate: { class: "api" },
    reply: {
      status: 200,
      schema: v.object({ sessions: v.array(Session), count: v.number(), next_cursor: v.null() }),
    },
    event: "session.read",
    calls_max: 2,
  }),
  endSession: operation({
    method: "DELETE",
    path: "/v1/sessions/{session_id}",
    tag: "session",
    summary: "End one of your sessions",
    caller: "session",
    rate: { class: "api" },
    params: v.strictObject({ session_id: SessionId }),
    reply: { status: 204 },
    problems: ["not_found"],
    event: "session.revoked",
    calls_max: 2,
  }),
  endOtherSessions: operation({
    method: "DELETE",
    path: "/v1/sessions",
    tag: "session",
    summary: "End all of your sessions but this one",
    caller: "session",
    rate: { class: "api" },
    reply: { status: 200, schema: v.object({ ended: v.number() }) },
    event: "session.revoked",
    calls_max: 2,
  }),
  renewSession: operation({
    method: "POST",
    path: "/v1/session/renew",
    tag: "session",
    summary: "Rotate the session's token",
    description:
      "The old token lives ten seconds more; its use after that ends both, since one of the two users of it is a thief. The absolute deadline stays.",
    caller: "session",
    rate: { class: "api" },
    reply: {
      status: 200,
      schema: v.object({ session_token: v.optional(v.string()), session: SessionTimes, user: SignedInUser }),
    },
    problems: ["conflict"],
    event: "session.renewed",
    calls_max: 2,
  }),
  stepUp: operation({
    method: "POST",
    path: "/v1/session/step-up",
    tag: "session",
    summary: "Authenticate again, for sensitive operations or after suspicious use",
    caller: "session",
    under_suspicion: true,
    rate: { class: "login" },
    body: v.strictObject({
      password: PasswordAttempt,
      mfa_code: v.optional(CodeAttempt),
      use_backup_code: v.optional(v.boolean(), false),
      nonce: Nonce,
      timestamp: UnixSeconds,
    }),
    reply: { status: 200, schema: v.object({ session: Session }) },
    problems: ["authentication_failed", "locked_out"],
    event: "session.stepped_up",
    calls_max: 5,
    example: {
      password: "correct horse battery staple",
      mfa_code: "123456",
      nonce: "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA",
      timestamp: 1_767_225_600,
    },
  }),
};
