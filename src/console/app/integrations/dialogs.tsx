// The dialogs of an integration: its name and role, another secret, its end.
import type { ReplyOf } from "../../../api/operation.ts";
import type { Operations } from "../../../api/operations/index.ts";
import { service } from "../connection/requests.ts";
import { done, useRun } from "../connection/run.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { Field, readForm, Select } from "../parts/field.tsx";
import { go } from "../place.ts";
import { ROLE_CHOICES } from "./integration-words.ts";

export type Integration = ReplyOf<Operations["readIntegration"]>["integration"];
export type Change = Parameters<typeof service.updateIntegration>[0]["body"];

const HOUR_SECONDS = 3_600;
const OVERLAPS = [
  { value: String(24 * HOUR_SECONDS), label: "For a day" },
  { value: String(HOUR_SECONDS), label: "For an hour" },
  { value: String(168 * HOUR_SECONDS), label: "For a week" },
  { value: "0", label: "Not at all: it may be known to others" },
];

export const ChangeDialog = ({
  integration,
  change,
  close,
}: {
  readonly integration: Integration;
  readonly change: (change: Change) => Promise<unknown>;
  readonly close: () => void;
}) => {
  const running = useRun();
  return (
    <FormDialog
      title="Change the integration"
      action="Save"
      running={running}
      onClose={close}
      onSubmit={async (event) => {
        const { text } = readForm(event);
        const role = text("role") as NonNullable<Change["role"]>;
        if (await running.run(() => change({ name: text("name").trim(), role }))) close();
      }}
    >
      <Field label="Name" name="name" required maxLength={80} value={integration.name} autofocus />
      <Select label="What it may do" name="role" choices={ROLE_CHOICES} value={integration.role} />
    </FormDialog>
  );
};

export const RotateDialog = ({
  id,
  onMade,
  close,
}: {
  readonly id: string;
  readonly onMade: (integration: Integration, secret: string | null) => void;
  readonly close: () => void;
}) => {
  const running = useRun();
  return (
    <FormDialog
      title="Another secret"
      action="Make it"
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text } = readForm(event);
        void running.run(async () => {
          const given = text("secret");
          const { integration, secret } = (
            await service.rotateIntegrationSecret({
              params: { integration_id: id },
              body: { overlap_seconds: Number(text("overlap")), ...(given && { secret: given }) },
            })
          ).body;
          onMade(integration, secret);
        });
      }}
    >
      <Select label="The present one holds on" name="overlap" choices={OVERLAPS} />
      <Field
        label="Secret of the other side, optional"
        name="secret"
        type="password"
        autocomplete="off"
        minLength={16}
        maxLength={256}
      />
    </FormDialog>
  );
};

export const DeleteDialog = ({
  integration: { id, name },
  close,
}: {
  readonly integration: Integration;
  readonly close: () => void;
}) => {
  const running = useRun();
  return (
    <FormDialog
      title="Delete this integration?"
      action="Delete it"
      danger
      running={running}
      onClose={close}
      onSubmit={() =>
        running.run(async () => {
          await service.deleteIntegration({ params: { integration_id: id } });
          go({ name: "integrations", id: null });
          done(`"${name}" is deleted.`);
        })
      }
    >
      <p>What “{name}” sends is refused at once, and what it sent in vain is gone. Its tasks stay.</p>
    </FormDialog>
  );
};
