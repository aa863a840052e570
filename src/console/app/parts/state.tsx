// What a screen shows when it has nothing to show yet: loading, an error with what to try, or nothing with what to do.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Explanation, explain } from "../connection/explain.ts";
import type { Loaded } from "../connection/load.ts";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";

export const Loading = ({ rows = 4 }: { readonly rows?: number }) => (
  <div class="loading" role="status">
    <span class="unseen">Loading</span>
    {Array.from({ length: rows }, (_, row) => (
      <div key={row} class="bone" />
    ))}
  </div>
);

export const Empty = ({
  icon,
  title,
  children,
  action,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly action?: ComponentChildren;
}) => (
  <div class="empty">
    <Icon name={icon} size={28} />
    <h2>{title}</h2>
    {children && <p>{children}</p>}
    {action && <div class="actions">{action}</div>}
  </div>
);

/** What went wrong. In a form it marks the fields that it speaks of, by their labels, and leads to the first. */
export const Problem = ({
  explanation,
  again,
  alone = false,
}: {
  readonly explanation: Explanation;
  readonly again?: () => void;
  /** It stands in the place of a whole screen, and is its heading. */
  readonly alone?: boolean;
}) => {
  const Title = alone ? "h1" : "p";
  const element = useRef<HTMLDivElement>(null);
  const [labels, setLabels] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const form = element.current?.closest("form");
    const wrong = explanation.fields.flatMap(({ field }) => {
      const input = form?.elements.namedItem(field);
      return input instanceof HTMLElement && "labels" in input ? [input as HTMLInputElement] : [];
    });
    setLabels(new Map(wrong.map(({ name, labels }) => [name, labels?.[0]?.textContent ?? name])));
    for (const field of wrong) field.ariaInvalid = "true";
    wrong[0]?.focus();
    return () => {
      for (const field of wrong) field.ariaInvalid = null;
    };
  }, [explanation]);
  return (
    <div class="problem" role="alert" ref={element}>
      <Icon name="warning" />
      <div>
        <Title class="problem-title">{explanation.title}</Title>
        {explanation.fields.length > 0 && (
          <ul>
            {explanation.fields.map(({ name, field, detail }) => (
              <li key={name + detail}>
                <b>{labels.get(field) ?? name}</b>: {detail}
              </li>
            ))}
          </ul>
        )}
        <p>{explanation.advice}</p>
        {explanation.request_id && <p class="hint">Request {explanation.request_id}</p>}
        {again && (
          <Button small onClick={again}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
};

/** What was loaded; or that it is loading, or why it could not be. */
export function Await<T>({
  of,
  rows,
  alone = false,
  children,
}: {
  readonly of: Loaded<T>;
  readonly rows?: number;
  readonly alone?: boolean;
  readonly children: (value: T) => ComponentChildren;
}) {
  if (of.value !== undefined) return <>{children(of.value)}</>;
  if (of.error !== undefined)
    return <Problem explanation={explain(of.error)} again={of.reload} alone={alone} />;
  return <Loading {...(rows !== undefined && { rows })} />;
}
