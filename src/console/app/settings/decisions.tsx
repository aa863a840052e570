// What the workspace has decided about its audit log: who may check it, who witnesses it, what destinations see.
import type { Settings } from "../../../schema/settings.ts";
import { useLoad } from "../connection/load.ts";
import { isRefused, service } from "../connection/requests.ts";
import { done, useRun } from "../connection/run.ts";
import { Button } from "../parts/button.tsx";
import { Check, readForm, TextArea } from "../parts/field.tsx";
import { Await, Problem } from "../parts/state.tsx";

interface Read {
  readonly settings: Settings;
  readonly etag: string;
}

export const Decisions = () => {
  const running = useRun();
  const read = useLoad<Read>(async () => {
    const { body, etag } = await service.readSettings();
    return { settings: body.settings, etag: etag! };
  }, []);
  const change = async (change: Settings, if_match: string): Promise<void> => {
    try {
      const { body, etag } = await service.changeSettings({ body: change, if_match });
      read.replace({ settings: body.settings, etag: etag! });
    } catch (error) {
      if (isRefused(error, "stale_version")) read.reload();
      throw error;
    }
  };
  return (
    <section class="section" aria-labelledby="decisions">
      <header>
        <h2 id="decisions">Audit log</h2>
      </header>
      <Await of={read} rows={2}>
        {({ settings, etag }) => (
          <form
            key={etag}
            class="form panel-card"
            onSubmit={(event) => {
              const { text } = readForm(event);
              const next = {
                publish_audit: text("publish_audit") === "on",
                sinks_in_clear: text("sinks_in_clear") === "on",
                witnesses: text("witnesses").split(/\s+/).filter(Boolean),
              };
              void running.run(() => change(next, etag)).then((saved) => saved && done("Saved."));
            }}
          >
            <Check
              label="Let anyone check the log"
              name="publish_audit"
              checked={settings.publish_audit}
              hint="Its size, its root and its hashes can be read without signing in. What happened stays inside."
            />
            <Check
              label="Send addresses in clear to other destinations"
              name="sinks_in_clear"
              checked={settings.sinks_in_clear}
              hint="Otherwise they get a pseudonym in place of each address."
            />
            <TextArea
              label="Witnesses"
              name="witnesses"
              rows={3}
              value={settings.witnesses.join("\n")}
              hint="Verifier keys, one a line, of those who may sign the log's checkpoints too; eight at most."
            />
            {running.problem && <Problem explanation={running.problem} />}
            <div>
              <Button type="submit" kind="primary" busy={running.busy}>
                Save
              </Button>
            </div>
          </form>
        )}
      </Await>
    </section>
  );
};
