// One endpoint: how it fares, what was sent to it, and all that can be done about it.
import { useState } from "preact/hooks";
import type { Webhook, WebhookMetrics } from "../../../schema/webhook.ts";
import { type Loaded, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { done } from "../connection/run.ts";
import { sayName } from "../format/words.ts";
import { ActionButton } from "../parts/button.tsx";
import { Figure } from "../parts/figure.tsx";
import { Await } from "../parts/state.tsx";
import { go } from "../place.ts";
import { Head } from "../shell/frame.tsx";
import { Deliveries } from "./deliveries.tsx";
import { SecretDialog } from "./secret-dialog.tsx";
import { WebhookBadge } from "./status-badge.tsx";

interface Read {
  readonly webhook: Webhook;
  readonly metrics: WebhookMetrics;
}

export const WebhookScreen = ({ id }: { readonly id: string }) => {
  const read = useLoad<Read>(
    async () => (await service.readWebhook({ params: { webhook_id: id } })).body,
    [id],
  );
  return (
    <div class="narrow">
      <Await of={read} alone>
        {(value) => <Found of={read} {...value} />}
      </Await>
    </div>
  );
};

const Found = ({ of, webhook, metrics }: Read & { readonly of: Loaded<Read> }) => {
  const [secret, setSecret] = useState<string | null>(null);
  const [sent, setSent] = useState(0);
  const params = { webhook_id: webhook.id };
  const active = webhook.status === "active";
  const set = async (status: "active" | "paused") => {
    const { body } = await service.updateWebhook({ params, body: { status } });
    of.replace((old) => ({ ...old, webhook: body.webhook }));
  };
  return (
    <>
      <Head
        title={webhook.description || "Webhook"}
        trail={<a href="#/webhooks">Webhooks</a>}
        actions={
          <>
            <ActionButton
              kind="primary"
              work={async () => {
                await service.testWebhook({ params });
                done("A test event is on its way.");
                setSent((n) => n + 1);
                of.reload();
              }}
            >
              Send a test
            </ActionButton>
            <ActionButton
              work={async () => {
                await set(active ? "paused" : "active");
                done(active ? "Paused: events are kept, nothing is sent." : "It goes on.", () =>
                  set(active ? "active" : "paused"),
                );
              }}
            >
              {active ? "Pause" : "Go on"}
            </ActionButton>
          </>
        }
      >
        {webhook.url}
      </Head>
      <p class="badges">
        <WebhookBadge status={webhook.status} />
        <span class="hint">
          hears{" "}
          {webhook.event_types.includes("*") ? "everything" : webhook.event_types.map(sayName).join(", ")}
        </span>
      </p>
      <dl class="figures spaced">
        <Figure name="Delivered" value={metrics.delivered.toLocaleString()} />
        <Figure name="On their way" value={metrics.pending.toLocaleString()} />
        <Figure name="Given up" value={metrics.dead.toLocaleString()} />
        <Figure
          name="Half of the attempts within"
          value={metrics.answer_p50_ms === null ? "–" : `${Math.round(metrics.answer_p50_ms)} ms`}
        />
      </dl>
      {metrics.held && (
        <p class="none">
          Whoever set it up is suspended or gone, or may no longer read what it hears of: nothing is sent
          until somebody else changes it.
        </p>
      )}
      <Deliveries id={webhook.id} sent={sent} />
      <section class="section" aria-labelledby="end">
        <header>
          <h2 id="end">Secret and end</h2>
        </header>
        <dl class="facts">
          <div>
            <dt>Secret</dt>
            <dd>
              A new one; the old one signs beside it for a day.
              <ActionButton
                small
                work={async () => setSecret((await service.rotateWebhook({ params, body: {} })).body.secret)}
              >
                Make a new one
              </ActionButton>
            </dd>
          </div>
          <div>
            <dt>Delete</dt>
            <dd>
              Its deliveries go too; nothing more is sent.
              <ActionButton
                small
                kind="danger"
                work={async () => {
                  await service.deleteWebhook({ params });
                  go({ name: "webhooks", id: null });
                  done("The webhook is deleted.");
                }}
              >
                Delete it
              </ActionButton>
            </dd>
          </div>
        </dl>
      </section>
      {secret !== null && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </>
  );
};
