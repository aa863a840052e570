// Deliveries that came and could not have their effect: why, where in the rules, what they held; each can be tried again.
import type { HookMapping } from "../../../schema/hook-mapping.ts";
import type { HookFailure } from "../../../schema/integration.ts";
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { done } from "../connection/run.ts";
import { sayCount, sayName } from "../format/words.ts";
import { ActionButton, Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await } from "../parts/state.tsx";
import { When } from "../parts/text.tsx";
import { OUTCOME_WORDS } from "./integration-words.ts";
import { placeInMapping } from "./mapping-words.ts";

export const Failures = ({ id, mapping }: { readonly id: string; readonly mapping: HookMapping }) => {
  const read = async (cursor?: string) => {
    const query = { limit: "20", ...(cursor && { cursor }) };
    return (await service.listHookFailures({ params: { integration_id: id }, query })).body;
  };
  const list = useLoad(() => read(), [id]);
  const again = async (failure_id: string) => {
    const params = { integration_id: id, failure_id };
    const { delivery } = (await service.replayHookFailure({ params })).body;
    done(OUTCOME_WORDS[delivery.status]);
    list.reload();
  };
  return (
    <section class="section" aria-labelledby="failures">
      <header>
        <h2 id="failures">What failed</h2>
        <p>Kept for 30 days. Mend the rules, then try again: it counts as of when it happened.</p>
        <Button small icon="clock" onClick={list.reload}>
          Look again
        </Button>
      </header>
      <Await of={list} rows={1}>
        {({ failures, next_cursor }) =>
          failures.length === 0 ? (
            <p class="none">Nothing: every delivery had its effect, or none of the rules held for it.</p>
          ) : (
            <>
              <ul class="rows">
                {failures.map((failure) => (
                  <Failure key={failure.id} failure={failure} mapping={mapping} again={again} />
                ))}
              </ul>
              {next_cursor && (
                <ActionButton
                  work={async () => {
                    const more = await read(next_cursor);
                    list.replace((old) => ({ ...more, failures: [...old.failures, ...more.failures] }));
                  }}
                >
                  Show more
                </ActionButton>
              )}
            </>
          )
        }
      </Await>
    </section>
  );
};

const Failure = ({
  failure: { id, received_at, expires_at, attempts, reason, detail, pointer, excerpt },
  mapping,
  again,
}: {
  readonly failure: HookFailure;
  readonly mapping: HookMapping;
  readonly again: (id: string) => Promise<void>;
}) => (
  <li class="row tall">
    <Icon name="warning" />
    <div class="row-main">
      <p class="row-title">{sayName(reason)}</p>
      {(detail !== null || pointer !== null) && (
        <p>{[pointer && `In ${placeInMapping(mapping, pointer)}`, detail].filter(Boolean).join(": ")}</p>
      )}
      <p class="hint">
        came <When at={received_at} /> · {sayCount(attempts, "attempt")} · kept until <When at={expires_at} />
      </p>
      <details>
        <summary>What came</summary>
        <pre class="sent">{excerpt}</pre>
      </details>
    </div>
    <ActionButton small work={() => again(id)}>
      Try again
    </ActionButton>
  </li>
);
