// The bar above board and list: words, priority, who, label.
import { signal } from "@preact/signals";
import { PRIORITIES, type Priority } from "../../../schema/project.ts";
import { PRIORITY_WORDS, sayCount } from "../format/words.ts";
import { Button } from "../parts/button.tsx";
import { Select } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Empty } from "../parts/state.tsx";
import { type Filter, isFiltering, labelsOf, NO_FILTER } from "./filter.ts";
import type { OpenProject } from "./open-project.ts";

/** Stays while the reader goes to and fro between board and list. */
export const filter = signal<Filter>(NO_FILTER);

/** In place of tasks, where none passes. */
export const NoneFits = () => (
  <Empty icon="search" title="No task fits">
    Change what you look for, or press “Clear” to see all.
  </Empty>
);

const any = (label: string) => ({ value: "", label });

export const FilterBar = ({
  open,
  shown,
}: {
  readonly open: OpenProject;
  /** How many tasks pass. */
  readonly shown: number;
}) => {
  const change = (part: Partial<Filter>) => {
    filter.value = { ...filter.value, ...part };
  };
  const { words, priority, who, label, blocked } = filter.value;
  const labels = labelsOf(open.tasks.value.values());
  return (
    <search class="bar-of-filters">
      <div class="search">
        <Icon name="search" size={16} />
        <input
          type="search"
          aria-label="Search tasks"
          placeholder="Search tasks"
          value={words}
          onInput={(event) => change({ words: event.currentTarget.value })}
        />
      </div>
      <Select
        label="Priority"
        name="priority"
        hidden_label
        value={priority}
        choices={[
          any("Any priority"),
          ...PRIORITIES.map((value) => ({ value, label: PRIORITY_WORDS[value] })),
        ]}
        onChange={(value) => change({ priority: value as Priority | "" })}
      />
      <Select
        label="Whose"
        name="who"
        hidden_label
        value={who}
        choices={[
          any("Anybody's"),
          { value: "none", label: "Nobody's" },
          ...open.members.value.map(({ user_id, username }) => ({ value: user_id, label: username })),
        ]}
        onChange={(value) => change({ who: value })}
      />
      {labels.length > 0 && (
        <Select
          label="Label"
          name="label"
          hidden_label
          value={label}
          choices={[any("Any label"), ...labels.map((value) => ({ value, label: value }))]}
          onChange={(value) => change({ label: value })}
        />
      )}
      <Button pressed={blocked} icon="blocked" onClick={() => change({ blocked: !blocked })}>
        Waiting
      </Button>
      {isFiltering(filter.value) && (
        <>
          <span class="hint" role="status">
            {sayCount(shown, "task")} of {open.tasks.value.size}
          </span>
          <Button
            kind="quiet"
            icon="close"
            onClick={() => {
              filter.value = NO_FILTER;
            }}
          >
            Clear
          </Button>
        </>
      )}
      {open.cut.value && (
        <p class="hint">The first {open.tasks.value.size.toLocaleString()} tasks are shown.</p>
      )}
    </search>
  );
};
