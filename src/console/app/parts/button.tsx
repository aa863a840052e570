// Buttons: one look for what is most wanted, one for the rest, one for what destroys; busy while work runs.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { attempt } from "../connection/run.ts";
import { Icon, type IconName } from "./icon.tsx";

interface ButtonProps {
  readonly children?: ComponentChildren;
  readonly kind?: "primary" | "plain" | "quiet" | "danger";
  readonly icon?: IconName;
  /** Needed where there is no text. */
  readonly label?: string;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly type?: "button" | "submit";
  readonly small?: boolean;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly onClick?: (event: MouseEvent) => unknown;
}

export const Button = ({
  children,
  kind = "plain",
  icon,
  label,
  busy = false,
  disabled = false,
  type = "button",
  small = false,
  pressed,
  expanded,
  onClick,
}: ButtonProps) => (
  <button
    type={type}
    class={`button ${kind}${small ? " small" : ""}${children === undefined ? " bare" : ""}`}
    aria-label={label}
    title={children === undefined ? label : undefined}
    aria-busy={busy}
    aria-disabled={busy || undefined}
    aria-pressed={pressed}
    aria-expanded={expanded}
    disabled={disabled}
    onClick={busy ? stop : onClick}
  >
    {busy ? <span class="spinner" /> : icon && <Icon name={icon} size={small ? 16 : 18} />}
    {children !== undefined && <span>{children}</span>}
  </button>
);

/** Busy is not disabled: that would take the focus away from whoever has just pressed it. */
const stop = (event: MouseEvent): void => event.preventDefault();

/** A button that is busy until its work is done, and says what went wrong. */
export const ActionButton = ({
  work,
  ...props
}: Omit<ButtonProps, "onClick" | "busy"> & { readonly work: () => Promise<unknown> }) => {
  const [busy, setBusy] = useState(false);
  return (
    <Button
      {...props}
      busy={busy}
      onClick={async () => {
        setBusy(true);
        await attempt(work);
        setBusy(false);
      }}
    />
  );
};

/** A link that looks like a button. */
export const LinkButton = ({
  href,
  children,
  kind = "plain",
  icon,
}: {
  readonly href: string;
  readonly children: ComponentChildren;
  readonly kind?: "primary" | "plain" | "quiet";
  readonly icon?: IconName;
}) => (
  <a class={`button ${kind}`} href={href}>
    {icon && <Icon name={icon} />}
    <span>{children}</span>
  </a>
);
