// The entry: every request passes the coarse limit, then the one chain of its operation; and the object classes.
import { Hono } from "hono";
import { operationList } from "./api/operations/index.ts";
import { limitCoarsely } from "./edge/coarse-limit.ts";
import { contextOf } from "./edge/context.ts";
import { refuseOtherMethods } from "./edge/methods.ts";
import { type App, mount, refusalOf } from "./edge/mount.ts";
import { mountPages, notFound } from "./edge/pages.ts";
import { refusalResponse } from "./edge/response.ts";
import { handlers } from "./routes/index.ts";

export { AuditLog } from "../durable-objects/audit-log/object.ts";
export { Principal } from "../durable-objects/principal/object.ts";
export { Project } from "../durable-objects/project/object.ts";
export { Strangers } from "../durable-objects/strangers/object.ts";
export { Workspace } from "../durable-objects/workspace/object.ts";

const app: App = new Hono();
app.use(limitCoarsely);
for (const [id, operation] of operationList) mount(app, id, operation, handlers[id]);
mountPages(app);
refuseOtherMethods(app);
app.notFound(notFound);
app.onError((defect, c) => {
  const context = contextOf(c.req.raw);
  return refusalResponse(refusalOf(defect, null, context), { context, rate_limit: null });
});

export default app;
