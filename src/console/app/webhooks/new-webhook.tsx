// A new endpoint: its address and what it hears; then the secret, which is shown once.
import { useState } from "preact/hooks";
import { service } from "../connection/requests.ts";
import { useRun } from "../connection/run.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { Check, Field, readForm } from "../parts/field.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

type Body = Parameters<typeof service.createWebhook>[0]["body"];

const AREAS = [
  { value: "task.*", label: "Tasks" },
  { value: "comment.*", label: "Comments" },
  { value: "project.*", label: "Projects" },
  { value: "member.*", label: "Members" },
];

export const NewWebhook = ({
  project_id,
  close,
}: {
  readonly project_id: string | null;
  readonly close: () => void;
}) => {
  const running = useRun();
  const [secret, setSecret] = useState<string | null>(null);
  const [idempotency_key] = useState(() => crypto.randomUUID());
  if (secret !== null) return <SecretDialog secret={secret} close={close} />;
  return (
    <FormDialog
      title="New webhook"
      action="Set it up"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text, all } = readForm(event);
        const areas = all("area");
        void running.run(async () => {
          const body: Body = {
            ...{ url: text("url").trim(), description: text("description"), project_id },
            event_types: (areas.length === 0 || areas.length === AREAS.length ? ["*"] : areas) as NonNullable<
              Body["event_types"]
            >,
            order: text("order") === "on" ? "task" : "none",
          };
          setSecret((await service.createWebhook({ body, idempotency_key })).body.secret);
        });
      }}
    >
      <Field
        label="Address"
        name="url"
        required
        maxLength={2_048}
        placeholder="https://hooks.example.com/taskward"
        autofocus
      />
      <Field label="What it is for, optional" name="description" maxLength={500} />
      <fieldset>
        <legend>What it hears</legend>
        <div class="checks">
          {AREAS.map(({ value, label }) => (
            <Check key={value} label={label} name="area" value={value} checked />
          ))}
        </div>
      </fieldset>
      <Check
        label="In order, task by task"
        name="order"
        hint="What happens to one task arrives in order, each event only after the one before it."
      />
    </FormDialog>
  );
};
