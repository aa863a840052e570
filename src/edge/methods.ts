// Known paths with unknown methods: 405 with Allow (RFC 9110 §15.5.6).
import { Hono } from "hono";
import { refuse } from "../schema/result.ts";
import { contextOf } from "./context.ts";
import type { App } from "./mount.ts";
import { refusalResponse } from "./response.ts";

/**
 * Mount after everything else: whatever path is known by now answers other methods with what it takes, and what no
 * path is known for gets `otherwise`. A router of its own, so that requests which fit pass one handler alone.
 */
export function refuseOtherMethods(app: App, otherwise: Parameters<App["notFound"]>[0]): void {
  const allowed = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    const methods = allowed.get(path) ?? new Set();
    methods.add(method);
    if (method === "GET") methods.add("HEAD");
    allowed.set(path, methods);
  }
  const others: App = new Hono();
  for (const [path, methods] of allowed) {
    const allow = [...methods].sort().join(", ");
    others.all(path, (c) => {
      const info = { context: contextOf(c.req.raw), rate_limit: null };
      return refusalResponse(refuse("method_not_allowed").refusal, info, [["Allow", allow]]);
    });
  }
  others.notFound(otherwise);
  app.notFound((c) => others.fetch(c.req.raw, c.env));
}
