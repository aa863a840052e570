// Whom to give a task: the project's workers as they fit, with reasons, and those that do not, with what stands in the
// way. It is asked for on demand, since each ranking counts against the day's calls; nothing is assigned by it.
import { useState } from "preact/hooks";
import type { ReplyOf } from "../../../api/operation.ts";
import type { Operations } from "../../../api/operations/index.ts";
import type { Task } from "../../../schema/project.ts";
import type { Recommendation, RecommendedWorker } from "../../../schema/recommendation.ts";
import { service } from "../connection/requests.ts";
import { ActionButton } from "../parts/button.tsx";
import { Avatar, Badge } from "../parts/text.tsx";
import type { OpenProject } from "../project/open-project.ts";
import { hrefOf } from "../route.ts";
import { assignTo } from "../task/assign.tsx";

interface Props {
  readonly open: OpenProject;
  readonly task: Task;
}

type Answer = ReplyOf<Operations["recommendAssignees"]>;

/** Keyed by the task: a ranking of one is never shown for another. */
export const Assignees = (props: Props) => {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const params = { project_id: props.open.id, task_id: props.task.id };
  return (
    <div class="assignees">
      {answer && <Ranking {...props} {...answer} />}
      <ActionButton
        small
        icon="workers"
        work={async () => setAnswer((await service.recommendAssignees({ params, body: {} })).body)}
      >
        {answer ? "Rank them again" : "Rank the workers"}
      </ActionButton>
    </div>
  );
};

const Ranking = ({ open, task, recommendation, provider, notes }: Props & Answer) => {
  const { recommended, alternatives, unfit, confidence, because } = recommendation;
  if (!recommended && unfit.length === 0)
    return (
      <p class="none">
        No worker is a member of this project.{" "}
        <a href={hrefOf({ name: "project", id: open.id, view: "members", task: null })}>Add one</a>, then rank
        them.
      </p>
    );
  return (
    <>
      {recommended ? (
        <>
          <p>
            <b>{recommended.name}</b> fits best, with {Math.round(confidence * 100)}% confidence:{" "}
            <span class="hint">{because}</span>
          </p>
          <ul class="rows">
            {[recommended, ...alternatives].map((worker, at) => (
              <Fitting key={worker.worker_id} open={open} task={task} worker={worker} is_first={at === 0} />
            ))}
          </ul>
        </>
      ) : (
        <p class="none">{because}</p>
      )}
      {unfit.length > 0 && <Unfit unfit={unfit} />}
      <p class="hint">
        {provider === "rules" ? "Ranked by rules from skills, load and hours." : `Judged by ${provider}.`}{" "}
        {notes.join(" ")}
      </p>
    </>
  );
};

const Fitting = ({
  open,
  task,
  worker,
  is_first,
}: Props & { readonly worker: RecommendedWorker; readonly is_first: boolean }) => (
  <li class="row">
    <Avatar name={worker.name} small />
    <div class="row-main">
      <p class="row-title">
        {worker.name} <Badge tone={is_first ? "good" : "neutral"}>{worker.score} points</Badge>
      </p>
      <p class="hint">{[...worker.reasons, ...(worker.judgement ? [worker.judgement] : [])].join(" · ")}</p>
    </div>
    {task.assigned_to === worker.worker_id ? (
      <Badge tone="accent">Assigned</Badge>
    ) : (
      <ActionButton small label={`Assign ${worker.name}`} work={() => assignTo(open, task, worker.worker_id)}>
        Assign
      </ActionButton>
    )}
  </li>
);

const Unfit = ({ unfit }: Pick<Recommendation, "unfit">) => (
  <div>
    <h3>Who does not fit now</h3>
    <ul class="dots">
      {unfit.map(({ worker_id, name, because }) => (
        <li key={worker_id}>
          {name}: {because}
        </li>
      ))}
    </ul>
  </div>
);
