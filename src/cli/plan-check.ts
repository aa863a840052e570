// Checks what a plan's file says, and names the places that are wrong, never their values.
import * as v from "valibot";

/** The file holds no plan; the message says where, and what is expected there. */
export class PlanError extends Error {}

const PROBLEMS_SHOWN = 5;

interface CheckOptions {
  /** Turns a place into the file's own. */
  readonly rename?: (place: string) => string;
  /** A last line of what is thrown. */
  readonly hint?: string;
}

/** The value, as the schema reads it; throws PlanError. */
export function check<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  { rename = (place) => place, hint }: CheckOptions = {},
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, value);
  if (success) return output;
  const problems = issues.map((issue) => {
    const place = v.getDotPath(issue);
    return `${place === null ? "the plan" : rename(place)}: ${issue.message}`;
  });
  const lines = problems.slice(0, PROBLEMS_SHOWN);
  if (problems.length > PROBLEMS_SHOWN) lines.push(`and ${problems.length - PROBLEMS_SHOWN} more`);
  if (hint) lines.push(hint);
  throw new PlanError(lines.join("\n  "));
}
