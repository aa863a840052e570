// People on the wire: users, sessions, invitations and workspaces.
import * as v from "valibot";
import { context } from "./context.ts";
import {
  InvitationId,
  PrincipalId,
  SessionId,
  TokenId,
  UserId,
  Username,
  WorkspaceName,
} from "./identifier.ts";
import { Permission, ProjectRole, RATE_CLASSES, Role } from "./role.ts";
import { Timestamp } from "./text.ts";

/** Length in UTF-16 units; the policy in domain/password-policy says more. */
export const Password = v.pipe(
  v.string(),
  v.minLength(8, "expected at least 8 characters"),
  v.maxLength(1024, "expected at most 256 characters"),
  v.check<string, string>((text) => text.isWellFormed(), "contains half of a surrogate pair"),
  v.check<string, string>((text) => text.normalize("NFC").length <= 256, "expected at most 256 characters"),
  context("secret"),
);

/** Any name that may be tried at sign-in: compared alone, so that a refusal says nothing. */
export const UsernameAttempt = v.pipe(v.string(), v.minLength(1), v.maxLength(64), context("secret"));
/** A token as somebody shows it: looked up alone. */
export const ShownToken = (length_max: number) =>
  v.pipe(v.string(), v.maxLength(length_max), context("secret"));
/** Any string that may be tried as a password: shape alone, so that a refusal says nothing. */
export const PasswordAttempt = v.pipe(v.string(), v.minLength(1), v.maxLength(1024), context("secret"));
export const CodeAttempt = v.pipe(v.string(), v.minLength(1), v.maxLength(32), context("secret"));
export const Nonce = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{43}$/u, "expected 32 random bytes in base64url (43 characters)"),
);
/** Unix seconds, possibly with a fraction. */
export const UnixSeconds = v.pipe(v.number(), v.minValue(0), v.maxValue(1e11));

export const Email = v.pipe(
  v.string(),
  v.maxLength(254),
  v.email("expected an e-mail address"),
  context("email"),
);

export const USER_STATUSES = ["unconfirmed", "active", "suspended"] as const;
export const UserStatus = v.picklist(USER_STATUSES);
export type UserStatus = v.InferOutput<typeof UserStatus>;

export const User = v.object({
  id: UserId,
  username: Username,
  roles: v.array(Role),
  status: UserStatus,
  mfa_enabled: v.boolean(),
  created_at: Timestamp,
});
export type User = v.InferOutput<typeof User>;

export const MfaEnrolment = v.object({
  secret: v.string(),
  qr_uri: v.string(),
  qr_svg: v.string(),
  backup_codes: v.array(v.string()),
});
export type MfaEnrolment = v.InferOutput<typeof MfaEnrolment>;

export const Session = v.object({
  id: SessionId,
  device: v.string(),
  place: v.string(),
  created_at: Timestamp,
  last_used_at: Timestamp,
  expires_at: Timestamp,
  idle_expires_at: Timestamp,
  authenticated_at: Timestamp,
  current: v.boolean(),
  /** How suspicious its use looked, from 0 to 100, and why; from 40 on it must authenticate again. */
  risk: v.object({ score: v.number(), reasons: v.array(v.string()) }),
});
export type Session = v.InferOutput<typeof Session>;

export const SessionTimes = v.object({
  id: SessionId,
  expires_at: Timestamp,
  idle_expires_at: Timestamp,
});

export const Invitation = v.object({
  id: InvitationId,
  roles: v.array(Role),
  invited_by: UserId,
  created_at: Timestamp,
  expires_at: Timestamp,
  used_by: v.nullable(UserId),
});
export type Invitation = v.InferOutput<typeof Invitation>;

export const WorkspaceSummary = v.object({
  name: WorkspaceName,
  created_at: Timestamp,
});
export type WorkspaceSummary = v.InferOutput<typeof WorkspaceSummary>;

export const Member = v.object({ user_id: PrincipalId, username: Username, role: ProjectRole });
export type Member = v.InferOutput<typeof Member>;

export const RateLimit = v.object({
  rate_class: v.picklist(RATE_CLASSES),
  per_minute: v.number(),
  burst: v.number(),
  remaining: v.number(),
  reset_seconds: v.number(),
});

export const ApiToken = v.object({
  id: TokenId,
  name: v.string(),
  permissions: v.array(Permission),
  created_at: Timestamp,
  expires_at: Timestamp,
  last_used_at: v.nullable(Timestamp),
});
export type ApiToken = v.InferOutput<typeof ApiToken>;
