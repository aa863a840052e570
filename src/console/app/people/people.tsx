// Who is in the workspace: list, one person, and invitations.
import { useState } from "preact/hooks";
import type { Invitation } from "../../../schema/account.ts";
import { allPages, type Loaded, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { ROLE_WORDS, sayCount } from "../format/words.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await } from "../parts/state.tsx";
import { Avatar, Badge, When } from "../parts/text.tsx";
import { hrefOf, type Route } from "../route.ts";
import { Head } from "../shell/frame.tsx";
import { Invite } from "./invite.tsx";
import { PersonScreen } from "./person.tsx";

export const People = ({ route }: { readonly route: Extract<Route, { name: "people" }> }) =>
  route.id === null ? <List /> : <PersonScreen key={route.id} id={route.id} />;

const List = () => {
  const [inviting, setInviting] = useState(false);
  const [words, setWords] = useState("");
  const users = useLoad(
    async () => (await allPages((query) => service.listUsers({ query }))).flatMap((page) => page.users),
    [],
  );
  const invitations = useLoad(
    async () =>
      (await allPages((query) => service.listInvitations({ query }))).flatMap((page) => page.invitations),
    [],
  );
  const names = new Map((users.value ?? []).map(({ id, username }) => [id, username]));
  return (
    <div class="narrow">
      <Head
        title="People"
        actions={
          <Button kind="primary" icon="mail" onClick={() => setInviting(true)}>
            Invite
          </Button>
        }
      >
        Who is in this workspace, and what they may do.
      </Head>
      <div class="bar-of-filters">
        <div class="search">
          <Icon name="search" size={16} />
          <input
            type="search"
            aria-label="Search people"
            placeholder="Search people"
            value={words}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        </div>
      </div>
      <Await of={users} rows={3}>
        {(all) => {
          const shown = all.filter(({ username }) =>
            username.toLowerCase().includes(words.trim().toLowerCase()),
          );
          return (
            <>
              <p class="count">{sayCount(shown.length, "person", "people")}</p>
              <ul class="rows">
                {shown.map(({ id, username, roles, status, mfa_enabled, created_at }) => (
                  <li key={id} class="row">
                    <Avatar name={username} />
                    <div class="row-main">
                      <p class="row-title">
                        <a href={hrefOf({ name: "people", id })}>{username}</a>
                        {roles.map((role) => (
                          <Badge key={role} tone={role === "USER" ? "neutral" : "accent"}>
                            {ROLE_WORDS[role]}
                          </Badge>
                        ))}
                        {status === "suspended" && <Badge tone="bad">Suspended</Badge>}
                        {status === "unconfirmed" && <Badge tone="warn">Not confirmed</Badge>}
                      </p>
                      <p class="hint">
                        here since <When at={created_at} /> ·{" "}
                        {mfa_enabled ? "second factor on" : "no second factor"}
                      </p>
                    </div>
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Await>
      <Invitations invitations={invitations} names={names} />
      {inviting && (
        <Invite
          close={() => {
            setInviting(false);
            invitations.reload();
          }}
        />
      )}
    </div>
  );
};

const Invitations = ({
  invitations,
  names,
}: {
  readonly invitations: Loaded<Invitation[]>;
  readonly names: ReadonlyMap<string, string>;
}) => (
  <section class="section" aria-labelledby="invitations">
    <header>
      <h2 id="invitations">Invitations</h2>
      <p>Each works once, for 72 hours.</p>
    </header>
    <Await of={invitations} rows={1}>
      {(list) =>
        list.length === 0 ? (
          <p class="none">None yet. Press “Invite” and hand the link on.</p>
        ) : (
          <ul class="rows">
            {list.map(({ id, roles, invited_by, expires_at, used_by }) => (
              <li key={id} class="row">
                <Icon name="mail" />
                <div class="row-main">
                  <p class="row-title">
                    {roles.map((role) => ROLE_WORDS[role]).join(", ")}
                    {used_by ? (
                      <Badge tone="good">Used by {names.get(used_by) ?? "somebody"}</Badge>
                    ) : Date.parse(expires_at) < Date.now() ? (
                      <Badge>Expired</Badge>
                    ) : (
                      <Badge tone="accent">Open</Badge>
                    )}
                  </p>
                  <p class="hint">
                    by {names.get(invited_by) ?? "somebody"} · ends <When at={expires_at} />
                  </p>
                </div>
              </li>
            ))}
          </ul>
        )
      }
    </Await>
  </section>
);
