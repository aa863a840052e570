// One way from a request of planning to an answer: limits first, then the model where one is configured, then the
// offline planner. What the model cost is settled and what was said is kept, before anybody is answered.

import { redacted } from "../assist/guards/sensitive.ts";
import { ModelProvider, type Reach, type Trace } from "../assist/model-provider.ts";
import { OFFLINE_PLANNER } from "../assist/offline-planner.ts";
import { type Attempt, type Planned, plan } from "../assist/plan.ts";
import { drawMarks } from "../assist/prompt.ts";
import type { Feature, PlanRequest } from "../assist/provider.ts";
import { gemini } from "../assist/vendors/gemini.ts";
import type { Vendor } from "../assist/vendors/vendor.ts";
import { workersAi } from "../assist/vendors/workers-ai.ts";
import type { Config, Env } from "../config.ts";
import type { Call } from "../edge/call.ts";
import { randomBytes } from "../protocol/random.ts";
import { ok, type Result } from "../schema/result.ts";
import { toIso } from "../schema/text.ts";
import { reserveCall, takeCall } from "./ai-limits.ts";
import { principalOf } from "./auth.ts";
import { workspaceOf } from "./people.ts";

type Planning = Pick<Call<{ caller: "session" }>, "actor" | "env" | "config">;
type Wanted<Name extends Feature> = Pick<PlanRequest<Name>, "text" | "facts">;

/** Two attempts, and the wait between them. */
const ATTEMPTS = 2;
const WAIT_MS = 4_000;
const ANSWER_KEPT_CHARACTERS = 16_384;

/**
 * `want` says what to ask once the caller may ask at all. Refuses `ai_limit_reached`; whatever goes wrong with a model
 * ends with the offline planner's answer and a note.
 */
export async function planFor<Name extends Feature>(
  call: Planning,
  feature: Name,
  want: () => Wanted<Name> | Promise<Wanted<Name>>,
): Promise<Result<Planned<Name> & Wanted<Name>>> {
  const taken = await takeCall(call, feature);
  if (!taken.ok) return taken;
  const { text, facts } = await want();
  const signal = AbortSignal.timeout(ATTEMPTS * call.config.ai.timeout_ms + WAIT_MS);
  const request: PlanRequest<Name> = { feature, text, facts, signal };
  const model = modelFor(call, request);
  const reserved = await reserveCall(call, model?.bound_microdollars ?? 0);
  if (!reserved.ok) return reserved;
  const planned = await plan(request, model ? [model, OFFLINE_PLANNER] : [OFFLINE_PLANNER]);
  if (model) await account(call, reserved.value.call_id, feature, model.trace, planned);
  return ok({ ...planned, text, facts });
}

function modelFor({ config, env }: Planning, request: PlanRequest<Feature>): ModelProvider | null {
  const vendor = vendorOf(config, env);
  if (!vendor) return null;
  const { model: settings, timeout_ms } = config.ai;
  const secrets = async () => (settings?.provider === "gemini" ? settings.keys() : []);
  return new ModelProvider(vendor, request, drawMarks(randomBytes), secrets, reachWithin(timeout_ms));
}

function vendorOf({ ai: { model } }: Config, env: Env): Vendor | null {
  if (!model) return null;
  return model.provider === "gemini"
    ? gemini(model, (url, init) => fetch(url, init))
    : workersAi(model.model, env.AI!);
}

const reachWithin = (timeout_ms: number): Reach => ({
  now: () => Date.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => randomBytes(1)[0]! / 256,
  attempt: (whole) => AbortSignal.any([whole, AbortSignal.timeout(timeout_ms)]),
});

async function account(
  call: Planning,
  call_id: string,
  feature: Feature,
  trace: Trace,
  { provider, attempts }: { readonly provider: string; readonly attempts: readonly Attempt[] },
): Promise<void> {
  const { prompt, answer, guards, ...figures } = trace;
  const { spent_microdollars, input_tokens, output_tokens } = figures;
  await Promise.all([
    workspaceOf(call).settleAiCall(call_id, { spent_microdollars, input_tokens, output_tokens }),
    principalOf(call).keepAiRecord(call.actor, {
      ...figures,
      id: call_id,
      called_at: toIso(Date.now()),
      feature,
      answered_by: provider,
      guards: [...guards, ...checksOf(attempts)],
      prompt,
      answer: answer && redacted(answer.slice(0, ANSWER_KEPT_CHARACTERS)),
    }),
  ]);
}

/** What the checks of structure, references and bounds said of the model's own answer. */
function checksOf([first]: readonly Attempt[]): string[] {
  if (!first) return [];
  const { verdict, complaint } = first;
  if (verdict === "passed") return ["schema: passed", "references: passed", "bounds: passed"];
  return complaint === null ? [] : [`${verdict}: ${complaint}`];
}
