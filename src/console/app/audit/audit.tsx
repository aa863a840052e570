// The audit log: who did what, when, from where, and what was refused; each event can be verified here.
import { useState } from "preact/hooks";
import type { AuditEvent } from "../../../schema/audit-event.ts";
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { sayName } from "../format/words.ts";
import { ActionButton, LinkButton } from "../parts/button.tsx";
import { Await, Empty } from "../parts/state.tsx";
import { Badge, When } from "../parts/text.tsx";
import { go } from "../place.ts";
import { hrefOf, type Route } from "../route.ts";
import { Head } from "../shell/frame.tsx";
import { EventPanel } from "./event-panel.tsx";
import { ALL_EVENTS, queryOf } from "./filter.ts";
import { EventFilterBar } from "./filter-bar.tsx";
import { readNames } from "./names.ts";
import { Sinks } from "./sinks.tsx";

interface Page {
  readonly events: readonly AuditEvent[];
  readonly next_cursor: string | null;
}

export const Audit = ({ route }: { readonly route: Extract<Route, { name: "audit" }> }) => {
  const [filter, setFilter] = useState(ALL_EVENTS);
  const names = useLoad(readNames, []);
  const read = async (cursor?: string): Promise<Page> =>
    (await service.listEvents({ query: { ...queryOf(filter), limit: "50", ...(cursor && { cursor }) } }))
      .body;
  const log = useLoad<Page>(() => read(), [filter]);
  const nameOf = (id: string | null): string =>
    id === null ? "Nobody signed in" : (names.value?.get(id) ?? "Somebody");
  const shown = log.value?.events.find(({ id }) => id === route.id);
  const query = new URLSearchParams(queryOf(filter) as Record<string, string>).toString();
  return (
    <>
      <Head
        title="Audit log"
        actions={
          <LinkButton href={`/v1/audit/export?format=csv${query && `&${query}`}`}>Export as table</LinkButton>
        }
      >
        Every change, refusal and read, in an order that nobody can alter unseen.
      </Head>
      <EventFilterBar filter={filter} names={names.value ?? new Map()} change={setFilter} />
      <div class={route.id ? "beside with-panel" : "beside"}>
        <div class="beside-main">
          <Await of={log} rows={6}>
            {({ events, next_cursor }) =>
              events.length === 0 ? (
                <Empty icon="audit" title="No event fits">
                  Ask for less: take a filter away, or widen the time.
                </Empty>
              ) : (
                <>
                  <div class="table-frame">
                    <table class="table">
                      <thead>
                        <tr>
                          <th scope="col">What</th>
                          <th scope="col">Who</th>
                          <th scope="col" class="minor">
                            From
                          </th>
                          <th scope="col" class="minor">
                            When
                          </th>
                        </tr>
                      </thead>
                      <tbody>
                        {events.map((event) => (
                          <Row
                            key={event.id}
                            event={event}
                            who={nameOf(event.user_id)}
                            chosen={event.id === route.id}
                          />
                        ))}
                      </tbody>
                    </table>
                  </div>
                  {next_cursor && (
                    <p class="more">
                      <ActionButton
                        work={async () => {
                          const more = await read(next_cursor);
                          log.replace((old) => ({ ...more, events: [...old.events, ...more.events] }));
                        }}
                      >
                        Show more
                      </ActionButton>
                    </p>
                  )}
                </>
              )
            }
          </Await>
          <Sinks />
        </div>
        {route.id && (
          <EventPanel
            key={route.id}
            id={route.id}
            event={shown}
            nameOf={nameOf}
            close={() => go({ name: "audit", id: null })}
          />
        )}
      </div>
    </>
  );
};

const Row = ({
  event,
  who,
  chosen,
}: {
  readonly event: AuditEvent;
  readonly who: string;
  readonly chosen: boolean;
}) => {
  const { id, event_type, decision, severity, ip_address, timestamp, metadata } = event;
  return (
    <tr class={chosen ? "chosen" : undefined}>
      <td>
        <a href={hrefOf({ name: "audit", id })}>{sayName(event_type)}</a>{" "}
        {decision === "deny" && <Badge tone="bad">Refused</Badge>}
        {(severity === "error" || severity === "critical") && <Badge tone="warn">{sayName(severity)}</Badge>}
        {metadata.count > 1 && <Badge>{metadata.count} times</Badge>}
      </td>
      <td>{who}</td>
      <td class="minor">{ip_address ?? "the service"}</td>
      <td class="minor">
        <When at={timestamp} />
      </td>
    </tr>
  );
};
