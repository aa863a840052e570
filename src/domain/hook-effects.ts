// A delivery under a mapping: what it is to do to tasks, or why that cannot be said. Text comes out of templates once,
// fitted to the field that takes it; what was filled in is never a template, a pointer or a condition itself.
import type { HookAction, HookCondition, HookMapping, HookRule, HookValue } from "../schema/hook-mapping.ts";
import { parseTemplate, type TemplatePart } from "../schema/hook-template.ts";
import type { HookEffect } from "../schema/messages/hook.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import { fitLine, fitProse } from "../schema/text.ts";
import { closingReferences } from "./closing-references.ts";
import { resolvePointer } from "./json-pointer.ts";

/** The rule of a refusal that points into the mapping. */
export const MAPPING_FAILED = "mapping_failed";

/** Of one delivery. */
export const EFFECTS_MAX = 100;
const ITEMS_MAX = 1_000;
/**
 * Values and places of templates that one delivery has looked at: mapping and body are each bounded, and multiply. What an
 * honest sender fills is far below; all of it takes a fraction of a second.
 */
const STEPS_MAX = 500_000;
const EXTERNAL_ID_MAX = 300;
/** A template may name one large text hundreds of times: what stands beyond this is not filled in, and no field takes it. */
const FILLED_MAX = 1_048_576;
/** The earliest moment that a date can be (ECMA-262, "Time Values and Time Range"). */
const TIME_MS_MIN = -8.64e15;

/** What came, as far as a mapping sees it. */
export interface Delivered {
  readonly body: unknown;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** When it was signed, or came. */
  readonly at_ms: number;
}

interface Scope extends Delivered {
  /** Counts for the whole delivery. */
  readonly work: { steps: number };
  readonly item?: unknown;
  readonly reference?: string;
}

/** Every effect of every rule that holds, in their order; a refusal points into the mapping. */
export function effectsOf(mapping: HookMapping, delivered: Delivered): Result<HookEffect[]> {
  const effects: HookEffect[] = [];
  const work = { steps: 0 };
  for (const [index, rule] of mapping.rules.entries()) {
    for (const scope of scopesOf(rule, { ...delivered, work })) {
      if (work.steps > STEPS_MAX) return failed(`/rules/${index}`, "the body has too much to look at");
      if (!rule.when.every((condition) => isMet(condition, scope))) continue;
      const made = effectsOfRule(rule, scope, `/rules/${index}`);
      if (!made.ok) return made;
      effects.push(...made.value);
      if (effects.length > EFFECTS_MAX) return failed("", `more than ${EFFECTS_MAX} effects of one delivery`);
    }
  }
  return ok(effects);
}

function scopesOf({ each }: HookRule, delivered: Scope): Scope[] {
  if (!each) return [delivered];
  const list = resolvePointer(delivered.body, each.items);
  const items = (Array.isArray(list) ? list : []).slice(0, ITEMS_MAX);
  const { references } = each;
  if (references === null) return items.map((item) => ({ ...delivered, item }));
  return items.flatMap((item) => {
    const text = resolvePointer(item, references);
    const found = typeof text === "string" ? closingReferences(text) : [];
    return found.map((reference) => ({ ...delivered, item, reference }));
  });
}

function isMet({ body, item, header, equals, one_of, exists }: HookCondition, scope: Scope): boolean {
  scope.work.steps += 1;
  const value =
    header !== undefined ? headerOf(scope, header) : resolvePointer(sourceOf(scope, item), body ?? item!);
  if (exists !== undefined) return (value !== undefined && value !== null) === exists;
  return (one_of ?? [equals!]).some((wanted) => isValue(value, wanted, scope));
}

const sourceOf = (scope: Scope, item: string | undefined): unknown =>
  item === undefined ? scope.body : scope.item;

const headerOf = ({ headers }: Scope, name: string): string | undefined =>
  Object.hasOwn(headers, name) ? headers[name] : undefined;

/** What is missing is null. */
function isValue(value: unknown, wanted: HookValue, scope: Scope): boolean {
  scope.work.steps += 1;
  if (typeof wanted !== "string") return (value ?? null) === wanted;
  const text = fill(wanted, scope);
  return text.ok && value === text.value;
}

function effectsOfRule(rule: HookRule, scope: Scope, pointer: string): Result<HookEffect[]> {
  const at_ms = timeOf(rule, scope);
  if (at_ms === null) return failed(`${pointer}/at`, "there is no such time in the body");
  const effects: HookEffect[] = [];
  for (const [index, action] of rule.actions.entries()) {
    const made = effectOf(action, scope, `${pointer}/actions/${index}`, at_ms);
    if (!made.ok) return made;
    effects.push(made.value);
  }
  return ok(effects);
}

/** Never later than the delivery itself: a time of the future would outlast every event until then. */
function timeOf({ at }: HookRule, { body, at_ms }: Scope): number | null {
  if (at === null) return at_ms;
  const value = resolvePointer(body, at);
  const time_ms = typeof value === "number" ? value * 1000 : Date.parse(isoOf(value));
  const is_time = Number.isFinite(time_ms) && time_ms >= TIME_MS_MIN;
  return is_time ? Math.min(Math.trunc(time_ms), at_ms) : null;
}

const isoOf = (value: unknown): string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]{5,16}(?:Z|[+-]\d\d:\d\d)$/u.test(value) ? value : "";

function effectOf(action: HookAction, scope: Scope, pointer: string, at_ms: number): Result<HookEffect> {
  const filled: Record<string, string> = {};
  for (const name of ["task", "comment", "title", "description", "text", "result"] as const) {
    const template = (action as Partial<Record<typeof name, string>>)[name];
    if (template === undefined) continue;
    const text = fill(template, scope);
    if (!text.ok) return failed(`${pointer}/${name}`, text.why);
    filled[name] = FITTED[name](text.value);
    if (filled[name] === "" && !MAY_BE_EMPTY.has(name))
      return failed(`${pointer}/${name}`, "nothing is left of it");
    if (filled[name].length > EXTERNAL_ID_MAX && (name === "task" || name === "comment")) {
      return failed(`${pointer}/${name}`, `more than ${EXTERNAL_ID_MAX} characters`);
    }
  }
  const { task = "", comment = "", title = "", description = "", text = "", result = "" } = filled;
  const about = { external_id: task, at_ms, place: pointer };
  switch (action.action) {
    case "create_task": {
      const { labels, priority } = action;
      return ok({ ...about, kind: "create_task", title, description, labels, priority });
    }
    case "comment":
      return ok({ ...about, kind: "comment", comment_id: comment, text, if_unknown: action.if_unknown });
    case "change_status":
      return ok({
        ...about,
        kind: "move",
        status: action.status,
        result: null,
        if_unknown: action.if_unknown,
      });
    case "complete":
      return ok({
        ...about,
        kind: "move",
        status: "done",
        result: result || null,
        if_unknown: action.if_unknown,
      });
  }
}

const exactly = (text: string): string => text;
const FITTED = {
  task: exactly,
  comment: exactly,
  title: (text: string) => fitLine(text, 200),
  description: (text: string) => fitProse(text, 10_000),
  text: (text: string) => fitProse(text, 10_000),
  result: (text: string) => fitProse(text, 10_000),
};
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(["description", "result"]);

type Filled = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string };

function fill(template: string, scope: Scope): Filled {
  let value = "";
  for (const part of parseTemplate(template) ?? []) {
    scope.work.steps += 1;
    const text = textOf(part, scope);
    if (text === null) return { ok: false, why: `${nameOf(part)} leads to no text, number or truth value` };
    value += text;
    if (value.length > FILLED_MAX) break;
  }
  return { ok: true, value };
}

function textOf(part: TemplatePart, scope: Scope): string | null {
  if ("text" in part) return part.text;
  if (part.from === "reference") return scope.reference ?? null;
  const value = resolvePointer(part.from === "item" ? scope.item : scope.body, part.pointer);
  if (value === undefined || value === null) return part.optional ? "" : null;
  return typeof value === "object" ? null : String(value);
}

const nameOf = (part: TemplatePart): string =>
  "pointer" in part ? `${part.from === "item" ? "item" : ""}${part.pointer}` : "reference";

const failed = (pointer: string, detail: string) =>
  refuse("conflict", { rule: MAPPING_FAILED, errors: [{ pointer, detail }], detail });
