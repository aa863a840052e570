// Where an operation's input holds text, and in which context, read from its valibot schemas: what screening walks,
// what the contract promises, and what a test holds complete. A schema of a kind unknown here is a defect.
import type { GenericSchema } from "valibot";
import type { TextContext } from "./context.ts";

export interface TextField {
  /** Names of members from the root; `*` stands for each item of an array or each value of a record. */
  readonly path: readonly string[];
  /** Null where the schema neither declares one nor is closed by a pattern. */
  readonly context: TextContext | null;
}

/** A valibot schema as far as this reads it. */
interface Shape {
  readonly type: string;
  readonly pipe?: readonly Action[];
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly item?: Shape;
  readonly items?: readonly Shape[];
  readonly wrapped?: Shape;
  readonly options?: readonly unknown[];
  readonly value?: Shape;
}

interface Action {
  readonly type: string;
  readonly pipe?: readonly Action[];
  readonly requirement?: unknown;
  readonly metadata?: { readonly context?: TextContext };
}

const WITHOUT_TEXT = new Set([
  "number",
  "boolean",
  "picklist",
  "literal",
  "null",
  "undefined",
  "enum",
  "bigint",
]);

export function textFieldsOf(schema: GenericSchema): TextField[] {
  return fieldsOf(schema as unknown as Shape, []);
}

/** Whether some text of it is screened, and may be refused for what it looks like. */
export const isScreened = (schema: GenericSchema | undefined): boolean =>
  schema !== undefined && textFieldsOf(schema).some(isScreenedField);

export const isScreenedField = ({ context }: TextField): boolean =>
  context !== "closed" && context !== "secret";

function fieldsOf(shape: Shape, path: readonly string[]): TextField[] {
  if (shape.type === "string") return [{ path, context: contextOf(shape) }];
  if (WITHOUT_TEXT.has(shape.type)) return [];
  if (shape.wrapped) return fieldsOf(shape.wrapped, path);
  if (shape.entries) {
    return Object.entries(shape.entries).flatMap(([name, entry]) => fieldsOf(entry, [...path, name]));
  }
  const each = shape.item ?? (shape.type === "record" ? shape.value : undefined);
  if (each) return fieldsOf(each, [...path, "*"]);
  if (shape.items) return shape.items.flatMap((item, index) => fieldsOf(item, [...path, String(index)]));
  if (shape.type === "union" || shape.type === "variant") {
    return (shape.options as Shape[]).flatMap((option) => fieldsOf(option, path));
  }
  throw new Error(`text fields of a schema of type ${shape.type} are not known`);
}

function contextOf(shape: Shape): TextContext | null {
  const actions = actionsOf(shape);
  // A pipe around another one knows better.
  const declared = actions.findLast(({ metadata }) => metadata?.context)?.metadata?.context;
  return declared ?? (actions.some(isClosed) ? "closed" : null);
}

/** A pipe begins with its schema, which may be a pipe itself. */
function actionsOf({ pipe = [] }: Pick<Shape, "pipe">): Action[] {
  return pipe.flatMap((action) => (action.pipe && action.pipe !== pipe ? actionsOf(action) : [action]));
}

/** A pattern that spans the whole text, or a time. */
function isClosed({ type, requirement }: Action): boolean {
  if (type === "iso_timestamp") return true;
  if (type !== "regex" || !(requirement instanceof RegExp)) return false;
  return requirement.source.startsWith("^") && requirement.source.endsWith("$");
}
