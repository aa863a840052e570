// Where audit events are streamed to, and how far each destination has come.
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { sayCount, sayName } from "../format/words.ts";
import { Icon } from "../parts/icon.tsx";
import { Await } from "../parts/state.tsx";
import { Badge, When } from "../parts/text.tsx";

export const Sinks = () => {
  const sinks = useLoad(async () => (await service.listSinks()).body.sinks, []);
  return (
    <section class="section" aria-labelledby="sinks">
      <header>
        <h2 id="sinks">Where events go</h2>
        <p>Each destination at its own pace; none slows another.</p>
      </header>
      <Await of={sinks} rows={1}>
        {(list) => (
          <ul class="rows">
            {list.map((sink) => (
              <li key={sink.name} class="row">
                <Icon name="list" />
                <div class="row-main">
                  <p class="row-title">
                    {sayName(sink.name)}{" "}
                    <Badge tone={sink.status === "healthy" ? "good" : "bad"}>{sayName(sink.status)}</Badge>
                  </p>
                  <p class="hint">
                    {sayCount(sink.waiting_events, "event")} waiting ·{" "}
                    {sink.delivered_at ? (
                      <>
                        delivered <When at={sink.delivered_at} />
                      </>
                    ) : (
                      "nothing delivered yet"
                    )}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Await>
    </section>
  );
};
