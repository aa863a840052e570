// One integration: where it sends, what its rules do, what failed, and all that can be decided about it.
import { useState } from "preact/hooks";
import { type Loaded, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { done } from "../connection/run.ts";
import { ActionButton, Button } from "../parts/button.tsx";
import { Await } from "../parts/state.tsx";
import { Badge, Copyable, When } from "../parts/text.tsx";
import { etagOf } from "../project/open-project.ts";
import { Head } from "../shell/frame.tsx";
import { type Change, ChangeDialog, DeleteDialog, type Integration, RotateDialog } from "./dialogs.tsx";
import { Failures } from "./failures.tsx";
import { KIND_WORDS } from "./integration-words.ts";
import { Mapping, MappingDialog } from "./mapping.tsx";
import { SecretDialog, type Shown } from "./secret-dialog.tsx";
import { IntegrationBadge } from "./status-badge.tsx";

export const IntegrationScreen = ({ id }: { readonly id: string }) => {
  const read = useLoad<Integration>(
    async () => (await service.readIntegration({ params: { integration_id: id } })).body.integration,
    [id],
  );
  return (
    <div class="narrow">
      <Await of={read} alone>
        {(integration) => <Found of={read} integration={integration} />}
      </Await>
    </div>
  );
};

const Found = ({
  of,
  integration,
}: {
  readonly of: Loaded<Integration>;
  readonly integration: Integration;
}) => {
  const [open, setOpen] = useState<"change" | "rules" | "rotate" | "delete" | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const { id, name, kind, role, status, mapping, address, secrets, created_at } = integration;
  const close = () => setOpen(null);
  const change = async (body: Change, before = integration): Promise<Integration> => {
    const params = { integration_id: id };
    const answer = await service.updateIntegration({ params, body, if_match: etagOf(before) });
    of.replace(answer.body.integration);
    return answer.body.integration;
  };
  const active = status === "active";
  return (
    <>
      <Head
        title={name}
        trail={<a href="#/integrations">Integrations</a>}
        actions={
          <>
            <Button onClick={() => setOpen("change")}>Change</Button>
            <ActionButton
              work={async () => {
                const next = await change({ status: active ? "suspended" : "active" });
                done(active ? "Suspended: what it sends is refused." : "It is let in again.", () =>
                  change({ status }, next),
                );
              }}
            >
              {active ? "Suspend it" : "Let it in again"}
            </ActionButton>
          </>
        }
      >
        {KIND_WORDS[kind]} · since <When at={created_at} />
      </Head>
      <p class="badges">
        <IntegrationBadge status={status} />
        {role === "viewer" && <Badge tone="warn">Has no effect: it only reads</Badge>}
      </p>
      <section class="section" aria-labelledby="address">
        <header>
          <h2 id="address">Address</h2>
          <p>What is sent here counts with a signature alone; the address is no secret.</p>
        </header>
        <Copyable text={address} label="the address" />
      </section>
      <section class="section" aria-labelledby="rules">
        <header>
          <h2 id="rules">Rules</h2>
          <p>What becomes of an event. Fields of it stand in boxes.</p>
          <Button small onClick={() => setOpen("rules")}>
            Change the rules
          </Button>
        </header>
        <Mapping mapping={mapping} />
      </section>
      <Failures id={id} mapping={mapping} />
      <section class="section" aria-labelledby="end">
        <header>
          <h2 id="end">Secret and end</h2>
        </header>
        <dl class="facts">
          <div>
            <dt>Secret</dt>
            <dd>
              <span>
                Made <When at={secrets[0]?.created_at ?? created_at} />
                {secrets.length > 1 && `; ${secrets.length - 1} older still hold for a while`}
              </span>
              <Button small onClick={() => setOpen("rotate")}>
                Make a new one
              </Button>
            </dd>
          </div>
          <div>
            <dt>Delete</dt>
            <dd>
              <span>What failed goes too; the tasks that it made stay.</span>
              <Button small kind="danger" onClick={() => setOpen("delete")}>
                Delete it
              </Button>
            </dd>
          </div>
        </dl>
      </section>
      {open === "change" && <ChangeDialog integration={integration} change={change} close={close} />}
      {open === "delete" && <DeleteDialog integration={integration} close={close} />}
      {open === "rotate" && (
        <RotateDialog
          id={id}
          close={close}
          onMade={(next, secret) => {
            close();
            of.replace(next);
            setShown({ address: next.address, secret });
          }}
        />
      )}
      {open === "rules" && (
        <MappingDialog
          mapping={mapping}
          save={(running, next) =>
            running.run(async () => {
              const after = await change({ mapping: next });
              done("The rules are changed.", () => change({ mapping }, after));
            })
          }
          close={close}
        />
      )}
      {shown && <SecretDialog shown={shown} close={() => setShown(null)} />}
    </>
  );
};
