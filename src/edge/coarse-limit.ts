// The first layer: Cloudflare's rate-limit binding, per address, before any work. Fails closed.
import type { Context, Next } from "hono";
import { configure, type Env } from "../config.ts";
import { networkOf } from "../domain/network.ts";
import { refuse } from "../schema/result.ts";
import { contextOf } from "./context.ts";
import { refusalResponse } from "./response.ts";

/** Seconds until the binding's window, as set in wrangler.toml, has surely passed. */
const WINDOW_SECONDS = 60;

export async function limitCoarsely(
  c: Context<{ Bindings: Env }>,
  next: Next,
): Promise<Response | undefined> {
  configure(c.env);
  const address = c.req.header("CF-Connecting-IP") ?? "";
  const { success } = await c.env.COARSE_RATE_LIMIT.limit({ key: networkOf(address, "exact") });
  if (!success) {
    const { refusal } = refuse("rate_limited", { rule: "coarse", retry_after_seconds: WINDOW_SECONDS });
    return refusalResponse(refusal, { context: contextOf(c.req.raw), rate_limit: null });
  }
  await next();
  return undefined;
}
