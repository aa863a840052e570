// All texts of a JSON value, names of its members included, with a bound on how deep it may be.

const DEPTH_MAX = 12;

/** Throws RangeError for a value that is deeper than any structure that is asked for. */
export function textsOf(value: unknown, depth = 0): string[] {
  if (depth > DEPTH_MAX) throw new RangeError("deeper than any answer");
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  const names = Array.isArray(value) ? [] : Object.keys(value);
  return [...names, ...Object.values(value).flatMap((each) => textsOf(each, depth + 1))];
}
