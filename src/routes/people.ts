// Handlers of people: users, roles, invitations, workspaces.

import type { Operations } from "../api/operations/index.ts";
import { allows } from "../domain/role.ts";
import { type Call, type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import { mintBootstrapToken } from "../protocol/bootstrap-token.ts";
import { randomSecret } from "../protocol/random.ts";
import { refuse } from "../schema/result.ts";
import { hashOfSecret } from "./auth.ts";

export const peopleHandlers: Handlers<
  | "listUsers"
  | "readUser"
  | "setRoles"
  | "suspendUser"
  | "restoreUser"
  | "eraseUser"
  | "setOverride"
  | "removeOverride"
  | "unlockUser"
  | "readRateLimits"
  | "resetRateLimits"
  | "resetMfa"
  | "endUserSessions"
  | "invite"
  | "listInvitations"
  | "openWorkspace"
  | "listWorkspaces"
> = {
  listUsers(call) {
    return replyPage(call, "users", (limit, after) => workspaceOf(call).users(limit, after));
  },

  /** Everyone may read themselves; others need the permission, and are not told who exists. */
  async readUser(call) {
    const { actor, params } = call;
    const self = params.user_id === actor.principal_id;
    if (!self && !allows(actor.permissions, "system:user_manage")) return refuse("not_found");
    return replyWith(userObject(call).user(), (user) => ({ user }));
  },

  setRoles(call) {
    const { actor, params, body } = call;
    return replyChanged(workspaceOf(call).setRoles(actor, params.user_id, body.roles), (user) => ({ user }));
  },

  suspendUser(call) {
    const { actor, params } = call;
    return replyChanged(workspaceOf(call).setStatus(actor, params.user_id, "suspended"), (user) => ({
      user,
    }));
  },

  restoreUser(call) {
    const { actor, params } = call;
    return replyChanged(workspaceOf(call).setStatus(actor, params.user_id, "active"), (user) => ({ user }));
  },

  eraseUser(call) {
    return replyChanged(workspaceOf(call).eraseUser(call.actor, call.params.user_id), () => undefined);
  },

  setOverride(call) {
    const { actor, params, body } = call;
    const { effect, until } = body;
    const override = { permission: params.permission, effect, until_ms: Date.parse(until) };
    return replyChanged(workspaceOf(call).setOverride(actor, params.user_id, override), (user) => ({ user }));
  },

  removeOverride(call) {
    const { actor, params } = call;
    const override = { permission: params.permission, effect: null, until_ms: null };
    return replyChanged(workspaceOf(call).setOverride(actor, params.user_id, override), (user) => ({ user }));
  },

  unlockUser(call) {
    return replyChanged(userObject(call).unlock(call.actor), () => undefined);
  },

  readRateLimits(call) {
    return replyWith(userObject(call).rateLimits(), (rate_limits) => ({ rate_limits: [...rate_limits] }));
  },

  resetRateLimits(call) {
    return replyChanged(userObject(call).resetRateLimits(call.actor), () => undefined);
  },

  resetMfa(call) {
    return replyChanged(userObject(call).resetMfa(call.actor), (user) => ({ user }));
  },

  endUserSessions(call) {
    return replyChanged(userObject(call).endAllSessions(call.actor), (ended) => ended);
  },

  invite(call) {
    const secret = randomSecret();
    const invited = workspaceOf(call).invite(call.actor, call.body.roles, hashOfSecret(secret));
    return replyChanged(invited, (invitation) => ({ invitation, secret }));
  },

  listInvitations(call) {
    return replyPage(call, "invitations", (limit, after) => workspaceOf(call).invitations(limit, after));
  },

  async openWorkspace(call) {
    const { actor, body, config } = call;
    const bootstrap_token = await mintBootstrapToken(config.bootstrap_key, body.name);
    const opened = workspaceOf(call).openWorkspace(actor, body.name);
    return replyChanged(opened, (workspace) => ({ workspace, bootstrap_token }));
  },

  listWorkspaces(call) {
    return replyPage(call, "workspaces", (limit, after) => workspaceOf(call).workspaces(limit, after));
  },
};

export const workspaceOf = ({ actor, env }: Pick<Call<Operations["logout"]>, "actor" | "env">) =>
  env.WORKSPACE.getByName(actor.workspace);

/** Another user's own object; one that never was answers not_found and comes not to be. */
const userObject = ({
  actor,
  env,
  params,
}: Pick<Call<Operations["unlockUser"]>, "actor" | "env" | "params">) =>
  env.PRINCIPAL.getByName(`${actor.workspace}/${params.user_id}`);
