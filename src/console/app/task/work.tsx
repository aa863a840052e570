// Working on a task: claiming it for a while, renewing, giving back, completing with a word about the result; and the
// moves that the rules allow besides.
import { useState } from "preact/hooks";
import { movesFrom } from "../../../api/task-moves.ts";
import type { Task } from "../../../schema/project.ts";
import { service } from "../connection/requests.ts";
import { attempt, done, useRun } from "../connection/run.ts";
import { may, user_id } from "../connection/session.ts";
import { STATUS_WORDS } from "../format/words.ts";
import { ActionButton, Button } from "../parts/button.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { readForm, TextArea } from "../parts/field.tsx";
import { When } from "../parts/text.tsx";
import { moveTask } from "../project/moves.ts";
import type { OpenProject } from "../project/open-project.ts";
import { fencingTokenOf, forgetLease, keepLease } from "./leases.ts";

const LEASE_SECONDS = 3_600;

export const Work = ({ open, task }: { readonly open: OpenProject; readonly task: Task }) => {
  const [completing, setCompleting] = useState(false);
  const params = { project_id: open.id, task_id: task.id };
  const { lease } = task;
  const mine = lease?.holder === user_id.value;
  const fencing_token = fencingTokenOf(task.id);
  const free = task.assigned_to === null || task.assigned_to === user_id.value;
  const claimable =
    task.status === "open" && !task.blocked && free && may("task:claim") && open.editable.value;

  const claim = () =>
    attempt(async () => {
      const { body } = await service.claimTask({ params, body: { lease_seconds: LEASE_SECONDS } });
      keepLease(task.id, body.lease.fencing_token);
      open.put(body.task);
      done("It is yours for an hour.", () => giveBack(body.lease.fencing_token));
    });
  const giveBack = (token: number) =>
    attempt(async () => {
      open.put((await service.releaseTask({ params, body: { fencing_token: token } })).body.task);
      forgetLease(task.id);
      done("Given back: it is open again.");
    });

  return (
    <section class="panel-part" aria-label="Work on it">
      {lease && (
        <p>
          {mine ? "You hold it" : `${open.nameOf(lease.holder)} holds it`} until it is given back or the claim
          ends, <When at={lease.expires_at} />.
        </p>
      )}
      <div class="actions">
        {claimable && (
          <ActionButton kind="primary" icon="work" work={claim}>
            Claim it
          </ActionButton>
        )}
        {mine && fencing_token !== null && (
          <>
            <Button kind="primary" icon="check" onClick={() => setCompleting(true)}>
              Complete
            </Button>
            <ActionButton
              work={async () => {
                const body = { fencing_token, lease_seconds: LEASE_SECONDS };
                open.put((await service.renewTask({ params, body })).body.task);
                done("The claim lasts an hour from now.");
              }}
            >
              Renew
            </ActionButton>
            <ActionButton work={() => giveBack(fencing_token)}>Give back</ActionButton>
          </>
        )}
        {open.editable.value &&
          movesFrom(task.status).map((to) => (
            <ActionButton key={to} work={() => moveTask(open, task, to)}>
              {MOVE_WORDS[to] ?? STATUS_WORDS[to]}
            </ActionButton>
          ))}
      </div>
      {completing && fencing_token !== null && (
        <Complete open={open} task={task} fencing_token={fencing_token} close={() => setCompleting(false)} />
      )}
    </section>
  );
};

const MOVE_WORDS: Readonly<Partial<Record<Task["status"], string>>> = {
  open: "Open again",
  in_progress: "Start",
  blocked: "Call it blocked",
  done: "Mark as done",
  cancelled: "Cancel it",
};

const Complete = ({
  open,
  task,
  fencing_token,
  close,
}: {
  readonly open: OpenProject;
  readonly task: Task;
  readonly fencing_token: number;
  readonly close: () => void;
}) => {
  const running = useRun();
  return (
    <FormDialog
      title="Complete the task"
      action="Complete it"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text } = readForm(event);
        void running.run(async () => {
          const { body } = await service.completeTask({
            params: { project_id: open.id, task_id: task.id },
            body: { fencing_token, result: text("result") || null },
          });
          forgetLease(task.id);
          open.put(body.task);
          done(`"${task.title}" is done.`);
          close();
        });
      }}
    >
      <TextArea
        label="What came of it, optional"
        name="result"
        maxLength={10_000}
        hint="Whoever comes after you reads it with the task."
      />
    </FormDialog>
  );
};
