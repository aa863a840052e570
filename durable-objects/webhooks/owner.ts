// An object that webhook endpoints belong to, a project or a workspace: one method per message about them.
import type { Actor, PagePosition } from "../../src/schema/messages/request.ts";
import type { NewWebhook, WebhookChange, WebhookRegistryRpc } from "../../src/schema/messages/webhook.ts";
import { LoggedObject } from "../logged-object.ts";
import type { WebhookRegistry } from "./registry.ts";

export abstract class WebhookOwner extends LoggedObject implements WebhookRegistryRpc {
  protected abstract readonly endpoints: WebhookRegistry;

  createWebhook(actor: Actor, webhook: NewWebhook) {
    return this.endpoints.create(actor, webhook);
  }

  async webhooks(actor: Actor, limit: number, after: PagePosition | null) {
    return this.endpoints.list(actor, limit, after);
  }

  async webhook(actor: Actor, id: string) {
    return this.endpoints.read(actor, id);
  }

  updateWebhook(actor: Actor, id: string, change: WebhookChange) {
    return this.endpoints.update(actor, id, change);
  }

  rotateWebhook(actor: Actor, id: string, overlap_seconds: number) {
    return this.endpoints.rotate(actor, id, overlap_seconds);
  }

  deleteWebhook(actor: Actor, id: string) {
    return this.endpoints.remove(actor, id);
  }
}
