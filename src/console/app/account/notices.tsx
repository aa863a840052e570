// What happened to the account, newest first; seen ones can be marked as read.
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { sayName } from "../format/words.ts";
import { ActionButton } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await } from "../parts/state.tsx";
import { Badge, When } from "../parts/text.tsx";

export const Notices = () => {
  const notices = useLoad(
    async (signal) => (await service.listNotices({ query: { limit: "20" } }, { signal })).body,
    [],
  );
  return (
    <section class="section" aria-labelledby="notices">
      <header>
        <h2 id="notices">What happened to your account</h2>
      </header>
      <Await of={notices} rows={2}>
        {({ notices: list }) =>
          list.length === 0 ? (
            <p class="none">
              Nothing yet. Changes of your password, factors, roles and sessions will show here.
            </p>
          ) : (
            <>
              <ul class="rows">
                {list.map(({ id, type, at, place, read_at }) => (
                  <li key={id} class="row">
                    <Icon name="bell" />
                    <div class="row-main">
                      <p class="row-title">
                        {sayName(type)} {read_at === null && <Badge tone="accent">New</Badge>}
                      </p>
                      <p class="hint">
                        <When at={at} />
                        {place && ` · ${place}`}
                      </p>
                    </div>
                  </li>
                ))}
              </ul>
              {list[0]!.read_at === null && (
                <ActionButton
                  work={async () => {
                    await service.readNotices({ body: { notice_id: list[0]!.id } });
                    notices.reload();
                  }}
                >
                  Mark all as read
                </ActionButton>
              )}
            </>
          )
        }
      </Await>
    </section>
  );
};
