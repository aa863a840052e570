// What rules find in the open tasks: how complex the work is, how long it may take, what could go wrong.
import { useState } from "preact/hooks";
import { ChooseTask } from "../assignees/choose-task.tsx";
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { sayHours } from "../format/time.ts";
import { sayCount, sayName } from "../format/words.ts";
import { Button } from "../parts/button.tsx";
import { Figure } from "../parts/figure.tsx";
import { Await, Empty } from "../parts/state.tsx";
import { taskHref, type ViewProps } from "../project/view.ts";
import { Distribution } from "./distribution.tsx";
import { Risks } from "./risks.tsx";

const isOpen = (status: string): boolean => status !== "done" && status !== "cancelled";

export const Insight = ({ open }: ViewProps) => {
  const params = { project_id: open.id };
  // Whoever only looks uses up none of the day's calls of planning.
  const [judgement, judge] = useState(false);
  const body = { judgement };
  const some = [...open.tasks.value.values()].some(({ status }) => isOpen(status));
  const complexity = useLoad(
    some ? async () => (await service.assessComplexity({ params, body })).body : null,
    [open.id, some, judgement],
  );
  const report = useLoad(some ? async () => (await service.assessRisks({ params, body })).body : null, [
    open.id,
    some,
    judgement,
  ]);
  if (!some)
    return (
      <Empty icon="insight" title="Nothing to assess">
        Once there are open tasks, their complexity, their likely duration and their risks show here.
      </Empty>
    );
  return (
    <div class="insight">
      <section class="section" aria-labelledby="complexity">
        <header>
          <h2 id="complexity">Complexity</h2>
          <p>Figures by rules that give the same answer for the same tasks.{judgementOf(complexity.value)}</p>
          {!judgement && <Button onClick={() => judge(true)}>Ask for judgement</Button>}
        </header>
        <Await of={complexity} rows={3}>
          {({
            complexity: {
              score,
              parts,
              duration,
              simulation,
              recommendations,
              risk_factors,
              criticality,
              assumed_count,
            },
          }) => (
            <>
              <dl class="figures">
                <Figure name="Score of ten" value={score.toFixed(1)} />
                <Figure name="Expected" value={sayHours(duration.expected_hours)} />
                <Figure name="Best case" value={sayHours(duration.optimistic_hours)} />
                <Figure name="Worst case" value={sayHours(duration.pessimistic_hours)} />
              </dl>
              <div class="two">
                <div class="stack">
                  <figure class="panel-card">
                    <figcaption>
                      <h3>How long it may take</h3>
                      <p class="hint">
                        Played {simulation.runs.toLocaleString()} times. Half of all runs were done after{" "}
                        {sayHours(simulation.p50_hours)}, 95 of 100 after {sayHours(simulation.p95_hours)}.
                      </p>
                    </figcaption>
                    <Distribution simulation={simulation} />
                  </figure>
                  <Texts title="What to watch" texts={risk_factors} none="Nothing stands out." />
                  <Texts title="What to do" texts={recommendations} none="Go on as you are." />
                </div>
                <div class="stack">
                  <div class="panel-card">
                    <h3>What makes it so</h3>
                    <ul class="bars">
                      {parts.map((part) => (
                        <li key={part.area}>
                          <span class="bar-name">{sayName(part.area)}</span>
                          <span class="bar">
                            <span style={{ width: `${part.score * 10}%` }} />
                          </span>
                          <span class="bar-value">{part.score.toFixed(1)}</span>
                          <span class="hint">{part.because}</span>
                        </li>
                      ))}
                    </ul>
                  </div>

                  <div class="panel-card">
                    <h3>What decides the end</h3>
                    <p class="hint">How often a task was on the longest chain, of all runs.</p>
                    <ul class="bars brief">
                      {criticality.slice(0, 8).map(({ task_id, title, criticality: part }) => (
                        <li key={task_id}>
                          <a class="bar-name" href={taskHref(task_id)}>
                            {title}
                          </a>
                          <span class="bar">
                            <span style={{ width: `${part * 100}%` }} />
                          </span>
                          <span class="bar-value">{Math.round(part * 100)}%</span>
                        </li>
                      ))}
                    </ul>
                  </div>
                </div>
              </div>
              {assumed_count > 0 && (
                <p class="hint">
                  {sayCount(assumed_count, "task")} without an estimate: eight hours were assumed for each.
                  Estimates make all of this better.
                </p>
              )}
            </>
          )}
        </Await>
      </section>
      <section class="section" aria-labelledby="risks">
        <header>
          <h2 id="risks">Risks</h2>
          <p>In dates, estimates, dependencies, assignments and skills.{judgementOf(report.value)}</p>
        </header>
        <Await of={report} rows={3}>
          {(found) => <Risks open={open} report={found.report} />}
        </Await>
      </section>
      <ChooseTask open={open} />
    </div>
  );
};

/** Who judged besides, where a model is configured. */
const judgementOf = (answer: { readonly provider: string } | undefined): string =>
  answer && answer.provider !== "rules" ? ` Judgement added by ${answer.provider}.` : "";

const Texts = ({
  title,
  texts,
  none,
}: {
  readonly title: string;
  readonly texts: readonly string[];
  readonly none: string;
}) => (
  <div class="panel-card">
    <h3>{title}</h3>
    {texts.length === 0 ? (
      <p class="hint">{none}</p>
    ) : (
      <ul class="dots">
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    )}
  </div>
);
