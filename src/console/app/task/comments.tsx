// What is said of a task, oldest first, and a field to say more.
import { useRef } from "preact/hooks";
import type { Task } from "../../../schema/project.ts";
import { allPages, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { attempt, done, useRun } from "../connection/run.ts";
import { user_id } from "../connection/session.ts";
import { Button } from "../parts/button.tsx";
import { readForm, TextArea } from "../parts/field.tsx";
import { Await, Problem } from "../parts/state.tsx";
import { Avatar, When } from "../parts/text.tsx";
import type { OpenProject } from "../project/open-project.ts";

export const Comments = ({ open, task }: { readonly open: OpenProject; readonly task: Task }) => {
  const params = { project_id: open.id, task_id: task.id };
  const comments = useLoad(async () => {
    const pages = await allPages((query) => service.listComments({ params, query }));
    return pages.flatMap((page) => page.comments);
  }, [task.id, open.changes.value]);
  const running = useRun();
  const form = useRef<HTMLFormElement>(null);

  const say = (event: SubmitEvent) => {
    const { text } = readForm(event);
    void running
      .run(() => service.createComment({ params, body: { text: text("text") } }))
      .then((said) => {
        if (!said) return;
        form.current?.reset();
        comments.reload();
      });
  };
  const remove = (comment_id: string, text: string) =>
    attempt(async () => {
      await service.deleteComment({ params: { ...params, comment_id } });
      comments.reload();
      done("The comment is deleted.", async () => {
        await service.createComment({ params, body: { text } });
        comments.reload();
      });
    });

  return (
    <section class="panel-part" aria-label="Comments">
      <h3>Comments</h3>
      <Await of={comments} rows={1}>
        {(list) =>
          list.length === 0 ? (
            <p class="hint">Nobody has said anything yet.</p>
          ) : (
            <ul class="comments">
              {list.map(({ id, author, text, created_at }) => (
                <li key={id}>
                  <Avatar name={open.nameOf(author)} small />
                  <div>
                    <p class="comment-head">
                      <b>{open.nameOf(author)}</b>{" "}
                      <span class="hint">
                        <When at={created_at} />
                      </span>
                      {open.editable.value && (author === user_id.value || open.role.value === "owner") && (
                        <Button
                          small
                          kind="quiet"
                          icon="trash"
                          label="Delete the comment"
                          onClick={() => remove(id, text)}
                        />
                      )}
                    </p>
                    <p class="prose">{text}</p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      {open.editable.value && (
        <form class="form" ref={form} onSubmit={say}>
          <TextArea label="Say something" name="text" required maxLength={10_000} rows={2} />
          {running.problem && <Problem explanation={running.problem} />}
          <div>
            <Button type="submit" busy={running.busy} icon="comment">
              Comment
            </Button>
          </div>
        </form>
      )}
    </section>
  );
};
