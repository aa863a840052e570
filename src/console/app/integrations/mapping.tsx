// What an integration does with what it is sent: its rules in words. Their JSON is for whoever wants to change them.
import { useState } from "preact/hooks";
import type { HookMapping } from "../../../schema/hook-mapping.ts";
import { type Running, useRun } from "../connection/run.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { TextArea } from "../parts/field.tsx";
import { ruleWords, type Words } from "./mapping-words.ts";

const Said = ({ words }: { readonly words: Words }) => (
  <>
    {words.map((part, at) =>
      typeof part === "string" ? part : <code key={`${at}${part.place}`}>{part.place}</code>,
    )}
  </>
);

const Lines = ({ lines, join }: { readonly lines: readonly Words[]; readonly join: string }) => (
  <ul class="dots">
    {lines.map((words, at) => (
      <li key={JSON.stringify(words)}>
        {at > 0 && `${join} `}
        <Said words={words} />
      </li>
    ))}
  </ul>
);

export const Mapping = ({ mapping }: { readonly mapping: HookMapping }) => (
  <ol class="rules">
    {mapping.rules.map(ruleWords).map(({ name, when, does }, at) => (
      <li key={`${at}${name}`} class="panel-card">
        <h3>{name}</h3>
        <div class="rule">
          <p>When</p>
          <Lines lines={when} join="and" />
          <p>Then</p>
          <Lines lines={does} join="and" />
        </div>
      </li>
    ))}
  </ol>
);

/** What is no JSON is said before anything is sent; the service says what is no mapping, and where. */
export const MappingDialog = ({
  mapping,
  save,
  close,
}: {
  readonly mapping: HookMapping;
  readonly save: (running: Running, mapping: HookMapping) => Promise<boolean>;
  readonly close: () => void;
}) => {
  const running = useRun();
  const [text, setText] = useState(() => JSON.stringify(mapping, null, 2));
  const fault = jsonFault(text);
  return (
    <FormDialog
      title="Change the rules"
      action="Save"
      wide
      running={running}
      onClose={close}
      onSubmit={async () => {
        if (fault === null && (await save(running, JSON.parse(text) as HookMapping))) close();
      }}
    >
      <TextArea
        label="The mapping, as JSON"
        name="mapping"
        rows={18}
        code
        value={text}
        onInput={setText}
        hint={fault ?? "Failed deliveries can be tried again under the new rules."}
      />
    </FormDialog>
  );
};

function jsonFault(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `This is not JSON yet: ${(error as Error).message}`;
  }
}
