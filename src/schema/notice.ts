// Notices: what happened to an account, for its owner to read. Each has the type of its audit event.
import * as v from "valibot";
import type { EventType } from "./event-type.ts";
import { NoticeId } from "./identifier.ts";
import { Timestamp } from "./text.ts";

export const NOTICE_TYPES = [
  "auth.attempts_exceeded",
  "auth.network_admitted",
  "auth.password_changed",
  "auth.mfa_enabled",
  "auth.mfa_removed",
  "auth.backup_codes_renewed",
  "auth.email_change_begun",
  "auth.email_confirmed",
  "auth.recovery_requested",
  "auth.recovered",
  "session.evicted",
  "session.binding_violated",
  "session.token_reused",
  "session.state_unreadable",
  "session.ended_by_risk",
  "session.distant_sign_in",
  "token.created",
  "user.mfa_reset",
  "user.roles_changed",
  "user.suspended",
  "user.restored",
  "webhook.disabled",
] as const satisfies readonly EventType[];
export type NoticeType = (typeof NOTICE_TYPES)[number];

export const Notice = v.object({
  id: NoticeId,
  type: v.picklist(NOTICE_TYPES),
  at: Timestamp,
  /** City and country as Cloudflare locates them; empty where it cannot. */
  place: v.string(),
  details: v.record(
    v.string(),
    v.union([v.string(), v.number(), v.boolean(), v.null(), v.array(v.string())]),
  ),
  read_at: v.nullable(Timestamp),
});
export type Notice = v.InferOutput<typeof Notice>;

export const isNoticeType = (type: EventType): type is NoticeType =>
  (NOTICE_TYPES as readonly EventType[]).includes(type);
