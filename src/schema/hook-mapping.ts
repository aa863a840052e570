// Mappings of inbound webhooks: which deliveries do what to tasks, declared in JSON. A rule holds where all its
// conditions do, at least one of them on the body: headers are not signed, so none decides alone.
import * as v from "valibot";
import { context } from "./context.ts";
import { HookHeaderName } from "./hook-header.ts";
import { POINTER, parseTemplate } from "./hook-template.ts";
import { Label, PRIORITIES } from "./project.ts";
import { line } from "./text.ts";

const Pointer = v.pipe(v.string(), v.regex(POINTER, "expected a JSON pointer such as /issue/number"));
const template = (length_max: number, length_min = 1) =>
  v.pipe(
    v.string(),
    v.minLength(length_min, "expected at least one character"),
    v.maxLength(length_max, `expected at most ${length_max} characters`),
    v.check((text) => parseTemplate(text) !== null, "expected places such as {{/issue/title}}"),
    context("code"), // what comes out of it is screened as the text that it becomes
  );

/** What has no value is null. */
const Value = v.union([template(200, 0), v.number(), v.boolean(), v.null()]);
export type HookValue = v.InferOutput<typeof Value>;

/** What is looked at, body, item or header; and what it must be. */
export const HookCondition = v.pipe(
  v.strictObject({
    body: v.optional(Pointer),
    item: v.optional(Pointer),
    header: v.optional(HookHeaderName),
    equals: v.optional(Value),
    one_of: v.optional(v.pipe(v.array(Value), v.minLength(1), v.maxLength(20))),
    exists: v.optional(v.boolean()),
  }),
  v.check(
    ({ body, item, header }) => [body, item, header].filter((each) => each !== undefined).length === 1,
    "expected one of body, item and header",
  ),
  v.check(
    ({ equals, one_of, exists }) =>
      [equals, one_of, exists].filter((each) => each !== undefined).length === 1,
    "expected one of equals, one_of and exists",
  ),
);
export type HookCondition = v.InferOutput<typeof HookCondition>;

/** What the other side calls a task or a comment, the same in each of its deliveries. */
const ExternalId = template(300);
const if_unknown = v.optional(v.picklist(["fail", "ignore"]), "fail");

export const HookAction = v.variant("action", [
  v.strictObject({
    action: v.literal("create_task"),
    task: ExternalId,
    title: template(500),
    description: v.optional(template(2_000, 0), ""),
    labels: v.optional(v.pipe(v.array(Label), v.maxLength(20)), []),
    priority: v.optional(v.picklist(PRIORITIES), "normal"),
  }),
  v.strictObject({
    action: v.literal("comment"),
    task: ExternalId,
    comment: ExternalId,
    text: template(2_000),
    if_unknown,
  }),
  v.strictObject({
    action: v.literal("change_status"),
    task: ExternalId,
    status: v.picklist(["open", "in_progress", "blocked", "cancelled"]),
    if_unknown,
  }),
  v.strictObject({
    action: v.literal("complete"),
    task: ExternalId,
    result: v.optional(template(2_000, 0), ""),
    if_unknown,
  }),
]);
export type HookAction = v.InferOutput<typeof HookAction>;

export const HookRule = v.strictObject({
  name: line(80),
  when: v.pipe(
    v.array(HookCondition),
    v.minLength(1, "expected a condition"),
    v.maxLength(20, "expected at most 20 conditions"),
    v.check((when) => when.some(({ body }) => body !== undefined), "expected a condition on the body"),
  ),
  /** When it happened, in the body: ISO 8601 or Unix seconds. Without it: when it was signed, or came. */
  at: v.optional(v.nullable(Pointer), null),
  /**
   * Once for each item of that list in the body; with `references`, once for each number that the item's text there
   * says it closes (`Fixes #12`).
   */
  each: v.optional(
    v.nullable(v.strictObject({ items: Pointer, references: v.optional(v.nullable(Pointer), null) })),
    null,
  ),
  actions: v.pipe(
    v.array(HookAction),
    v.minLength(1, "expected an action"),
    v.maxLength(10, "expected at most 10 actions"),
  ),
});
export type HookRule = v.InferOutput<typeof HookRule>;

export const HookMapping = v.strictObject({
  rules: v.pipe(
    v.array(HookRule),
    v.minLength(1, "expected a rule"),
    v.maxLength(30, "expected at most 30 rules"),
  ),
});
export type HookMapping = v.InferOutput<typeof HookMapping>;
