// What was done, with the way back where there is one; and what went wrong, until the reader has seen it.
import { attempt, dismiss, toasts } from "../connection/run.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";

export const Toasts = () => (
  <section class="toasts" aria-label="Messages" aria-live="polite">
    {toasts.value.map(({ id, kind, text, advice, undo }) => (
      <div key={id} class={`toast ${kind}`} role={kind === "failed" ? "alert" : "status"}>
        <Icon name={kind === "failed" ? "warning" : "check"} />
        <div>
          <p>{text}</p>
          {advice && <p class="hint">{advice}</p>}
        </div>
        {undo && (
          <Button
            small
            onClick={() => {
              dismiss(id);
              void attempt(async () => undo());
            }}
          >
            Undo
          </Button>
        )}
        <Button small kind="quiet" icon="close" label="Dismiss" onClick={() => dismiss(id)} />
      </div>
    ))}
  </section>
);
