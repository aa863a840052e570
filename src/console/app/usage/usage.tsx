// How much planning the reader has asked for today, and how much is left; to operators, the whole workspace's calls,
// tokens and money.
import type { AiUsage, AiWorkspaceUsage } from "../../../schema/ai-usage.ts";
import { useLoad } from "../connection/load.ts";
import { service } from "../connection/requests.ts";
import { sayDollars, sayName } from "../format/words.ts";
import { Button } from "../parts/button.tsx";
import { Figure } from "../parts/figure.tsx";
import { Meter } from "../parts/meter.tsx";
import { Await } from "../parts/state.tsx";
import { When } from "../parts/text.tsx";
import { Head } from "../shell/frame.tsx";

export const Usage = () => {
  const read = useLoad(async (signal) => (await service.aiUsage({}, { signal })).body, []);
  return (
    <div class="narrow">
      <Head
        title="AI usage"
        actions={
          <Button icon="clock" onClick={read.reload}>
            Look again
          </Button>
        }
      >
        Breakdowns, assignees, complexity and risks with judgement count, whether rules or a model answer.
      </Head>
      <Await of={read} rows={3}>
        {({ usage, workspace }) => (
          <>
            <Own usage={usage} />
            {workspace && <Workspace usage={workspace} />}
          </>
        )}
      </Await>
    </div>
  );
};

const Own = ({ usage }: { readonly usage: AiUsage }) => (
  <section class="section" aria-labelledby="own">
    <header>
      <h2 id="own">Yours</h2>
      <p>
        The day's calls begin anew <When at={usage.resets_at} />
        {usage.cool_down_seconds > 0 && `; ${usage.cool_down_seconds} seconds lie between two of one kind`}.
      </p>
    </header>
    <div class="panel-card form">
      <Meter name="Calls today" value={usage.calls_today} max={usage.calls_per_day} />
      {usage.cooling_down.length > 0 && (
        <ul class="dots">
          {usage.cooling_down.map(({ feature, until }) => (
            <li key={feature}>
              {sayName(feature)}: again <When at={until} />
            </li>
          ))}
        </ul>
      )}
    </div>
  </section>
);

const Workspace = ({ usage }: { readonly usage: AiWorkspaceUsage }) => {
  const committed = usage.spent_microdollars + usage.reserved_microdollars;
  return (
    <section class="section" aria-labelledby="everybody">
      <header>
        <h2 id="everybody">The whole workspace</h2>
        <p>
          What models cost today; it begins anew <When at={usage.resets_at} />.
        </p>
      </header>
      <div class="panel-card form">
        <Meter
          name="Money, with what is reserved for calls on their way"
          value={committed}
          max={usage.budget_microdollars}
          say={sayDollars}
        />
        <Meter name="Calls in the last minute" value={usage.calls_last_minute} max={usage.calls_per_minute} />
      </div>
      <dl class="figures">
        <Figure name="Calls today" value={usage.calls_today.toLocaleString()} />
        <Figure name="Spent today" value={sayDollars(usage.spent_microdollars)} />
        <Figure name="Tokens sent" value={usage.input_tokens.toLocaleString()} />
        <Figure name="Tokens answered" value={usage.output_tokens.toLocaleString()} />
      </dl>
    </section>
  );
};
