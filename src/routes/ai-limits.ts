// The limits of planning, as a request meets them: the caller's own first, then those of the workspace.
import type { Call } from "../edge/call.ts";
import type { AiFeature } from "../schema/ai-usage.ts";
import type { Result } from "../schema/result.ts";
import { principalOf } from "./auth.ts";
import { workspaceOf } from "./people.ts";

type Planning = Pick<Call<{ caller: "session" }>, "actor" | "env">;

/** Counts a call of the caller's own; refuses `ai_limit_reached`. */
export const takeCall = (call: Planning, feature: AiFeature): Promise<Result<null>> =>
  principalOf(call).takeAiCall(call.actor, feature);

/** Counts it for the workspace, which reserves what it can cost at most. A refusal gives the caller's call back. */
export async function reserveCall(
  call: Planning,
  bound_microdollars: number,
): Promise<Result<{ readonly call_id: string }>> {
  const reserved = await workspaceOf(call).reserveAiCall(call.actor, bound_microdollars);
  if (!reserved.ok) await principalOf(call).withdrawAiCall();
  return reserved;
}
