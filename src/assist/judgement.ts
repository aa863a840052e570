// What a checked proposal may add to what code has computed: more words and more risks, a bounded number of them.
// Figures stay as they were; scores, owners and order of the risks that are added are computed here.
import type { Complexity, Risk, RiskReport } from "../schema/assessment.ts";
import type { OpenTask } from "../schema/messages/project.ts";
import type { ComplexityProposal, RisksProposal } from "../schema/proposal.ts";
import type { TaskFacts } from "./provider.ts";

/** The rule of a risk that no rule has found. */
export const JUDGEMENT = "judgement";
const ACTION_SCORE = 8;

export const factsOf = ({ id, title, estimate, skills, depends_on }: OpenTask): TaskFacts => ({
  ...{ id, title, estimate },
  skills: [...skills],
  depends_on: [...depends_on],
});

export const withWords = (complexity: Complexity, proposal: ComplexityProposal): Complexity => ({
  ...complexity,
  risk_factors: together(complexity.risk_factors, proposal.risk_factors),
  recommendations: together(complexity.recommendations, proposal.recommendations),
});

/** The owner of a risk is whoever its first task is assigned to, else the project's. */
export function withRisks(
  report: RiskReport,
  { risks }: RisksProposal,
  tasks: readonly OpenTask[],
  owner: string,
): RiskReport {
  const assignees = new Map(tasks.map(({ id, assigned_to }) => [id, assigned_to]));
  const further = risks
    .filter(({ title }) => !report.risks.some((known) => known.title === title))
    .map(
      (risk): Risk => ({
        rule: JUDGEMENT,
        ...risk,
        score: risk.probability * risk.impact,
        owner: assignees.get(risk.task_ids[0] ?? "") ?? owner,
      }),
    );
  const actions = further.filter(({ score }) => score >= ACTION_SCORE).map(({ mitigation }) => mitigation);
  return {
    ...report,
    risks: [...report.risks, ...further].sort((a, b) => b.score - a.score),
    recommended_actions: together(report.recommended_actions, actions),
  };
}

const together = (known: readonly string[], more: readonly string[]): string[] => [
  ...new Set([...known, ...more]),
];
