// Input against its schema. Each complaint points at its place (RFC 6901) and never repeats the value.
import type * as v from "valibot";
import { type InputError, ok, type Result, refuse } from "../schema/result.ts";

const ERRORS_MAX = 20;

/** The typed input, or `invalid_input`. `root` is the pointer of the whole: "" for the body. */
export function validate(schema: v.GenericSchema, input: unknown, root: string): Result<unknown> {
  // An array is an object too: with every field optional it would pass for one that has none of them.
  if (Array.isArray(input)) {
    return refuse("invalid_input", { errors: [{ pointer: root, detail: "expected an object" }] });
  }
  const { issues, value } = schema["~run"]({ value: input }, upTo(ERRORS_MAX));
  if (!issues) return ok(value);
  return refuse("invalid_input", {
    errors: issues.slice(0, ERRORS_MAX).map((issue) => errorOf(issue, root)),
  });
}

/**
 * Looks for so many complaints and no further: each weighs a hundred times what causes it, and half a million of them
 * would fill an isolate. Valibot asks for the language once for each, and whether to go on after each.
 */
function upTo(complaints: number): v.Config<v.BaseIssue<unknown>> {
  let made = 0;
  return {
    abortPipeEarly: true,
    get abortEarly() {
      return made >= complaints;
    },
    get lang() {
      made += 1;
      return undefined;
    },
  };
}

function errorOf(issue: v.BaseIssue<unknown>, root: string): InputError {
  const steps = (issue.path ?? []).map((step) => escapeStep(String(step.key)));
  return { pointer: [root, ...steps].join("/"), detail: detailOf(issue) };
}

/** Messages of our own say what is expected. Valibot's also repeat what was received: that part is left out. */
function detailOf(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === "never") return "unknown field";
  if (issue.kind === "schema" && issue.received === "undefined") return "required";
  return issue.message.startsWith("Invalid ")
    ? `expected ${issue.expected ?? "another type"}`
    : issue.message;
}

/** Keys of unknown fields are the client's own text: cut, so that the answer stays small. */
export const escapeStep = (step: string): string =>
  step.slice(0, 64).replaceAll("~", "~0").replaceAll("/", "~1");

/** Query parameters as an object; a repeated one is refused. */
export function readQuery(url: string): Result<Record<string, string>> {
  if (!url.includes("?")) return ok({});
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of new URL(url).searchParams) {
    if (name in query) return refuse("malformed_request", { detail: "a query parameter is repeated" });
    query[name] = value;
  }
  return ok({ ...query });
}

/** The version that If-Match names; null for `*`. Versions are strong ETags such as `"v3"`. */
export function readIfMatch(request: Request): Result<number | null> {
  const text = request.headers.get("If-Match");
  if (text === null) return refuse("version_required");
  if (text === "*") return ok(null);
  const digits = /^"v([0-9]{1,15})"$/u.exec(text)?.[1];
  if (digits === undefined)
    return refuse("malformed_request", { detail: "If-Match is not one ETag of this API" });
  return ok(Number(digits));
}

export const etagOf = (version: number): string => `"v${version}"`;
