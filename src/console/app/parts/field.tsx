// Form fields: a label above, what is expected below, what is wrong in its place.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly hint?: ComponentChildren;
  readonly value?: string;
  readonly type?: "text" | "password" | "email" | "number" | "datetime-local" | "search";
  readonly autocomplete?: string;
  readonly required?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly step?: string;
  readonly inputMode?: "numeric" | "text";
  readonly autofocus?: boolean;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly pattern?: string;
  readonly onInput?: (value: string) => void;
}

export const Field = ({ label, hint, value, onInput, autofocus, type = "text", ...input }: FieldProps) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type={type as "text"}
        {...input}
        {...(onInput
          ? { value: value ?? "", onInput: (event) => onInput(event.currentTarget.value) }
          : value !== undefined && { defaultValue: value })}
        aria-describedby={hint ? `${id}-hint` : undefined}
        autofocus={autofocus ?? false}
        ref={autofocus ? focus : null}
      />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
};

const focus = (element: HTMLElement | null): void => {
  if (element && !element.dataset.focused) {
    element.dataset.focused = "true";
    element.focus();
  }
};

export const TextArea = ({
  label,
  hint,
  value,
  rows = 4,
  code = false,
  onInput,
  ...input
}: Pick<
  FieldProps,
  "label" | "name" | "hint" | "value" | "required" | "maxLength" | "placeholder" | "onInput"
> & {
  readonly rows?: number;
  /** What machines read: in a fixed width, not corrected. */
  readonly code?: boolean;
}) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        class={code ? "code" : undefined}
        spellcheck={!code}
        {...input}
        {...(onInput
          ? { value: value ?? "", onInput: (event) => onInput(event.currentTarget.value) }
          : value !== undefined && { defaultValue: value })}
        aria-describedby={hint ? `${id}-hint` : undefined}
      />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
};

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export const Select = ({
  label,
  name,
  choices,
  value,
  hint,
  hidden_label = false,
  onChange,
}: {
  readonly label: string;
  readonly name: string;
  readonly choices: readonly Choice[];
  readonly value?: string;
  readonly hint?: string;
  readonly hidden_label?: boolean;
  readonly onChange?: (value: string) => void;
}) => {
  const id = useId();
  return (
    <div class="field">
      <label for={id} class={hidden_label ? "unseen" : undefined}>
        {label}
      </label>
      <select
        id={id}
        name={name}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={onChange && ((event) => onChange(event.currentTarget.value))}
      >
        {choices.map((choice) => (
          <option
            key={choice.value}
            value={choice.value}
            selected={choice.value === (value ?? choices[0]?.value)}
          >
            {choice.label}
          </option>
        ))}
      </select>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
};

export const Check = ({
  label,
  name,
  value,
  checked = false,
  hint,
  onChange,
}: {
  readonly label: string;
  readonly name: string;
  readonly value?: string;
  readonly checked?: boolean;
  readonly hint?: string;
  readonly onChange?: (checked: boolean) => void;
}) => {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        name={name}
        value={value}
        defaultChecked={checked}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={onChange && ((event) => onChange(event.currentTarget.checked))}
      />
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
};

/** The texts of a form that is being sent. */
export function readForm(event: Event): {
  readonly text: (name: string) => string;
  readonly all: (name: string) => string[];
} {
  event.preventDefault();
  const data = new FormData(event.currentTarget as HTMLFormElement);
  return {
    text: (name) => String(data.get(name) ?? ""),
    all: (name) => data.getAll(name).map(String),
  };
}
