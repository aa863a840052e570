// Handlers of webhooks that go out. An endpoint's own object says where it belongs; its project, or the workspace,
// decides whether the caller may manage it, and about every change of it.

import type { Operations } from "../api/operations/index.ts";
import { allows } from "../domain/role.ts";
import { type Call, type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import type { WebhookRegistryRpc, WebhookReport } from "../schema/messages/webhook.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import type { Delivery, Webhook } from "../schema/webhook.ts";

const webhook = (value: Webhook) => ({ webhook: value });
const delivery = (value: Delivery) => ({ delivery: value });

export const webhookHandlers: Handlers<
  | "createWebhook"
  | "listWebhooks"
  | "readWebhook"
  | "updateWebhook"
  | "deleteWebhook"
  | "rotateWebhook"
  | "testWebhook"
  | "listDeliveries"
  | "readDelivery"
  | "replayDelivery"
  | "replayDeliveries"
> = {
  createWebhook(call) {
    const { project_id, ...fields } = call.body;
    return replyChanged(registryOf(call, project_id).createWebhook(call.actor, fields), (made) => made);
  },

  async listWebhooks(call) {
    const { project_id = null } = call.query;
    if (project_id === null && !allows(call.actor.permissions, "system:admin")) {
      return refuse("permission_denied", { rule: "system_admin_only" });
    }
    return replyPage(call, "webhooks", (limit, after) =>
      registryOf(call, project_id).webhooks(call.actor, limit, after),
    );
  },

  async readWebhook(call) {
    const found = await find(call);
    if (!found.ok) return found;
    const { report, registry } = found.value;
    const { status, metrics } = report;
    return replyWith(registry.webhook(call.actor, call.params.webhook_id), (value) => ({
      webhook: { ...value, status },
      metrics,
    }));
  },

  async updateWebhook(call) {
    const found = await find(call);
    if (!found.ok) return found;
    const change = Object.fromEntries(Object.entries(call.body).filter(([, value]) => value !== undefined));
    const { webhook_id } = call.params;
    return replyChanged(found.value.registry.updateWebhook(call.actor, webhook_id, change), webhook);
  },

  async deleteWebhook(call) {
    const found = await find(call);
    if (!found.ok) return found;
    const { webhook_id } = call.params;
    return replyChanged(found.value.registry.deleteWebhook(call.actor, webhook_id), () => undefined);
  },

  async rotateWebhook(call) {
    const found = await find(call);
    if (!found.ok) return found;
    const { actor, params, body } = call;
    const { registry } = found.value;
    return replyChanged(
      registry.rotateWebhook(actor, params.webhook_id, body.overlap_seconds),
      (made) => made,
    );
  },

  async testWebhook(call) {
    const managed = await mayManage(call);
    return managed.ok ? replyChanged(endpointOf(call).sendTest(call.actor), delivery) : managed;
  },

  async listDeliveries(call) {
    const managed = await mayManage(call);
    if (!managed.ok) return managed;
    const { status, event_type } = call.query;
    return replyPage(call, "deliveries", (limit, before) =>
      endpointOf(call).deliveries({ status, event_type }, limit, before),
    );
  },

  async readDelivery(call) {
    const managed = await mayManage(call);
    if (!managed.ok) return managed;
    return replyWith(endpointOf(call).delivery(call.params.delivery_id), (value) => value);
  },

  async replayDelivery(call) {
    const managed = await mayManage(call);
    if (!managed.ok) return managed;
    return replyChanged(endpointOf(call).replay(call.actor, call.params.delivery_id), delivery);
  },

  async replayDeliveries(call) {
    const managed = await mayManage(call);
    if (!managed.ok) return managed;
    const { from, until, status } = call.body;
    const range = { from_ms: Date.parse(from), until_ms: Date.parse(until), status };
    return replyChanged(endpointOf(call).replayRange(call.actor, range), (value) => value);
  },
};

type WebhookCall = Pick<Call<Operations["readWebhook"]>, "actor" | "env"> & {
  params: { webhook_id: string };
};

/** Where endpoints of that project, or of the workspace, are decided about. */
const registryOf = (
  { actor, env }: Pick<WebhookCall, "actor" | "env">,
  project_id: string | null,
): WebhookRegistryRpc =>
  project_id === null
    ? env.WORKSPACE.getByName(actor.workspace)
    : env.PROJECT.getByName(`${actor.workspace}/${project_id}`);

const endpointOf = ({ actor, env, params }: WebhookCall) =>
  env.WEBHOOK_ENDPOINT.getByName(`${actor.workspace}/${params.webhook_id}`);

/** The endpoint's own report, and who decides about it: nothing of it is for the caller yet. */
async function find(
  call: WebhookCall,
): Promise<Result<{ report: WebhookReport; registry: WebhookRegistryRpc }>> {
  const report = await endpointOf(call).report();
  if (!report) return refuse("not_found");
  return ok({ report, registry: registryOf(call, report.project_id) });
}

/** Lets those go on who may manage the endpoint. */
async function mayManage(call: WebhookCall): Promise<Result<Webhook>> {
  const found = await find(call);
  return found.ok ? found.value.registry.webhook(call.actor, call.params.webhook_id) : found;
}
