// Small pieces of text: times, names, badges, secrets to be copied.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Priority, TaskStatus } from "../../../schema/project.ts";
import { sayExactly, sayWhen } from "../format/time.ts";
import { initials, PRIORITY_WORDS, STATUS_WORDS } from "../format/words.ts";
import { Button } from "./button.tsx";

const TICK_MS = 30_000;

/** A moment as somebody would say it, kept true while it is shown; its exact time on hover. */
export const When = ({ at }: { readonly at: string }) => {
  const [now_ms, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={sayExactly(at)}>
      {sayWhen(at, now_ms)}
    </time>
  );
};

export const Badge = ({
  children,
  tone = "neutral",
}: {
  readonly children: ComponentChildren;
  readonly tone?: "neutral" | "good" | "warn" | "bad" | "accent";
}) => <span class={`badge ${tone}`}>{children}</span>;

export const StatusBadge = ({ status }: { readonly status: TaskStatus }) => (
  <span class={`status ${status}`}>{STATUS_WORDS[status]}</span>
);

export const PriorityMark = ({ priority }: { readonly priority: Priority }) =>
  priority === "normal" ? null : <span class={`priority ${priority}`}>{PRIORITY_WORDS[priority]}</span>;

/** Somebody's letters on a ground that stays the same for the same name. */
export const Avatar = ({ name, small = false }: { readonly name: string; readonly small?: boolean }) => {
  const ground = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 6, 0);
  return (
    <span class={`avatar ground-${ground}${small ? " small" : ""}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
};

export const Person = ({ name, small = true }: { readonly name: string; readonly small?: boolean }) => (
  <span class="person">
    <Avatar name={name} small={small} />
    <span class="person-name">{name}</span>
  </span>
);

/** Something to be taken elsewhere, with a button that copies it. */
export const Copyable = ({ text, label }: { readonly text: string; readonly label: string }) => {
  const [copied, copy] = useCopy(text);
  return (
    <div class="copyable">
      <code>{text}</code>
      <Button
        small
        kind="quiet"
        icon={copied ? "check" : "copy"}
        label={copied ? "Copied" : `Copy ${label}`}
        onClick={copy}
      />
    </div>
  );
};

export const CopyButton = ({ text, label }: { readonly text: string; readonly label: string }) => {
  const [copied, copy] = useCopy(text);
  return (
    <Button small icon={copied ? "check" : "copy"} onClick={copy}>
      {copied ? "Copied" : label}
    </Button>
  );
};

const COPIED_MS = 2_000;

function useCopy(text: string): readonly [boolean, () => Promise<void>] {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(setCopied, COPIED_MS, false);
  };
  return [copied, copy];
}
