// One person: roles, and all that an administrator can do for and about them.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { User } from "../../../schema/account.ts";
import { type Loaded, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { done } from "../connection/run.ts";
import { user_id } from "../connection/session.ts";
import { ROLE_WORDS, sayName } from "../format/words.ts";
import { ActionButton, Button } from "../parts/button.tsx";
import { Await } from "../parts/state.tsx";
import { Badge, When } from "../parts/text.tsx";
import { Head } from "../shell/frame.tsx";
import { EraseDialog, ExceptionDialog, RolesDialog } from "./person-dialogs.tsx";

type Asked = "roles" | "exception" | "erase";

export const PersonScreen = ({ id }: { readonly id: string }) => {
  const user = useLoad(async () => (await service.readUser({ params: { user_id: id } })).body.user, [id]);
  return (
    <div class="narrow">
      <Await of={user} alone>
        {(found) => <Found user={found} of={user} />}
      </Await>
    </div>
  );
};

const Found = ({ user, of }: { readonly user: User; readonly of: Loaded<User> }) => {
  const [asked, setAsked] = useState<Asked | null>(null);
  const params = { user_id: user.id };
  const { username } = user;
  const myself = user.id === user_id.value;
  const suspended = user.status === "suspended";
  const close = () => setAsked(null);
  const changed = (next: User) => of.replace(next);
  return (
    <>
      <Head title={username} trail={<a href="#/people">People</a>}>
        Here since <When at={user.created_at} /> · <code>{user.id}</code>
      </Head>
      <p class="badges">
        {user.roles.map((role) => (
          <Badge key={role} tone="accent">
            {ROLE_WORDS[role]}
          </Badge>
        ))}
        <Badge tone={user.mfa_enabled ? "good" : "warn"}>
          {user.mfa_enabled ? "Second factor on" : "No second factor"}
        </Badge>
        {user.status !== "active" && <Badge tone="bad">{sayName(user.status)}</Badge>}
      </p>
      <section class="section" aria-labelledby="may">
        <header>
          <h2 id="may">What they may do</h2>
        </header>
        <dl class="facts">
          <Row name="Roles" text="A change ends their sessions.">
            <Button small onClick={() => setAsked("roles")}>
              Change roles
            </Button>
          </Row>
          <Row
            name="Exceptions"
            text="One permission more or less, for a while. A refusal wins over every role."
          >
            <Button small onClick={() => setAsked("exception")}>
              Set an exception
            </Button>
          </Row>
        </dl>
      </section>
      <Limits id={user.id} />
      {!myself && (
        <section class="section" aria-labelledby="account">
          <header>
            <h2 id="account">Their account</h2>
          </header>
          <dl class="facts">
            <Row name="Sessions" text="They have to sign in again everywhere.">
              <ActionButton
                small
                work={async () => {
                  const { ended } = (await service.endUserSessions({ params })).body;
                  done(`${ended} of ${username}'s sessions ended.`);
                }}
              >
                End all sessions
              </ActionButton>
            </Row>
            <Row name="Failed attempts" text="Lifts the guard that many wrong passwords put up.">
              <ActionButton
                small
                work={async () => {
                  await service.unlockUser({ params });
                  done(`${username}'s failed attempts are forgotten.`);
                }}
              >
                Forget them
              </ActionButton>
            </Row>
            {user.mfa_enabled && (
              <Row name="Second factor" text="For somebody who has lost it. Their sessions end.">
                <ActionButton
                  small
                  work={async () => {
                    changed((await service.resetMfa({ params })).body.user);
                    done(`${username} enrols anew at the next sign-in.`);
                  }}
                >
                  Reset it
                </ActionButton>
              </Row>
            )}
            <Row
              name={suspended ? "Restore" : "Suspend"}
              text={suspended ? "They can sign in again." : "Every session and token ends at once."}
            >
              <ActionButton
                small
                work={async () => {
                  const suspend = async () => changed((await service.suspendUser({ params })).body.user);
                  const restore = async () => changed((await service.restoreUser({ params })).body.user);
                  await (suspended ? restore() : suspend());
                  done(
                    `${username} is ${suspended ? "restored" : "suspended"}.`,
                    suspended ? suspend : restore,
                  );
                }}
              >
                {suspended ? "Restore" : "Suspend"}
              </ActionButton>
            </Row>
            <Row name="Erase" text="Everything that says who they are goes for good. The name stays taken.">
              <Button small kind="danger" onClick={() => setAsked("erase")}>
                Erase
              </Button>
            </Row>
          </dl>
        </section>
      )}
      {asked === "roles" && <RolesDialog user={user} changed={changed} close={close} />}
      {asked === "exception" && <ExceptionDialog user={user} changed={changed} close={close} />}
      {asked === "erase" && <EraseDialog user={user} close={close} />}
    </>
  );
};

const Row = ({
  name,
  text,
  children,
}: {
  readonly name: string;
  readonly text: string;
  readonly children: ComponentChildren;
}) => (
  <div>
    <dt>{name}</dt>
    <dd>
      <span>{text}</span>
      {children}
    </dd>
  </div>
);

const Limits = ({ id }: { readonly id: string }) => {
  const params = { user_id: id };
  const limits = useLoad(async () => (await service.readRateLimits({ params })).body.rate_limits, [id]);
  return (
    <section class="section" aria-labelledby="limits">
      <header>
        <h2 id="limits">Rate limits</h2>
        <p>How much is left of each, as it stands.</p>
        <ActionButton
          small
          work={async () => {
            await service.resetRateLimits({ params });
            done("The limits are full again.");
            limits.reload();
          }}
        >
          Fill them
        </ActionButton>
      </header>
      <Await of={limits} rows={2}>
        {(list) =>
          list.length === 0 ? (
            <p class="none">Nothing was asked for yet: all of it is left.</p>
          ) : (
            <ul class="bars brief panel-card">
              {list.map(({ rate_class, remaining, burst, per_minute }) => (
                <li key={rate_class}>
                  <span class="bar-name">
                    {sayName(rate_class)} <span class="hint">{per_minute.toLocaleString()} a minute</span>
                  </span>
                  <span class="bar">
                    <span style={{ width: `${(100 * Math.max(0, remaining)) / burst}%` }} />
                  </span>
                  <span class="bar-value">{Math.floor(Math.max(0, remaining)).toLocaleString()}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
    </section>
  );
};
