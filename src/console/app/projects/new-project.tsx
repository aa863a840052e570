// Beginning a project: empty, or with the sample plan, so that a newcomer has something to look at.
import { useState } from "preact/hooks";
import { service } from "../connection/requests.ts";
import { useRun } from "../connection/run.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { Field, readForm, TextArea } from "../parts/field.tsx";

const CHOICES = [
  { value: "empty", label: "Empty", hint: "You add the tasks." },
  {
    value: "sample",
    label: "With a sample plan",
    hint: "A street turns an old post office into a library: some forty tasks with estimates and dependencies.",
  },
] as const;

export const NewProject = ({
  close,
  onMade,
}: {
  readonly close: () => void;
  readonly onMade: (id: string) => void;
}) => {
  const running = useRun();
  const [sample, setSample] = useState(false);
  const [idempotency_key] = useState(() => crypto.randomUUID());

  const submit = (event: SubmitEvent) => {
    const { text } = readForm(event);
    void running.run(async () => {
      const plan = sample ? (await import("../../../../plans/community-library.json")).default : null;
      const name = text("name") || plan?.name || "";
      const description = text("description") || plan?.description || "";
      const { project } = (await service.createProject({ body: { name, description }, idempotency_key }))
        .body;
      if (plan)
        await service.createTasks({
          params: { project_id: project.id },
          body: { tasks: plan.tasks as SampleTask[] },
          idempotency_key: `${idempotency_key}-tasks`,
        });
      onMade(project.id);
    });
  };

  return (
    <FormDialog title="New project" action="Begin it" running={running} onClose={close} onSubmit={submit}>
      <fieldset class="choices">
        <legend>How it begins</legend>
        {CHOICES.map(({ value, label, hint }) => (
          <label key={value} class="choice">
            <input
              type="radio"
              name="kind"
              value={value}
              defaultChecked={value === "empty"}
              onChange={() => setSample(value === "sample")}
            />
            <span>
              <b>{label}</b>
              <span class="hint">{hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field
        label={sample ? "Name, optional" : "Name"}
        name="name"
        required={!sample}
        maxLength={120}
        placeholder={sample ? "Open the community library" : "Launch in May"}
        autofocus
      />
      {!sample && <TextArea label="Description, optional" name="description" maxLength={10_000} rows={3} />}
    </FormDialog>
  );
};

type SampleTask = Parameters<typeof service.createTasks>[0]["body"]["tasks"][number];
