// Roles and permissions as words on the wire. What each role may do is decided in domain/role.
import * as v from "valibot";

export const ROLES = ["USER", "COORDINATOR", "ADMIN", "AUDITOR", "OBSERVER", "WORKER"] as const;
export const Role = v.picklist(ROLES);
export type Role = v.InferOutput<typeof Role>;

export const PERMISSIONS = [
  "project:create",
  "project:read",
  "project:update",
  "project:delete",
  "project:list",
  "task:create",
  "task:read",
  "task:update",
  "task:delete",
  "task:assign",
  "task:claim",
  "worker:register",
  "worker:manage",
  "system:admin",
  "system:audit",
  "system:user_manage",
  "system:session_manage",
] as const;
export const Permission = v.picklist(PERMISSIONS);
export type Permission = v.InferOutput<typeof Permission>;

export const PROJECT_ROLES = ["owner", "editor", "viewer"] as const;
export const ProjectRole = v.picklist(PROJECT_ROLES);
export type ProjectRole = v.InferOutput<typeof ProjectRole>;

export const RATE_CLASSES = ["login", "api", "task", "project", "worker"] as const;
export type RateClass = (typeof RATE_CLASSES)[number];
