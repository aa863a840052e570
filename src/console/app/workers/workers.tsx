// Workers: the programs that work on tasks, what they can, and whether they are there.
import { useState } from "preact/hooks";
import { allPages, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { may } from "../connection/session.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await, Empty } from "../parts/state.tsx";
import { When } from "../parts/text.tsx";
import { hrefOf, type Route } from "../route.ts";
import { Head } from "../shell/frame.tsx";
import { RegisterWorker } from "./register-worker.tsx";
import { WorkerStatusBadge } from "./status-badge.tsx";
import { WorkerScreen } from "./worker.tsx";

export const Workers = ({ route }: { readonly route: Extract<Route, { name: "workers" }> }) =>
  route.id === null ? <List /> : <WorkerScreen key={route.id} id={route.id} />;

const List = () => {
  const [registering, setRegistering] = useState(false);
  const workers = useLoad(
    async () => (await allPages((query) => service.listWorkers({ query }))).flatMap((page) => page.workers),
    [],
  );
  const register = may("worker:register") && (
    <Button kind="primary" icon="plus" onClick={() => setRegistering(true)}>
      Register a worker
    </Button>
  );
  return (
    <div class="narrow">
      <Head title="Workers" actions={register}>
        Programs that claim tasks. Each signs its requests with a key of its own.
      </Head>
      <Await of={workers} rows={2}>
        {(list) =>
          list.length === 0 ? (
            <Empty icon="workers" title="No worker yet" action={register}>
              Register one with its skills and its public key, make it a member of a project, and it claims
              what fits.
            </Empty>
          ) : (
            <ul class="rows">
              {list.map(({ id, name, status, skills, capacity, last_seen_at }) => (
                <li key={id} class="row">
                  <Icon name="workers" />
                  <div class="row-main">
                    <p class="row-title">
                      <a href={hrefOf({ name: "workers", id })}>{name}</a>
                      <WorkerStatusBadge status={status} />
                    </p>
                    <p class="hint">
                      {skills.length === 0
                        ? "no skills"
                        : skills.map((skill) => `${skill.name} ${skill.level}`).join(", ")}{" "}
                      · takes {capacity} at once ·{" "}
                      {last_seen_at ? (
                        <>
                          heard of <When at={last_seen_at} />
                        </>
                      ) : (
                        "never heard of"
                      )}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      {registering && (
        <RegisterWorker
          close={() => {
            setRegistering(false);
            workers.reload();
          }}
        />
      )}
    </div>
  );
};
