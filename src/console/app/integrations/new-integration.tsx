// A new integration: who sends, how it signs, and what becomes of what it sends; then its address and its secret.
import { useState } from "preact/hooks";
import type { HmacSettings, IntegrationKind } from "../../../schema/integration.ts";
import { service } from "../connection/requests.ts";
import { useRun } from "../connection/run.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { Field, readForm, Select } from "../parts/field.tsx";
import { KIND_WORDS, ROLE_CHOICES } from "./integration-words.ts";
import { prefixOf, simpleMapping } from "./mapping-words.ts";
import { SecretDialog, type Shown } from "./secret-dialog.tsx";

type Body = Parameters<typeof service.createIntegration>[0]["body"];
type Text = ReturnType<typeof readForm>["text"];

const KINDS = (["github", "standard_webhooks", "hmac"] as const).map((value) => ({
  value,
  label: KIND_WORDS[value],
}));

export const NewIntegration = ({
  project_id,
  close,
}: {
  readonly project_id: string;
  readonly close: () => void;
}) => {
  const running = useRun();
  const [kind, setKind] = useState<IntegrationKind>("github");
  const [shown, setShown] = useState<Shown | null>(null);
  const [idempotency_key] = useState(() => crypto.randomUUID());
  if (shown) return <SecretDialog shown={shown} close={close} />;
  return (
    <FormDialog
      title="New integration"
      action="Let it in"
      wide
      running={running}
      onClose={close}
      onSubmit={(event) => {
        const { text } = readForm(event);
        void running.run(async () => {
          const body = bodyFrom(text, project_id, kind);
          const { integration, secret } = (await service.createIntegration({ body, idempotency_key })).body;
          setShown({ address: integration.address, secret });
        });
      }}
    >
      <Field label="Name" name="name" required maxLength={80} placeholder="Alerts" autofocus />
      <Select
        label="Who sends"
        name="kind"
        value={kind}
        choices={KINDS}
        onChange={(value) => setKind(value as IntegrationKind)}
      />
      <Select label="What it may do" name="role" choices={ROLE_CHOICES} />
      {kind === "github" ? (
        <p class="hint">
          Issues and pull requests become tasks, and are closed and reopened with them; a push completes what
          its commits say they close. The rules can be changed later.
        </p>
      ) : (
        <Rules />
      )}
      {kind === "hmac" && <Signature />}
      <Field
        label="Secret of the other side, optional"
        name="secret"
        type="password"
        autocomplete="off"
        minLength={16}
        maxLength={256}
        hint="Where the other side makes it. Otherwise one is made, and shown once."
      />
    </FormDialog>
  );
};

/** The plainest mapping there is; any other is written on the integration's own page. */
const Rules = () => (
  <fieldset>
    <legend>What becomes of an event</legend>
    <div class="pair">
      <Field label="Field that says what happened" name="state" required placeholder="alert.state" />
      <Field label="Value that makes a task" name="makes" required maxLength={200} placeholder="firing" />
      <Field label="Value that completes it, optional" name="completes" maxLength={200} />
      <Field label="Field with its id" name="task_id" required placeholder="alert.id" />
      <Field label="Field with its title" name="title" required placeholder="alert.title" />
    </div>
  </fieldset>
);

const Signature = () => (
  <fieldset>
    <legend>How it signs</legend>
    <div class="pair">
      <Field label="Header of the signature" name="signature_header" required placeholder="x-signature" />
      <Field label="Before the signature, optional" name="prefix" maxLength={32} placeholder="sha256=" />
      <Select
        label="Written as"
        name="encoding"
        choices={[
          { value: "hex", label: "Hexadecimal" },
          { value: "base64", label: "Base64" },
        ]}
      />
      <Field label="Header of the delivery's id, optional" name="delivery_header" />
      <Field label="Header of the time, optional" name="timestamp_header" />
    </div>
  </fieldset>
);

function bodyFrom(text: Text, project_id: string, kind: IntegrationKind): Body {
  const [name, secret] = [text("name").trim(), text("secret")];
  const common = { project_id, name, kind, role: text("role") as NonNullable<Body["role"]> };
  const given = secret === "" ? {} : { secret };
  if (kind === "github") return { ...common, ...given };
  const mapping = simpleMapping({
    prefix: prefixOf(name),
    ...{ state: text("state"), makes: text("makes"), completes: text("completes") },
    ...{ id: text("task_id"), title: text("title") },
  });
  return { ...common, ...given, mapping, ...(kind === "hmac" && { hmac: hmacFrom(text) }) };
}

const hmacFrom = (text: Text): HmacSettings => ({
  signature_header: text("signature_header").trim(),
  prefix: text("prefix"),
  encoding: text("encoding") as HmacSettings["encoding"],
  delivery_header: text("delivery_header").trim() || null,
  timestamp_header: text("timestamp_header").trim() || null,
});
