// The schemas that several operations share, by the names that they have in the OpenAPI document.
import * as account from "../../schema/account.ts";
import { AuditEvent } from "../../schema/audit-event.ts";
import { Change } from "../../schema/change.ts";
import * as identifier from "../../schema/identifier.ts";
import * as lease from "../../schema/lease.ts";
import * as project from "../../schema/project.ts";
import { ProjectRole, Role } from "../../schema/role.ts";
import { Timestamp } from "../../schema/text.ts";
import { SignedInUser } from "../operations/auth.ts";
import type { SharedSchemas } from "./json-schema.ts";

export const shared = {
  AuditEvent,
  AuditEventId: identifier.EventId,
  Change,
  Estimate: project.Estimate,
  HeldLease: lease.HeldLease,
  Invitation: account.Invitation,
  InvitationId: identifier.InvitationId,
  Member: account.Member,
  MfaEnrolment: account.MfaEnrolment,
  KeyId: identifier.KeyId,
  PlannedTask: project.PlannedTask,
  PrincipalId: identifier.PrincipalId,
  Priority: project.Priority,
  Project: project.Project,
  ProjectId: identifier.ProjectId,
  ProjectRole,
  ProjectSummary: project.ProjectSummary,
  Role,
  Session: account.Session,
  SessionId: identifier.SessionId,
  SessionTimes: account.SessionTimes,
  SignedInUser,
  Task: project.Task,
  TaskLease: lease.TaskLease,
  TaskId: identifier.TaskId,
  TaskStatus: project.TaskStatus,
  Timestamp,
  User: account.User,
  UserId: identifier.UserId,
  Username: identifier.Username,
  UserStatus: account.UserStatus,
  WorkerId: identifier.WorkerId,
  Workspace: account.WorkspaceSummary,
  WorkspaceName: identifier.WorkspaceName,
} satisfies SharedSchemas;
