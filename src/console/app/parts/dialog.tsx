// Dialogs: the browser's own modal element, so that focus stays inside, Escape closes, and what is behind is inert.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { Running } from "../connection/run.ts";
import { Button } from "./button.tsx";
import { Problem } from "./state.tsx";

export const Dialog = ({
  title,
  children,
  onClose,
  wide = false,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
  readonly wide?: boolean;
}) => {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current!;
    const before = document.activeElement as HTMLElement | null;
    dialog.showModal();
    return () => {
      dialog.close();
      before?.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={wide ? "dialog wide" : "dialog"}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <Button kind="quiet" icon="close" label="Close" onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
};

/** A dialog that shows something, often for the only time: nothing to decide, one button. */
export const ShownDialog = ({
  title,
  children,
  onClose,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
}) => (
  <Dialog title={title} onClose={onClose}>
    {children}
    <div class="actions">
      <Button kind="primary" onClick={onClose}>
        Done
      </Button>
    </div>
  </Dialog>
);

/** A dialog that is a form: fields, what went wrong, and two buttons. */
export const FormDialog = ({
  title,
  action,
  danger = false,
  wide = false,
  running,
  children,
  onSubmit,
  onClose,
}: {
  readonly title: string;
  /** What the button says. */
  readonly action: string;
  readonly danger?: boolean;
  readonly wide?: boolean;
  readonly running: Running;
  readonly children?: ComponentChildren;
  readonly onSubmit: (event: SubmitEvent) => unknown;
  readonly onClose: () => void;
}) => (
  <Dialog title={title} onClose={onClose} wide={wide}>
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(event);
      }}
    >
      {children}
      {running.problem && <Problem explanation={running.problem} />}
      <footer class="actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind={danger ? "danger" : "primary"} busy={running.busy}>
          {action}
        </Button>
      </footer>
    </form>
  </Dialog>
);
