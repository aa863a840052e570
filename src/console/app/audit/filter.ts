// What of the audit log is asked for. Pure.
import type { RequestFor } from "../../../api/client.ts";
import { fromLocalField } from "../format/time.ts";

export interface EventFilter {
  readonly category: string;
  readonly severity: string;
  readonly decision: string;
  readonly event_type: string;
  readonly user_id: string;
  readonly target: string;
  /** As the field of a moment says it. */
  readonly since: string;
  readonly until: string;
}

export const ALL_EVENTS: EventFilter = {
  category: "",
  severity: "",
  decision: "",
  event_type: "",
  user_id: "",
  target: "",
  since: "",
  until: "",
};

type Query = NonNullable<RequestFor<"listEvents">["query"]>;

/** The query of a filter; what is empty is not asked for. */
export function queryOf({ since, until, ...plain }: EventFilter): Query {
  const texts = Object.entries(plain).map(([name, value]) => [name, value.trim()] as const);
  const times = Object.entries({ since: fromLocalField(since), until: fromLocalField(until) });
  return Object.fromEntries([...texts, ...times].filter(([, value]) => value)) as Query;
}
