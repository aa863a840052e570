// A mapping in words: when a rule holds and what it then does, with the places that a delivery fills in kept apart from
// the text around them. And the words back: a mapping from what somebody says in a form. Pure.
import type { HookAction, HookCondition, HookMapping, HookRule } from "../../../schema/hook-mapping.ts";
import { parseTemplate } from "../../../schema/hook-template.ts";
import { PRIORITY_WORDS, STATUS_WORDS } from "../format/words.ts";

/** Text, and the name of a field of the delivery. */
export type Words = readonly (string | { readonly place: string })[];

export interface RuleWords {
  readonly name: string;
  readonly when: readonly Words[];
  readonly does: readonly Words[];
}

/** `/issue/state_reason` as "issue.state_reason". */
const dotted = (pointer: string): string =>
  pointer.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~");

const inItem = (pointer: string): string => `item.${dotted(pointer)}`;

function templateWords(template: string): Words {
  return (parseTemplate(template) ?? [{ text: template }]).map((part) => {
    if ("text" in part) return part.text;
    if (part.from === "reference") return { place: "the number it refers to" };
    return { place: part.from === "item" ? inItem(part.pointer) : dotted(part.pointer) };
  });
}

type Value = NonNullable<HookCondition["equals"]> | null;

const valueWords = (value: Value): Words =>
  value === null ? ["nothing"] : typeof value === "string" ? templateWords(value) : [String(value)];

function subjectOf({ body, item, header }: HookCondition): Words {
  if (header !== undefined) return ["the header ", { place: header }];
  return [{ place: item === undefined ? dotted(body!) : inItem(item) }];
}

function conditionWords(condition: HookCondition): Words {
  const subject = subjectOf(condition);
  const { exists, one_of, equals } = condition;
  if (exists !== undefined) return [exists ? "there is " : "there is no ", ...subject];
  const values = one_of ?? [equals as Value];
  const said = values.flatMap((value, at): Words => {
    const glue = at === 0 ? "" : at === values.length - 1 ? " or " : ", ";
    return [glue, ...valueWords(value)];
  });
  return [...subject, " is ", ...said];
}

const known = ({ if_unknown }: { readonly if_unknown: "fail" | "ignore" }): string =>
  if_unknown === "ignore" ? ", where there is one" : "";

function actionWords(action: HookAction): Words {
  const about = templateWords(action.task);
  switch (action.action) {
    case "create_task": {
      const { title, labels, priority } = action;
      const more = [
        ...(priority === "normal" ? [] : [`${PRIORITY_WORDS[priority].toLowerCase()} priority`]),
        ...(labels.length > 0 ? [`labels ${labels.join(", ")}`] : []),
      ];
      const extras = more.length > 0 ? `, with ${more.join(" and ")}` : "";
      return ["make the task ", ...about, " titled “", ...templateWords(title), `”${extras}`];
    }
    case "comment":
      return ["comment on ", ...about, `${known(action)}: “`, ...templateWords(action.text), "”"];
    case "change_status":
      return ["move ", ...about, ` to “${STATUS_WORDS[action.status]}”${known(action)}`];
    case "complete":
      return ["complete ", ...about, known(action)];
  }
}

export function ruleWords({ name, when, each, actions }: HookRule): RuleWords {
  const items: Words[] = each
    ? [
        [
          "for each item of ",
          { place: dotted(each.items) },
          ...(each.references
            ? [" and each number that ", { place: inItem(each.references) }, " says it closes"]
            : []),
        ],
      ]
    : [];
  return { name, when: [...items, ...when.map(conditionWords)], does: actions.map(actionWords) };
}

/** Where a failure's pointer leads: `/rules/1/actions/0/title` as "rule 2, “Name”, action 1, title". */
export function placeInMapping({ rules }: HookMapping, pointer: string): string {
  const [, , rule = "", part, at, field] = pointer.split("/");
  const found = rules[Number(rule)];
  const said = [
    `rule ${Number(rule) + 1}`,
    ...(found ? [`“${found.name}”`] : []),
    ...(part === "actions" && at !== undefined ? [`action ${Number(at) + 1}`] : part ? [part] : []),
    ...(field ? [field] : []),
  ];
  return said.join(", ");
}

/** A field as somebody writes it, `alert.state` or `/alert/state`, as a JSON pointer. */
export const pointerFrom = (text: string): string =>
  text.trim().startsWith("/")
    ? text.trim()
    : `/${text
        .trim()
        .split(".")
        .map((step) => step.replaceAll("~", "~0").replaceAll("/", "~1"))
        .join("/")}`;

export interface SimpleMapping {
  /** Goes before the other side's ids, so that two integrations never speak of the same task. */
  readonly prefix: string;
  readonly state: string;
  readonly makes: string;
  /** Empty: nothing completes its tasks. */
  readonly completes: string;
  readonly id: string;
  readonly title: string;
}

/** One rule that makes a task, and one that completes it where a value says so. Fields are as `pointerFrom` takes them. */
export function simpleMapping({ prefix, state, makes, completes, id, title }: SimpleMapping): HookMapping {
  const task = `${prefix}:{{${pointerFrom(id)}}}`;
  const holds = (equals: string) => [{ body: pointerFrom(state), equals }];
  const rule = { at: null, each: null };
  const make: HookRule = {
    ...rule,
    name: "An event becomes a task",
    when: holds(makes),
    actions: [
      {
        ...{ action: "create_task", task, title: `{{${pointerFrom(title)}}}`, description: "" },
        ...{ labels: [], priority: "normal" },
      },
    ],
  };
  if (completes === "") return { rules: [make] };
  const complete: HookRule = {
    ...rule,
    name: "What is over is done",
    when: holds(completes),
    actions: [{ action: "complete", task, result: "", if_unknown: "ignore" }],
  };
  return { rules: [make, complete] };
}

/** What may stand before the other side's ids. */
export const prefixOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 40) || "event";
