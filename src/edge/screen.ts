// Input screening of a request that its schemas accept: each text by the context that its schema declares and by the
// validators that are configured. A refusal points at the places and says what they look like; findings go to the
// audit with class, place and score alone.
import type { Operation } from "../api/operation.ts";
import { configure, type Env } from "../config.ts";
import type { Composite } from "../defence/composite.ts";
import { TextScreening, type Screened as TextsScreened } from "../defence/text-screening.ts";
import type { Actor, RequestContext } from "../schema/messages/request.ts";
import type { ScreeningNote } from "../schema/messages/screening.ts";
import type { Refusal } from "../schema/result.ts";
import { isScreenedField, type TextField, textFieldsOf } from "../schema/text-fields.ts";
import { strangersFor } from "./strangers.ts";
import { escapeStep } from "./validate.ts";

interface Inputs {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export interface Screened {
  readonly note: ScreeningNote;
  readonly refusal: Refusal | null;
}

type Plan = readonly {
  readonly part: keyof Inputs;
  readonly root: string;
  readonly fields: readonly TextField[];
}[];
const ROOTS = { params: "/path", query: "/query", body: "" } as const;
const plans = new WeakMap<Operation, Plan>();

/** Hands what was found to the shard that knows the caller's address, after the answer. */
export async function noteScreening(
  { note }: Screened,
  actor: Actor | null,
  context: RequestContext,
  env: Env,
): Promise<void> {
  const shard = await strangersFor(context.source.address, configure(env), env);
  if (!actor) return shard.noteScreening("main", note, context);
  const { workspace, principal_id, session_id } = actor;
  return shard.noteScreening(workspace, note, { ...context, principal_id, session_id });
}

/** Null where nothing was found; a promise only where somebody has to be asked. Without text it costs nothing. */
export function screenInputs(
  id: string,
  operation: Operation,
  inputs: Inputs,
  composite: Composite,
): Screened | null | Promise<Screened | null> {
  const plan = plans.get(operation) ?? planOf(operation);
  if (plan.length === 0) return null;
  const texts = new TextScreening(composite);
  for (const { part, root, fields } of plan) {
    for (const { path, context } of fields) {
      eachText(inputs[part], path, 0, root, (text, pointer) => texts.add(text, context!, pointer));
    }
  }
  const settled = texts.settle();
  return settled instanceof Promise ? settled.then((screened) => noted(id, screened)) : noted(id, settled);
}

function noted(operation: string, screened: TextsScreened | null): Screened | null {
  if (!screened) return null;
  const { findings, refusal } = screened;
  return { note: { operation, refused: refusal !== null, findings }, refusal };
}

function planOf(operation: Operation): Plan {
  const parts = ["params", "query", "body"] as const;
  const plan = parts.flatMap((part) => {
    const schema = operation[part];
    const fields = schema ? textFieldsOf(schema).filter(isScreenedField) : [];
    return fields.length > 0 ? [{ part, root: ROOTS[part], fields }] : [];
  });
  plans.set(operation, plan);
  return plan;
}

/** Calls `each` with every text that a path leads to, and its JSON pointer (RFC 6901). */
function eachText(
  value: unknown,
  path: readonly string[],
  depth: number,
  pointer: string,
  each: (text: string, pointer: string) => void,
): void {
  if (depth === path.length) {
    if (typeof value === "string") each(value, pointer);
  } else if (typeof value === "object" && value !== null) {
    const step = path[depth]!;
    const names = step === "*" ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : [];
    for (const name of names) {
      const member = (value as Record<string, unknown>)[name];
      eachText(member, path, depth + 1, `${pointer}/${escapeStep(name)}`, each);
    }
  }
}
