// Breaking work down: a description becomes a plan, which is looked at and edited before any of it becomes a task.
import { useState } from "preact/hooks";
import type { ProjectPlan } from "../../../schema/breakdown.ts";
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { done, useRun } from "../connection/run.ts";
import { Button } from "../parts/button.tsx";
import { readForm, TextArea } from "../parts/field.tsx";
import { Await, Empty, Problem } from "../parts/state.tsx";
import { go } from "../place.ts";
import type { ViewProps } from "../project/view.ts";
import { PlanView } from "./plan-view.tsx";

export const Breakdown = ({ open }: ViewProps) => {
  const params = { project_id: open.id };
  const [made, setMade] = useState<ProjectPlan | null>(null);
  const latest = useLoad<ProjectPlan | null>(async () => {
    const { plans } = (await service.listPlans({ params })).body;
    const waiting = plans.find(({ applied_at }) => applied_at === null);
    return waiting
      ? (await service.readPlan({ params: { ...params, plan_id: waiting.id } })).body.plan
      : null;
  }, [open.id]);
  const editable = open.editable.value;
  return (
    <Await of={latest}>
      {(found) => {
        const plan = made ?? found;
        if (plan)
          return (
            <PlanView
              open={open}
              plan={plan}
              change={setMade}
              begin={() => {
                setMade(null);
                latest.replace(null);
              }}
              applied={() => go({ name: "project", id: open.id, view: "board", task: null })}
            />
          );
        return editable ? (
          <Begin open={open} onMade={setMade} />
        ) : (
          <Empty icon="insight" title="No plan is waiting">
            Whoever edits this project can have its work broken down here.
          </Empty>
        );
      }}
    </Await>
  );
};

const Begin = ({ open, onMade }: ViewProps & { readonly onMade: (plan: ProjectPlan) => void }) => {
  const running = useRun();
  const [idempotency_key, setKey] = useState(() => crypto.randomUUID());
  return (
    <form
      class="form panel-card narrow"
      onSubmit={(event) => {
        const { text } = readForm(event);
        void running.run(async () => {
          const params = { project_id: open.id };
          const { plan } = (
            await service.breakDown({ params, body: { description: text("description") }, idempotency_key })
          ).body;
          setKey(crypto.randomUUID());
          done("Here is a plan. Nothing has changed yet.");
          onMade(plan);
        });
      }}
    >
      <h2>Break the work down</h2>
      <p class="hint">
        Say what is to be done. You get phases, tasks, dependencies and estimates to look at; none of it
        becomes a task before you apply it.
      </p>
      <TextArea
        label="What is to be done"
        name="description"
        required
        maxLength={10_000}
        rows={6}
        value={open.project.value?.description ?? ""}
      />
      {running.problem && <Problem explanation={running.problem} />}
      <div>
        <Button type="submit" kind="primary" icon="insight" busy={running.busy}>
          Make a plan
        </Button>
      </div>
    </form>
  );
};
