// The entry: every request passes the coarse limit, then the one chain of its operation; and the object classes.
import { Hono } from "hono";
import { operationList } from "./api/operations/index.ts";
import type { Env } from "./config.ts";
import { refuseBlocked } from "./edge/blocks.ts";
import { limitCoarsely } from "./edge/coarse-limit.ts";
import { contextOf, networkFrom } from "./edge/context.ts";
import { refusalOf } from "./edge/defect.ts";
import { refuseOtherMethods } from "./edge/methods.ts";
import { type App, mount } from "./edge/mount.ts";
import { mountPages, notFound } from "./edge/pages.ts";
import { refusalResponse } from "./edge/response.ts";
import { handlers } from "./routes/index.ts";

export { AuditLog } from "../durable-objects/audit-log/object.ts";
export { Principal } from "../durable-objects/principal/object.ts";
export { Project } from "../durable-objects/project/object.ts";
export { Strangers } from "../durable-objects/strangers/object.ts";
export { WebhookEndpoint } from "../durable-objects/webhook-endpoint/object.ts";
export { Workspace } from "../durable-objects/workspace/object.ts";

const app: App = new Hono();
for (const [id, operation] of operationList) mount(app, id, operation, handlers[id]);
mountPages(app);
refuseOtherMethods(app, notFound);
app.onError((defect, c) => failed(defect, c.req.raw));

export default {
  async fetch(request: Request, env: Env, execution?: ExecutionContext): Promise<Response> {
    try {
      const network = networkFrom(request);
      const refusal = refuseBlocked(network, env) ?? (await limitCoarsely(network, env));
      if (refusal) return refusalResponse(refusal, { context: contextOf(request), rate_limit: null });
      return await app.fetch(request, env, execution);
    } catch (defect) {
      return failed(defect, request);
    }
  },
};

function failed(defect: unknown, request: Request): Response {
  const context = contextOf(request);
  return refusalResponse(refusalOf(defect, null, context), { context, rate_limit: null });
}
