// What planning may cost, and whom it may ask: the variables' word as settings.
import type { InferOutput, ObjectSchema } from "valibot";
import { DEFAULT_MODELS, MODELS } from "../domain/ai-price.ts";
import type { Variables } from "./variables.ts";

export interface AiSettings {
  readonly limits: {
    readonly calls_per_agent_per_day: number;
    readonly calls_per_user_per_day: number;
    readonly cool_down_ms: number;
    /** Of a workspace. */
    readonly calls_per_minute: number;
    /** Of a workspace and a day: millionths of a US dollar. */
    readonly budget_microdollars: number;
  };
  /** Null: the offline planner alone. */
  readonly model: GeminiModel | WorkersAiModel | null;
  /** Of one attempt. */
  readonly timeout_ms: number;
  /** For how long prompts and answers are kept, sealed. */
  readonly record_ms: number;
}

export interface GeminiModel {
  readonly provider: "gemini";
  readonly model: string;
  /** Without its last slash. */
  readonly base_url: string;
  /** Those that the secret holds at this moment, the one to use first. */
  readonly keys: () => Promise<readonly string[]>;
  readonly gateway_token: string | null;
  readonly streaming: boolean;
}

/** As much of the binding to Workers AI as is used. */
export interface ModelRunner {
  run(model: string, input: object): Promise<unknown>;
}

export interface WorkersAiModel {
  readonly provider: "workers_ai";
  readonly model: string;
}

type Vars = InferOutput<ObjectSchema<typeof Variables, undefined>>;

/** As a key may look; several are separated by commas or white space. */
const KEY = /^[A-Za-z0-9._-]{8,256}$/;
const keysIn = (text: string): string[] => text.split(/[\s,]+/).filter((key) => key !== "");

const DAY_MS = 86_400_000;

/** Where a key is there, Gemini is what is asked, unless another provider is named. */
const providerOf = ({ AI_PROVIDER, GEMINI_API_KEY }: Vars) =>
  AI_PROVIDER ?? (GEMINI_API_KEY === undefined || GEMINI_API_KEY === "" ? "offline" : "gemini");

/** The variables that do not fit each other. */
export function aiIssues(vars: Vars, { AI }: Record<string, unknown>): string[] {
  const provider = providerOf(vars);
  if (provider === "offline") return [];
  const { AI_MODEL: model, GEMINI_API_KEY: key } = vars;
  const issues: string[] = [];
  const is_priced =
    model === undefined || (Object.hasOwn(MODELS, model) && MODELS[model]!.provider === provider);
  if (!is_priced) issues.push("AI_MODEL");
  if (provider === "workers_ai") return AI === undefined ? [...issues, "AI"] : issues;
  const keys = typeof key === "string" ? keysIn(key) : null;
  if (key === undefined || keys?.length === 0 || !(keys ?? []).every((each) => KEY.test(each))) {
    issues.push("GEMINI_API_KEY");
  }
  return issues;
}

export const aiSettings = (vars: Vars): AiSettings => ({
  limits: {
    calls_per_agent_per_day: vars.AI_CALLS_PER_AGENT_PER_DAY,
    calls_per_user_per_day: vars.AI_CALLS_PER_USER_PER_DAY,
    cool_down_ms: vars.AI_COOL_DOWN_SECONDS * 1000,
    calls_per_minute: vars.AI_CALLS_GLOBAL_PER_MINUTE,
    budget_microdollars: vars.AI_BUDGET_MICRODOLLARS_PER_DAY,
  },
  model: modelOf(vars),
  timeout_ms: vars.AI_TIMEOUT_SECONDS * 1000,
  record_ms: vars.AI_RECORD_DAYS * DAY_MS,
});

function modelOf(vars: Vars): AiSettings["model"] {
  const provider = providerOf(vars);
  if (provider === "offline") return null;
  const model = vars.AI_MODEL ?? DEFAULT_MODELS[provider];
  if (provider === "workers_ai") return { provider, model };
  return {
    provider,
    model,
    base_url: vars.GEMINI_BASE_URL.slice(0, -1),
    keys: () => readKeys(vars.GEMINI_API_KEY!),
    gateway_token: vars.AI_GATEWAY_TOKEN ?? null,
    streaming: vars.GEMINI_STREAMING === "true",
  };
}

/** What a store holds may have changed since the last call, and may be no key at all. */
async function readKeys(secret: NonNullable<Vars["GEMINI_API_KEY"]>): Promise<string[]> {
  const text = typeof secret === "string" ? secret : await secret.get();
  return typeof text === "string" ? keysIn(text).filter((key) => KEY.test(key)) : [];
}
