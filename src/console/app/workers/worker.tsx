// One worker: load, keys, and what can be done about it.
import type { Worker } from "../../../schema/worker.ts";
import { type Loaded, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { done, useRun } from "../connection/run.ts";
import { ActionButton, Button } from "../parts/button.tsx";
import { Field, readForm } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await, Problem } from "../parts/state.tsx";
import { When } from "../parts/text.tsx";
import { Head } from "../shell/frame.tsx";
import { skillsFrom, skillsText } from "./skills.ts";
import { WorkerStatusBadge } from "./status-badge.tsx";

interface Read {
  readonly worker: Worker;
  readonly load: { readonly held: number };
}

export const WorkerScreen = ({ id }: { readonly id: string }) => {
  const read = useLoad<Read>(
    async () => (await service.readWorker({ params: { worker_id: id } })).body,
    [id],
  );
  return (
    <div class="narrow">
      <Await of={read} alone>
        {({ worker, load }) => <Found of={read} worker={worker} held={load.held} />}
      </Await>
    </div>
  );
};

const Found = ({
  of,
  worker,
  held,
}: {
  readonly of: Loaded<Read>;
  readonly worker: Worker;
  readonly held: number;
}) => {
  const params = { worker_id: worker.id };
  const changed = (next: Worker) => of.replace((old) => ({ ...old, worker: next }));
  const paused = worker.status === "paused";
  const revoked = worker.status === "revoked";
  const pause = async () => changed((await service.pauseWorker({ params })).body.worker);
  const resume = async () => changed((await service.resumeWorker({ params })).body.worker);
  return (
    <>
      <Head
        title={worker.name}
        trail={<a href="#/workers">Workers</a>}
        actions={
          !revoked && (
            <>
              <ActionButton
                work={async () => {
                  await (paused ? resume() : pause());
                  done(`${worker.name} is ${paused ? "going on" : "paused"}.`, paused ? pause : resume);
                }}
              >
                {paused ? "Let it go on" : "Pause it"}
              </ActionButton>
              <ActionButton
                kind="danger"
                work={async () => {
                  changed((await service.revokeWorker({ params })).body.worker);
                  done(`${worker.name} is revoked for good.`);
                }}
              >
                Revoke it
              </ActionButton>
            </>
          )
        }
      >
        Holds {held} of {worker.capacity} tasks · registered <When at={worker.created_at} />
      </Head>
      <p class="badges">
        <WorkerStatusBadge status={worker.status} />
      </p>
      {!revoked && <Profile key={worker.version} worker={worker} changed={changed} />}
      <Keys id={worker.id} />
    </>
  );
};

const Profile = ({
  worker,
  changed,
}: {
  readonly worker: Worker;
  readonly changed: (worker: Worker) => void;
}) => {
  const running = useRun();
  return (
    <section class="section" aria-labelledby="profile">
      <header>
        <h2 id="profile">What it can do</h2>
      </header>
      <form
        class="form"
        onSubmit={(event) => {
          const { text } = readForm(event);
          void running.run(async () => {
            const body = { skills: skillsFrom(text("skills")), capacity: Number(text("capacity")) };
            const if_match = `"v${worker.version}"`;
            changed(
              (await service.updateWorker({ params: { worker_id: worker.id }, body, if_match })).body.worker,
            );
            done("Saved.");
          });
        }}
      >
        <Field label="Skills, with levels from 1 to 5" name="skills" value={skillsText(worker.skills)} />
        <Field
          label="Tasks at once"
          name="capacity"
          type="number"
          min={1}
          max={100}
          value={String(worker.capacity)}
          required
        />
        {running.problem && <Problem explanation={running.problem} />}
        <div>
          <Button type="submit" kind="primary" busy={running.busy}>
            Save
          </Button>
        </div>
      </form>
    </section>
  );
};

const Keys = ({ id }: { readonly id: string }) => {
  const params = { worker_id: id };
  const keys = useLoad(async () => (await service.listKeys({ params })).body.keys, [id]);
  return (
    <section class="section" aria-labelledby="keys">
      <header>
        <h2 id="keys">Keys</h2>
        <p>What it signs with. A revoked key fails from the next request on.</p>
      </header>
      <Await of={keys} rows={1}>
        {(list) =>
          list.length === 0 ? (
            <p class="none">None: it cannot sign any request.</p>
          ) : (
            <ul class="rows">
              {list.map((key) => (
                <li key={key.id} class="row">
                  <Icon name="key" />
                  <div class="row-main">
                    <p class="row-title">{key.algorithm}</p>
                    <p class="hint">
                      <code>{key.id}</code> · added <When at={key.created_at} /> ·{" "}
                      {key.last_used_at ? (
                        <>
                          used <When at={key.last_used_at} />
                        </>
                      ) : (
                        "never used"
                      )}
                    </p>
                  </div>
                  <ActionButton
                    small
                    work={async () => {
                      await service.revokeKey({ params: { ...params, key_id: key.id } });
                      done("The key is revoked.");
                      keys.reload();
                    }}
                  >
                    Revoke
                  </ActionButton>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
    </section>
  );
};
