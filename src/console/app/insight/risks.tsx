// Risks as a matrix of probability and impact, and each with what shows it and what helps.
import { useState } from "preact/hooks";
import type { Risk, RiskReport } from "../../../schema/assessment.ts";
import { sayCount } from "../format/words.ts";
import { Empty } from "../parts/state.tsx";
import { Badge } from "../parts/text.tsx";
import type { OpenProject } from "../project/open-project.ts";
import { taskHref } from "../project/view.ts";

const LEVELS = [1, 2, 3, 4, 5] as const;

const toneOf = (score: number): "good" | "warn" | "bad" =>
  score >= 15 ? "bad" : score >= 6 ? "warn" : "good";

export const Risks = ({ open, report }: { readonly open: OpenProject; readonly report: RiskReport }) => {
  const [cell, setCell] = useState<{ probability: number; impact: number } | null>(null);
  const { risks, bottlenecks, scarce_skills } = report;
  if (risks.length === 0)
    return (
      <Empty icon="check" title="No risk found">
        The rules see nothing in the dates, the estimates and the order of the work that is likely to go
        wrong.
      </Empty>
    );
  const inCell = (probability: number, impact: number) =>
    risks.filter((risk) => risk.probability === probability && risk.impact === impact);
  const shown = cell ? inCell(cell.probability, cell.impact) : risks;
  return (
    <>
      <div class="two risk-view">
        <div class="panel-card">
          <table class="matrix">
            <caption>Probability upwards, impact to the right. Press a number to see its risks.</caption>
            <tbody>
              {[...LEVELS].reverse().map((probability) => (
                <tr key={probability}>
                  <th scope="row">
                    <span class="unseen">Probability </span>
                    {probability}
                  </th>
                  {LEVELS.map((impact) => {
                    const count = inCell(probability, impact).length;
                    const chosen = cell?.probability === probability && cell.impact === impact;
                    return (
                      <td key={impact} class={`cell ${toneOf(probability * impact)}`}>
                        {count > 0 && (
                          <button
                            type="button"
                            aria-pressed={chosen}
                            aria-label={`${sayCount(count, "risk")} of probability ${probability} and impact ${impact}`}
                            onClick={() => setCell(chosen ? null : { probability, impact })}
                          >
                            {count}
                          </button>
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <td />
                {LEVELS.map((impact) => (
                  <th key={impact} scope="col">
                    <span class="unseen">Impact </span>
                    {impact}
                  </th>
                ))}
              </tr>
            </tfoot>
          </table>
        </div>
        <div class="panel-card">
          <h3>Bottlenecks</h3>
          {bottlenecks.length === 0 ? (
            <p class="hint">No task holds up many others.</p>
          ) : (
            <ul class="dots">
              {bottlenecks.slice(0, 5).map(({ task_id, title, dependents }) => (
                <li key={task_id}>
                  <a href={taskHref(task_id)}>{title}</a> holds up {sayCount(dependents, "task")}
                </li>
              ))}
            </ul>
          )}
          <h3>Scarce skills</h3>
          {scarce_skills.length === 0 ? (
            <p class="hint">Every skill that is asked for is there more than once.</p>
          ) : (
            <ul class="dots">
              {scarce_skills.slice(0, 6).map(({ skill, workers, tasks }) => (
                <li key={skill}>
                  {skill}: {sayCount(tasks, "task")}, {sayCount(workers, "worker")}
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
      <ul class="risk-list">
        {shown.map((risk) => (
          <RiskCard key={risk.rule + risk.title} open={open} risk={risk} />
        ))}
      </ul>
    </>
  );
};

const RiskCard = ({ open, risk }: { readonly open: OpenProject; readonly risk: Risk }) => (
  <li class="panel-card">
    <h3>
      {risk.title} <Badge tone={toneOf(risk.score)}>{risk.score} of 25</Badge>
    </h3>
    <p>
      <b>It shows when</b> {risk.trigger}
    </p>
    <p>
      <b>What helps</b> {risk.mitigation}
    </p>
    <p class="hint">
      To be watched by {open.nameOf(risk.owner)} ·{" "}
      {risk.task_ids.slice(0, 3).map((id, at) => (
        <span key={id}>
          {at > 0 && ", "}
          <a href={taskHref(id)}>{open.tasks.value.get(id)?.title ?? "a task"}</a>
        </span>
      ))}
      {risk.task_ids.length > 3 && ` and ${risk.task_ids.length - 3} more`}
    </p>
  </li>
);
