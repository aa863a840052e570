// What a screen shows when it has nothing to show yet: loading, an error with what to try, or nothing with what to do.
import type { ComponentChildren } from "preact";
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

export const Problem = ({
  explanation,
  again,
}: {
  readonly explanation: Explanation;
  readonly again?: () => void;
}) => (
  <div class="problem" role="alert">
    <Icon name="warning" />
    <div>
      <p class="problem-title">{explanation.title}</p>
      {explanation.fields.length > 0 && (
        <ul>
          {explanation.fields.map(({ name, detail }) => (
            <li key={name + detail}>
              <b>{name}</b>: {detail}
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

/** What was loaded; or that it is loading, or why it could not be. */
export function Await<T>({
  of,
  rows,
  children,
}: {
  readonly of: Loaded<T>;
  readonly rows?: number;
  readonly children: (value: T) => ComponentChildren;
}) {
  if (of.value !== undefined) return <>{children(of.value)}</>;
  if (of.error !== undefined) return <Problem explanation={explain(of.error)} again={of.reload} />;
  return <Loading {...(rows !== undefined && { rows })} />;
}
