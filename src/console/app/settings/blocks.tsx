// Addresses that are turned away after repeated refusals; a block can be lifted.
import { allPages, useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { done } from "../connection/run.ts";
import { sayCount } from "../format/words.ts";
import { ActionButton } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Await } from "../parts/state.tsx";
import { When } from "../parts/text.tsx";

export const Blocks = () => {
  const blocks = useLoad(
    async () => (await allPages((query) => service.listBlocks({ query }))).flatMap((page) => page.blocks),
    [],
  );
  return (
    <section class="section" aria-labelledby="blocks">
      <header>
        <h2 id="blocks">Blocked addresses</h2>
        <p>After repeated refusals an address is turned away, each time for longer.</p>
      </header>
      <Await of={blocks} rows={1}>
        {(list) =>
          list.length === 0 ? (
            <p class="none">None at present.</p>
          ) : (
            <ul class="rows">
              {list.map(({ id, address, times, until }) => (
                <li key={id} class="row">
                  <Icon name="blocked" />
                  <div class="row-main">
                    <p class="row-title">{address}</p>
                    <p class="hint">
                      blocked {sayCount(times, "time")} · until <When at={until} />
                    </p>
                  </div>
                  <ActionButton
                    small
                    work={async () => {
                      await service.liftBlock({ params: { block_id: id } });
                      done(`${address} may come again.`);
                      blocks.reload();
                    }}
                  >
                    Lift
                  </ActionButton>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
    </section>
  );
};
