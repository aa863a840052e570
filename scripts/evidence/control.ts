// What the evidence is made of: controls of the product, with the code that is one and the tests that fail without it.

export interface Control {
  /** What it does, as a sentence that can be false. */
  readonly says: string;
  /** Files or folders, from the root of the project. */
  readonly code: readonly string[];
  /** Test files or folders under `test`, without their endings. */
  readonly tests: readonly string[];
}

export type Controls = Readonly<Record<string, Control>>;

/** A control in one line each of what it says, where it is, and what proves it; places parted by spaces. */
export const control = (says: string, code: string, tests: string): Control => ({
  says,
  code: code.split(" "),
  tests: tests.split(" "),
});
