// Mutants that no test can kill, since the program does the same with them. Each is named by its file, a piece of the
// line that it changes, and what comes in the place of what; they are neither drawn nor counted.
import { readFileSync } from "node:fs";

interface Equivalent {
  readonly file: string;
  /** A piece of the line on which the mutant begins. */
  readonly line: string;
  /** What the mutant puts there. */
  readonly replacement: string;
  readonly why: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: "src/protocol/key-ring.ts",
    line: "this.#derivedBytes.set(name, bytes);",
    replacement: ";",
    why: "a cache: the same bytes are derived again",
  },
  {
    file: "src/protocol/key-ring.ts",
    line: "this.#derivedKeys.set(name, key);",
    replacement: ";",
    why: "a cache: the same key is derived again",
  },
];

interface Place {
  readonly fileName: string;
  readonly replacement: string;
  readonly location: { readonly start: { readonly line: number } };
}

/** Why that mutant changes nothing; null where it may. `location` counts lines from 0. */
export function whyEquivalent({ fileName, replacement, location }: Place): string | null {
  const known = EQUIVALENTS.filter(
    (each) => fileName.endsWith(`/${each.file}`) && each.replacement === replacement,
  );
  if (known.length === 0) return null;
  const line = readFileSync(fileName, "utf8").split("\n")[location.start.line] ?? "";
  return known.find((each) => line.includes(each.line))?.why ?? null;
}
