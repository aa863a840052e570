// Destinations of outboxes that are objects: `<workspace>` alone, or `<workspace>/<id>`, by what the id begins with.
import type { Env } from "../src/config.ts";
import type { Batch, Receipt } from "../src/schema/messages/outbox.ts";

/** Ships a batch to the object of that name. Whoever appends to a destination knows which rows it takes. */
export function ship(env: Env, destination: string, batch: Batch<never>): Promise<Receipt> {
  const [, id] = destination.split("/");
  if (id === undefined) return env.WORKSPACE.getByName(destination).receive(batch);
  if (id.startsWith("prj_")) return env.PROJECT.getByName(destination).receive(batch);
  if (id.startsWith("whk_")) return env.WEBHOOK_ENDPOINT.getByName(destination).obey(batch);
  return env.PRINCIPAL.getByName(destination).receive(batch);
}

/**
 * Ships events to a workspace's audit log. The workspace opens it before anybody can register there, so a log that is not
 * open is a passing fault: the rows stay.
 */
export async function shipAudit(env: Env, workspace: string, batch: Batch<never>): Promise<Receipt> {
  const receipt = await env.AUDIT_LOG.getByName(workspace).append(batch);
  if (receipt.gone) throw new Error("the audit log is not open");
  return receipt;
}
