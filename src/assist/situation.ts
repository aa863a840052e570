// What the rules of risk look at, and what each answers.
import type { Risk, RiskReport } from "../schema/assessment.ts";
import type { OpenTask } from "../schema/messages/project.ts";
import type { Work } from "./open-work.ts";

/** How many workers have a skill: that two or more have it is all that is known of more. */
export type Holders = ReadonlyMap<string, number>;

export interface Situation extends Work {
  readonly now_ms: number;
  readonly bottlenecks: RiskReport["bottlenecks"];
  readonly scarce_skills: RiskReport["scarce_skills"];
}

/** What a rule found: `touched`, the most important first, is never empty. */
export interface Finding extends Pick<Risk, "title" | "probability" | "impact" | "trigger" | "mitigation"> {
  readonly touched: readonly OpenTask[];
}
