// What happened to a task, newest first; read when somebody asks for it.
import { useState } from "preact/hooks";
import type { Task } from "../../../schema/project.ts";
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { sayName } from "../format/words.ts";
import { Await } from "../parts/state.tsx";
import { When } from "../parts/text.tsx";
import type { OpenProject } from "../project/open-project.ts";

export const Activity = ({ open, task }: { readonly open: OpenProject; readonly task: Task }) => {
  const [shown, setShown] = useState(false);
  const changes = useLoad(
    shown
      ? async () => {
          const params = { project_id: open.id, task_id: task.id };
          return (await service.listActivity({ params, query: { limit: "50" } })).body.changes;
        }
      : null,
    [task.id, shown, task.version],
  );
  return (
    <details class="panel-part" onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>What happened</summary>
      {shown && (
        <Await of={changes} rows={2}>
          {(list) => (
            <ul class="activity">
              {list.map(({ number, type, actor, at }) => (
                <li key={number}>
                  <b>
                    {sayName(
                      type.replace(/^(?:task|comment)\./, (part) => (part === "task." ? "" : "Comment ")),
                    )}
                  </b>
                  <span class="hint">
                    {" "}
                    by {actor ? open.nameOf(actor) : "the service"}, <When at={at} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Await>
      )}
    </details>
  );
};
