// A plan by phases, with its figures: titles are edited, tasks taken out, and the whole applied or left.
import { useState } from "preact/hooks";
import type { ProjectPlan } from "../../../schema/breakdown.ts";
import { service } from "../connection/requests.ts";
import { done, useRun } from "../connection/run.ts";
import { sayHours } from "../format/time.ts";
import { sayCount } from "../format/words.ts";
import { Button } from "../parts/button.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { Field, readForm } from "../parts/field.tsx";
import { Figure } from "../parts/figure.tsx";
import { Problem } from "../parts/state.tsx";
import { etagOf, type OpenProject } from "../project/open-project.ts";
import { bodyOf, type PlanBody, without, withTask } from "./changes.ts";

type PlannedTask = ProjectPlan["tasks"][number];

export const PlanView = ({
  open,
  plan,
  change,
  begin,
  applied,
}: {
  readonly open: OpenProject;
  readonly plan: ProjectPlan;
  readonly change: (plan: ProjectPlan) => void;
  /** Leaves this plan and begins another. */
  readonly begin: () => void;
  readonly applied: () => void;
}) => {
  const running = useRun();
  const [edited, setEdited] = useState<PlannedTask | null>(null);
  const params = { project_id: open.id, plan_id: plan.id };
  const editable = open.editable.value;
  const save = async (body: PlanBody, from = plan): Promise<ProjectPlan> => {
    const { plan: next } = (await service.editPlan({ params, body, if_match: etagOf(from) })).body;
    change(next);
    return next;
  };
  const remove = (task: PlannedTask) =>
    running.run(async () => {
      const next = await save(without(bodyOf(plan), task.ref));
      done(`"${task.title}" is out of the plan.`, () => save(bodyOf(plan), next));
    });
  const apply = () =>
    running.run(async () => {
      const { count } = (await service.applyPlan({ params, body: { version: plan.version } })).body;
      await open.readTasks();
      done(`${sayCount(count, "task")} made.`);
      applied();
    });
  const titles = new Map(plan.tasks.map(({ ref, title }) => [ref, title]));
  return (
    <>
      <div class="bar-of-filters">
        <h2>A plan to look at</h2>
        {editable && (
          <div class="actions">
            <Button kind="primary" icon="check" busy={running.busy} onClick={apply}>
              Make these {plan.tasks.length} tasks
            </Button>
            <Button onClick={begin}>Begin another</Button>
          </div>
        )}
      </div>
      {running.problem && <Problem explanation={running.problem} />}
      <dl class="figures">
        <Figure name="Expected" value={sayHours(plan.duration.expected_hours)} />
        <Figure name="Work in all" value={sayHours(plan.effort_hours)} />
        <Figure name="Hands that can share it" value={String(plan.team_size)} />
        <Figure name="Complexity of ten" value={plan.complexity.score.toFixed(1)} />
      </dl>
      {plan.notes.length > 0 && (
        <ul class="dots plan-notes">
          {plan.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {plan.phases.map(({ name, tasks: count, expected_hours }) => (
        <section key={name} class="section" aria-label={name}>
          <header>
            <h3>{name}</h3>
            <p class="hint">
              {sayCount(count, "task")}, {sayHours(expected_hours)}
            </p>
          </header>
          <ul class="rows">
            {plan.tasks
              .filter(({ phase }) => phase === name)
              .map((task) => (
                <li key={task.ref} class="row">
                  <div class="row-main">
                    <p class="row-title">{task.title}</p>
                    <p class="hint">
                      {[
                        task.estimate && sayHours(task.estimate.likely),
                        task.skills.join(", "),
                        task.depends_on.length > 0 &&
                          `after ${task.depends_on.map((ref) => titles.get(ref) ?? ref).join(", ")}`,
                      ]
                        .filter(Boolean)
                        .join(" · ")}
                    </p>
                  </div>
                  {editable && (
                    <>
                      <Button small label={`Edit ${task.title}`} onClick={() => setEdited(task)}>
                        Edit
                      </Button>
                      <Button
                        small
                        kind="quiet"
                        icon="close"
                        label={`Take ${task.title} out`}
                        onClick={() => remove(task)}
                      />
                    </>
                  )}
                </li>
              ))}
          </ul>
        </section>
      ))}
      {edited && (
        <EditPlanned
          task={edited}
          close={() => setEdited(null)}
          save={(task) => save(withTask(bodyOf(plan), task))}
        />
      )}
    </>
  );
};

const EditPlanned = ({
  task,
  close,
  save,
}: {
  readonly task: PlannedTask;
  readonly close: () => void;
  readonly save: (task: PlannedTask) => Promise<unknown>;
}) => {
  const running = useRun();
  return (
    <FormDialog
      title="Edit a planned task"
      action="Save"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text } = readForm(event);
        const [optimistic, likely, pessimistic] = ["optimistic", "likely", "pessimistic"].map((name) =>
          Number(text(name)),
        );
        void running.run(async () => {
          const estimate = { optimistic: optimistic!, likely: likely!, pessimistic: pessimistic! };
          await save({ ...task, title: text("title"), estimate });
          done("The plan is changed.");
          close();
        });
      }}
    >
      <Field label="Title" name="title" required maxLength={200} value={task.title} autofocus />
      <fieldset>
        <legend>Estimate in working hours</legend>
        <div class="triple">
          {(["optimistic", "likely", "pessimistic"] as const).map((name) => (
            <Field
              key={name}
              label={name[0]!.toUpperCase() + name.slice(1)}
              name={name}
              type="number"
              min={0}
              step="any"
              required
              value={task.estimate ? String(task.estimate[name]) : ""}
            />
          ))}
        </div>
      </fieldset>
    </FormDialog>
  );
};
