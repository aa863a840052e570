// What is looked at beside a list or a board, or over it where there is no room. It takes the focus; Escape closes it,
// and the focus goes back to where it came from.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export const Panel = ({
  label,
  close,
  children,
}: {
  readonly label: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}) => {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    panel.current?.focus();
    return () => before?.focus();
  }, []);
  return (
    <aside
      class="panel"
      aria-label={label}
      tabIndex={-1}
      ref={panel}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !document.querySelector("dialog[open]")) close();
      }}
    >
      {children}
    </aside>
  );
};
