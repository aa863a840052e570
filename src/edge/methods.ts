// Known paths with unknown methods: 405 with Allow (RFC 9110 §15.5.6).
import { refuse } from "../schema/result.ts";
import { contextOf } from "./context.ts";
import type { App } from "./mount.ts";
import { refusalResponse } from "./response.ts";

/** Mount after everything else: whatever path is known by now answers other methods with what it takes. */
export function refuseOtherMethods(app: App): void {
  const allowed = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === "ALL") continue;
    const methods = allowed.get(path) ?? new Set();
    methods.add(method);
    if (method === "GET") methods.add("HEAD");
    allowed.set(path, methods);
  }
  for (const [path, methods] of allowed) {
    const allow = [...methods].sort().join(", ");
    app.all(path, (c) => {
      const info = { context: contextOf(c.req.raw), rate_limit: null };
      return refusalResponse(refuse("method_not_allowed").refusal, info, [["Allow", allow]]);
    });
  }
}
