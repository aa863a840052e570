// The bar above the audit log: what to look for.
import { CATEGORIES, SEVERITIES } from "../../../schema/audit-event.ts";
import { sayName } from "../format/words.ts";
import { Button } from "../parts/button.tsx";
import { Field, Select } from "../parts/field.tsx";
import { ALL_EVENTS, type EventFilter } from "./filter.ts";

const named = (values: readonly string[], any: string) => [
  { value: "", label: any },
  ...values.map((value) => ({ value, label: sayName(value) })),
];

export const EventFilterBar = ({
  filter,
  names,
  change,
}: {
  readonly filter: EventFilter;
  readonly names: ReadonlyMap<string, string>;
  readonly change: (filter: EventFilter) => void;
}) => {
  const set = (part: Partial<EventFilter>) => change({ ...filter, ...part });
  const filtering = Object.values(filter).some((value) => value !== "");
  return (
    <search class="event-filter">
      <Select
        label="Decision"
        name="decision"
        value={filter.decision}
        choices={[
          { value: "", label: "Any" },
          { value: "allow", label: "Allowed" },
          { value: "deny", label: "Refused" },
        ]}
        onChange={(decision) => set({ decision })}
      />
      <Select
        label="Kind"
        name="category"
        value={filter.category}
        choices={named(CATEGORIES, "Any")}
        onChange={(category) => set({ category })}
      />
      <Select
        label="Severity"
        name="severity"
        value={filter.severity}
        choices={named(SEVERITIES, "Any")}
        onChange={(severity) => set({ severity })}
      />
      <Select
        label="Who"
        name="user_id"
        value={filter.user_id}
        choices={[{ value: "", label: "Anybody" }, ...[...names].map(([value, label]) => ({ value, label }))]}
        onChange={(user_id) => set({ user_id })}
      />
      <Field
        label="From"
        name="since"
        type="datetime-local"
        value={filter.since}
        onInput={(since) => set({ since })}
      />
      <Field
        label="Until"
        name="until"
        type="datetime-local"
        value={filter.until}
        onInput={(until) => set({ until })}
      />
      {filtering && (
        <Button kind="quiet" icon="close" onClick={() => change(ALL_EVENTS)}>
          Clear
        </Button>
      )}
    </search>
  );
};
