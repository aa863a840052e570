// What was sent to an endpoint and what became of it; each can be looked into and sent again.
import { useState } from "preact/hooks";
import { DELIVERY_STATUSES, type Delivery, type DeliveryStatus } from "../../../schema/webhook.ts";
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { done } from "../connection/run.ts";
import { sayCount, sayName } from "../format/words.ts";
import { ActionButton, Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Select } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await } from "../parts/state.tsx";
import { When } from "../parts/text.tsx";
import { DeliveryBadge } from "./status-badge.tsx";

interface Page {
  readonly deliveries: readonly Delivery[];
  readonly next_cursor: string | null;
}

export const Deliveries = ({ id, sent }: { readonly id: string; readonly sent: number }) => {
  const [status, setStatus] = useState<DeliveryStatus | "">("");
  const [shown, setShown] = useState<Delivery | null>(null);
  const params = { webhook_id: id };
  const read = async (cursor?: string): Promise<Page> => {
    const query = { limit: "20", ...(status && { status }), ...(cursor && { cursor }) };
    return (await service.listDeliveries({ params, query })).body;
  };
  const list = useLoad<Page>(() => read(), [id, status, sent]);
  const choices = DELIVERY_STATUSES.map((value) => ({
    value,
    label: value === "dead" ? "Given up" : sayName(value),
  }));
  return (
    <section class="section" aria-labelledby="deliveries">
      <header>
        <h2 id="deliveries">Deliveries</h2>
        <Button small icon="clock" onClick={list.reload}>
          Look again
        </Button>
      </header>
      <div class="bar-of-filters">
        <Select
          label="Status of deliveries"
          name="status"
          hidden_label
          value={status}
          choices={[{ value: "", label: "All" }, ...choices]}
          onChange={(value) => setStatus(value as DeliveryStatus | "")}
        />
      </div>
      <Await of={list} rows={2}>
        {({ deliveries, next_cursor }) =>
          deliveries.length === 0 ? (
            <p class="none">Nothing yet. Send a test, or change a task, and look again.</p>
          ) : (
            <>
              <ul class="rows">
                {deliveries.map((delivery) => (
                  <li key={delivery.id} class="row">
                    <Icon name={delivery.status === "delivered" ? "check" : "clock"} />
                    <div class="row-main">
                      <p class="row-title">
                        <button type="button" class="link" onClick={() => setShown(delivery)}>
                          {sayName(delivery.event_type)}
                        </button>
                        <DeliveryBadge status={delivery.status} />
                      </p>
                      <p class="hint">
                        <When at={delivery.created_at} /> · {sayCount(delivery.attempts, "attempt")}
                        {outcomeOf(delivery)}
                      </p>
                    </div>
                    {(delivery.status === "dead" || delivery.status === "delivered") && (
                      <ActionButton
                        small
                        work={async () => {
                          await service.replayDelivery({ params: { ...params, delivery_id: delivery.id } });
                          done("It is sent again, under the same id.");
                          list.reload();
                        }}
                      >
                        Send again
                      </ActionButton>
                    )}
                  </li>
                ))}
              </ul>
              {next_cursor && (
                <ActionButton
                  work={async () => {
                    const more = await read(next_cursor);
                    list.replace((old) => ({ ...more, deliveries: [...old.deliveries, ...more.deliveries] }));
                  }}
                >
                  Show more
                </ActionButton>
              )}
            </>
          )
        }
      </Await>
      {shown && <DeliveryDialog webhook_id={id} delivery={shown} close={() => setShown(null)} />}
    </section>
  );
};

function outcomeOf({ last_status_code, last_error, reason }: Delivery): string {
  const answer =
    last_status_code === null ? last_error && sayName(last_error) : `answered ${last_status_code}`;
  return [answer, reason && sayName(reason)]
    .filter(Boolean)
    .map((text) => ` · ${text}`)
    .join("");
}

const DeliveryDialog = ({
  webhook_id,
  delivery,
  close,
}: {
  readonly webhook_id: string;
  readonly delivery: Delivery;
  readonly close: () => void;
}) => {
  const read = useLoad(
    async () => (await service.readDelivery({ params: { webhook_id, delivery_id: delivery.id } })).body,
    [delivery.id],
  );
  return (
    <Dialog title={sayName(delivery.event_type)} onClose={close} wide>
      <Await of={read} rows={2}>
        {({ attempts, body }) => (
          <div class="form">
            {attempts.length === 0 ? (
              <p class="hint">It has not been tried yet.</p>
            ) : (
              <ul class="rows">
                {attempts.map(({ number, at, duration_ms, status_code, error, answer }) => (
                  <li key={number} class="row">
                    <div class="row-main">
                      <p class="row-title">
                        Attempt {number}:{" "}
                        {status_code === null ? sayName(error ?? "no answer") : `answered ${status_code}`}
                      </p>
                      <p class="hint">
                        <When at={at} /> · {Math.round(duration_ms)} ms
                        {answer && ` · “${answer}”`}
                      </p>
                    </div>
                  </li>
                ))}
              </ul>
            )}
            <details>
              <summary>What was sent, byte for byte</summary>
              <pre class="sent">{body}</pre>
            </details>
          </div>
        )}
      </Await>
    </Dialog>
  );
};
