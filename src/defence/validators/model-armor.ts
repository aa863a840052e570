// Google Cloud's Model Armor, `projects.locations.templates.sanitizeUserPrompt` of its REST API v1. Clean is only what
// every filter of the template has looked at and none has matched: partial, failed, skipped and unknown answers reject.
// https://cloud.google.com/security-command-center/docs/reference/model-armor/rest/v1/SanitizationResult
import { accessTokens, type Reach } from "../../protocol/access-token.ts";
import type { ServiceAccount } from "../../protocol/jwt-assertion.ts";
import type { AttackClass, Finding } from "../finding.ts";
import type { RemoteValidator } from "../validator.ts";

export interface ModelArmor {
  readonly account: ServiceAccount;
  /** `projects/<project>/locations/<location>/templates/<template>`. */
  readonly template: string;
  /** Scheme and host, as in `https://modelarmor.europe-west4.rep.googleapis.com`. */
  readonly endpoint: string;
}

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
/** An answer tells of five filters. */
const ANSWER_CHARACTERS_MAX = 65_536;

export function modelArmor({ account, template, endpoint }: ModelArmor, reach: Reach): RemoteValidator {
  const tokens = accessTokens(account, SCOPE, reach);
  return {
    kind: "remote",
    reads: (context) => context === "free_text" || context === "rich_text",
    async inspect(text, signal) {
      const answer = await reach.send(`${endpoint}/v1/${template}:sanitizeUserPrompt`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${await tokens.get(signal)}`,
          "Content-Type": "application/json",
        },
        body: JSON.stringify({ userPromptData: { text } }),
        redirect: "manual",
        signal,
      });
      if (answer.status === 401) tokens.forget();
      if (!answer.ok) throw new Error(`Model Armor answers ${answer.status}`);
      const body = await answer.text();
      if (body.length > ANSWER_CHARACTERS_MAX) throw new Error("Model Armor answers too much");
      return findingsOf(JSON.parse(body));
    },
  };
}

/** Filter by its name in `filterResults`, and what its match looks like. */
const CLASSES: Readonly<Record<string, AttackClass>> = { pi_and_jailbreak: "prompt" };
const CONFIDENCES: Readonly<Record<string, number>> = {
  HIGH: 0.99,
  MEDIUM_AND_ABOVE: 0.9,
  LOW_AND_ABOVE: 0.6,
};
/** Filters that match without a confidence are lists: they are sure. */
const SURE = 0.99;

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Throws unless the answer is whole: a success of every filter. A match counts whatever else failed. */
export function findingsOf(answer: unknown): Finding[] {
  const result = isObject(answer) ? answer.sanitizationResult : undefined;
  if (!isObject(result)) throw new Error("Model Armor's answer has no result");
  const results = isObject(result.filterResults) ? Object.entries(result.filterResults) : [];
  const filters = results.flatMap(([name, value]) => filtersIn(name, value, null));
  const findings = filters.filter(({ state }) => state === "MATCH_FOUND").map(findingOf);
  if (findings.length > 0) return findings;
  if (result.filterMatchState === "MATCH_FOUND")
    return [{ class: "content", score: SURE, what: ["model_armor"], at: 0 }];
  const isClean =
    result.invocationResult === "SUCCESS" &&
    result.filterMatchState === "NO_MATCH_FOUND" &&
    filters.length > 0 &&
    filters.every(({ state, execution }) => state === "NO_MATCH_FOUND" && execution === "EXECUTION_SUCCESS");
  if (!isClean) throw new Error("Model Armor did not look at all of it");
  return [];
}

interface Filter {
  readonly name: string;
  readonly state: unknown;
  readonly execution: unknown;
  readonly confidence: unknown;
}

const DEPTH_MAX = 6;

/** Every member that has a match state; one within another inherits its execution. */
function filtersIn(name: string, value: unknown, execution: unknown, depth = 0): Filter[] {
  if (!isObject(value) || depth > DEPTH_MAX) return [];
  const own = value.executionState ?? execution;
  const within = Object.values(value).flatMap((inner) => filtersIn(name, inner, own, depth + 1));
  if (value.matchState === undefined) return within;
  return [{ name, state: value.matchState, execution: own, confidence: value.confidenceLevel }, ...within];
}

const findingOf = ({ name, confidence }: Filter): Finding => ({
  class: CLASSES[name] ?? "content",
  score: CONFIDENCES[String(confidence)] ?? SURE,
  what: [`model_armor_${name}`],
  at: 0,
});
