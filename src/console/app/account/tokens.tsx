// API tokens: what programs of the reader's sign in with. Each has part of the reader's permissions and an end; its
// secret is shown once.
import { useState } from "preact/hooks";
import type { Permission } from "../../../schema/role.ts";
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { done, useRun } from "../connection/run.ts";
import { signed_in } from "../connection/session.ts";
import { ActionButton, Button } from "../parts/button.tsx";
import { FormDialog, ShownDialog } from "../parts/dialog.tsx";
import { Check, Field, readForm } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await } from "../parts/state.tsx";
import { Copyable, When } from "../parts/text.tsx";

export const Tokens = () => {
  const tokens = useLoad(async (signal) => (await service.listTokens({}, { signal })).body, []);
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <section class="section" aria-labelledby="tokens">
      <header>
        <h2 id="tokens">API tokens</h2>
        <p>For your programs. A token never does more than you may, and dies with your account.</p>
        <Button small icon="plus" onClick={() => setMaking(true)}>
          New token
        </Button>
      </header>
      <Await of={tokens} rows={1}>
        {({ api_tokens }) =>
          api_tokens.length === 0 ? (
            <p class="none">None. Make one when a script of yours needs to reach the API.</p>
          ) : (
            <ul class="rows">
              {api_tokens.map(({ id, name, permissions, expires_at, last_used_at }) => (
                <li key={id} class="row">
                  <Icon name="key" />
                  <div class="row-main">
                    <p class="row-title">{name}</p>
                    <p class="hint">
                      {permissions.join(", ")} ·{" "}
                      {last_used_at ? (
                        <>
                          used <When at={last_used_at} />
                        </>
                      ) : (
                        "never used"
                      )}{" "}
                      · ends <When at={expires_at} />
                    </p>
                  </div>
                  <ActionButton
                    small
                    work={async () => {
                      await service.revokeToken({ params: { token_id: id } });
                      done(`The token "${name}" is revoked.`);
                      tokens.reload();
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
      {making && (
        <NewToken
          close={() => setMaking(false)}
          onMade={(token) => {
            setMaking(false);
            setSecret(token);
            tokens.reload();
          }}
        />
      )}
      {secret !== null && (
        <ShownDialog title="Your new token" onClose={() => setSecret(null)}>
          <p>Copy it now: it is shown this once, and kept nowhere but as a hash.</p>
          <Copyable text={secret} label="the token" />
        </ShownDialog>
      )}
    </section>
  );
};

const NewToken = ({
  close,
  onMade,
}: {
  readonly close: () => void;
  readonly onMade: (token: string) => void;
}) => {
  const running = useRun();
  const [idempotency_key] = useState(() => crypto.randomUUID());
  return (
    <FormDialog
      title="New API token"
      action="Make it"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text, all } = readForm(event);
        void running.run(async () => {
          const { body } = await service.createToken({
            body: {
              name: text("name"),
              permissions: all("permission") as Permission[],
              expires_in_days: Number(text("days")),
            },
            idempotency_key,
          });
          onMade(body.token);
        });
      }}
    >
      <Field label="Name" name="name" required maxLength={80} placeholder="nightly import" autofocus />
      <Field label="Days until it ends" name="days" type="number" min={1} max={365} value="90" required />
      <fieldset>
        <legend>What it may do</legend>
        <div class="checks">
          {[...signed_in.value!.permissions].map((permission) => (
            <Check key={permission} label={permission} name="permission" value={permission} />
          ))}
        </div>
      </fieldset>
    </FormDialog>
  );
};
