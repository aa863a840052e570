// Where the account is signed in: device, coarse place, last use; each can be ended from here, at once.
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { done } from "../connection/run.ts";
import { sayDevice } from "../format/device.ts";
import { ActionButton } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await } from "../parts/state.tsx";
import { Badge, When } from "../parts/text.tsx";

export const Sessions = () => {
  const sessions = useLoad(async (signal) => (await service.listSessions({}, { signal })).body, []);
  return (
    <section class="section" aria-labelledby="sessions">
      <header>
        <h2 id="sessions">Where you are signed in</h2>
        <p>
          Up to three at a time. A session belongs to one browser in one place; elsewhere it is worth nothing.
        </p>
      </header>
      <Await of={sessions} rows={2}>
        {({ sessions: list }) => (
          <>
            <ul class="rows">
              {list.map(({ id, device, place, current, last_used_at, expires_at, risk }) => (
                <li key={id} class="row">
                  <Icon name="screen" />
                  <div class="row-main">
                    <p class="row-title">
                      <span title={device}>{sayDevice(device)}</span>{" "}
                      {current && <Badge tone="good">This one</Badge>}
                      {risk.score > 0 && <Badge tone={risk.score >= 40 ? "bad" : "warn"}>Unusual use</Badge>}
                    </p>
                    <p class="hint">
                      {place || "Place unknown"} · used <When at={last_used_at} /> · ends{" "}
                      <When at={expires_at} />
                    </p>
                  </div>
                  {!current && (
                    <ActionButton
                      small
                      work={async () => {
                        await service.endSession({ params: { session_id: id } });
                        done("That session has ended.");
                        sessions.reload();
                      }}
                    >
                      End
                    </ActionButton>
                  )}
                </li>
              ))}
            </ul>
            {list.length > 1 && (
              <ActionButton
                work={async () => {
                  const { ended } = (await service.endOtherSessions()).body as { ended: number };
                  done(ended === 1 ? "The other session has ended." : `${ended} other sessions have ended.`);
                  sessions.reload();
                }}
              >
                End all others
              </ActionButton>
            )}
          </>
        )}
      </Await>
    </section>
  );
};
