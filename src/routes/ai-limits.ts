// The limits of planning, as a request meets them: the caller's own first, then those of the workspace.
import type { Call } from "../edge/call.ts";
import type { AiFeature } from "../schema/ai-usage.ts";
import type { Result } from "../schema/result.ts";
import { principalOf } from "./auth.ts";
import { workspaceOf } from "./people.ts";

type Planning = Pick<Call<{ caller: "session" }>, "actor" | "env">;

/** Counts a call that can cost so much at most; refuses `ai_limit_reached`. */
export async function countCall(
  call: Planning,
  feature: AiFeature,
  bound_microdollars = 0,
): Promise<Result<{ readonly call_id: string }>> {
  const principal = principalOf(call);
  const taken = await principal.takeAiCall(call.actor, feature);
  if (!taken.ok) return taken;
  const reserved = await workspaceOf(call).reserveAiCall(call.actor, bound_microdollars);
  if (!reserved.ok) await principal.withdrawAiCall();
  return reserved;
}
