// What a text is for. The context decides which syntax it may carry; every text field of every operation has one.
import * as v from "valibot";

export const CONTEXTS = [
  /** Held to an alphabet or a list by its own schema, so that it can carry no syntax: never screened. */
  "closed",
  /** Passwords, codes, tokens: compared or hashed, never shown, never screened. */
  "secret",
  "identifier",
  "file_name",
  "url",
  "email",
  /** What people write to people: kept byte for byte. */
  "free_text",
  /** Text that is shown with markup. */
  "rich_text",
  "code",
  /** Words that are looked for: compared, and neither kept nor shown. */
  "search",
] as const;
export type TextContext = (typeof CONTEXTS)[number];

/** Declares the context of a text; the last action of its pipe. */
export const context = <Text extends string>(name: TextContext) =>
  v.metadata<Text, { readonly context: TextContext }>({ context: name });
