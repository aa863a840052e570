// The frame of the ways in: sign-in, registration, enrolment.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Sign } from "../parts/icon.tsx";

export const Gate = ({
  title,
  lede,
  children,
  foot,
  wide = false,
}: {
  readonly title: string;
  readonly lede?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly foot?: ComponentChildren;
  readonly wide?: boolean;
}) => {
  useEffect(() => {
    document.title = `${title} · Taskward`;
  }, [title]);
  return (
    <main class="gate">
      <div class={wide ? "card wide" : "card"}>
        <p class="brand">
          <Sign size={32} />
          <span>Taskward</span>
        </p>
        <h1>{title}</h1>
        {lede && <p class="lede">{lede}</p>}
        {children}
      </div>
      {foot && <div class="gate-foot">{foot}</div>}
    </main>
  );
};
