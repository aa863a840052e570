// Handlers of projects and their members.

import type { Operations } from "../api/operations/index.ts";
import { isWorkerId } from "../domain/principal-id.ts";
import { allows, permissionSet } from "../domain/role.ts";
import { type Call, type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import { decodeBase64Url } from "../protocol/base64url.ts";
import { randomId } from "../protocol/random.ts";
import type { User } from "../schema/account.ts";
import type { Actor } from "../schema/messages/request.ts";
import type { Project } from "../schema/project.ts";
import { refuse } from "../schema/result.ts";
import { principalOf } from "./auth.ts";
import { workspaceOf } from "./people.ts";

const OWNING = ["project:read", "project:update", "project:delete"] as const;

const project = (value: Project) => ({ project: value });
const version = (value: { version: number }) => value.version;

export const projectHandlers: Handlers<
  | "createProject"
  | "listProjects"
  | "readProject"
  | "updateProject"
  | "deleteProject"
  | "archiveProject"
  | "restoreProject"
  | "transferProject"
  | "listMembers"
  | "setMember"
  | "removeMember"
> = {
  createProject({ actor, env, body }) {
    const id = newProjectId(actor);
    const created = env.PROJECT.getByName(`${actor.workspace}/${id}`).create(actor, { id, ...body });
    return replyChanged(created, project, version);
  },

  async listProjects(call) {
    const { actor, query } = call;
    const status = query.status ?? null;
    if (query.scope === "mine") {
      return replyPage(call, "projects", (limit, after) => principalOf(call).projects(limit, after, status));
    }
    if (!actor.roles.includes("ADMIN"))
      return refuse("permission_denied", { rule: "scope_all_is_for_admin" });
    return replyPage(call, "projects", (limit, after) => workspaceOf(call).projects(limit, after, status));
  },

  readProject(call) {
    return replyWith(
      projectOf(call).read(call.actor),
      (value) => value,
      (value) => value.project.version,
    );
  },

  updateProject(call) {
    const { name, description } = call.body;
    const change = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
    return replyChanged(projectOf(call).update(call.actor, change, call.version), project, version);
  },

  deleteProject(call) {
    return replyChanged(projectOf(call).delete(call.actor, call.version), () => undefined);
  },

  archiveProject(call) {
    return replyChanged(projectOf(call).archive(call.actor), project, version);
  },

  restoreProject(call) {
    return replyChanged(projectOf(call).restore(call.actor), project, version);
  },

  async transferProject(call) {
    const { user_id } = call.body;
    const user = await userOf(call, user_id);
    // Refused there: whoever may not know of the project learns nothing of users either.
    const found = user.ok && user.value.status === "active" ? user.value : null;
    const to = found && mayOwn(found) ? { user_id, username: found.username } : null;
    const because = found ? "their role in the workspace lets them own no project" : undefined;
    return replyChanged(projectOf(call).transfer(call.actor, to, because), project, version);
  },

  listMembers(call) {
    return replyWith(projectOf(call).members(call.actor), (members) => ({
      members: [...members],
      count: members.length,
      next_cursor: null,
    }));
  },

  async setMember(call) {
    const { actor, params, body } = call;
    const user = await userOf(call, params.user_id);
    // A worker is suspended by its revocation alone, and never comes back.
    const is_known = user.ok && !(isWorkerId(params.user_id) && user.value.status === "suspended");
    // Refused there, too: see above.
    const username = user.ok ? user.value.username : "";
    const member = { user_id: params.user_id, username, role: body.role };
    return replyChanged(projectOf(call).setMember(actor, member, is_known), (value) => ({ member: value }));
  },

  removeMember(call) {
    return replyChanged(projectOf(call).removeMember(call.actor, call.params.user_id), () => undefined);
  },
};

/** An owner could otherwise neither change nor delete the project, nor hand it on. */
const mayOwn = ({ roles }: Pick<User, "roles">): boolean =>
  OWNING.every((permission) => allows(permissionSet(roles), permission));

/** Derived from the Idempotency-Key where there is one, so that a repeat reaches the project of the first request. */
function newProjectId({ idempotency }: Actor): string {
  const bytes = idempotency && decodeBase64Url(idempotency.key);
  return randomId("prj_", bytes ? (length) => bytes.slice(0, length) : undefined);
}

type ProjectCall = Pick<Call<Operations["readProject"]>, "actor" | "env"> & {
  params: { project_id: string };
};

/** A user of the caller's workspace. Whoever is not confirmed may never be, and the name then becomes somebody else's. */
async function userOf({ actor, env }: Pick<ProjectCall, "actor" | "env">, user_id: string) {
  const user = await env.PRINCIPAL.getByName(`${actor.workspace}/${user_id}`).user();
  if (user.ok && user.value.status !== "unconfirmed") return user;
  return refuse("conflict", { detail: "there is no such user in this workspace" });
}

export const projectOf = ({ actor, env, params }: ProjectCall) =>
  env.PROJECT.getByName(`${actor.workspace}/${params.project_id}`);
