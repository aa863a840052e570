// Texts that are hard to keep: some of our own, the big list of naughty strings, and what JSON parsers are tried with, as
// the text of a field.
import { readCorpusLines } from "../unit/corpora.ts";

export const OWN: readonly string[] = [
  "  spaces stay  ",
  "Größe 日本 👩‍👩‍👧 العربية",
  "\u202eright to left\u2069",
  "nul\u0000byte",
  "half \ud83d pair",
  "two\nlines",
  "<script>alert(1)</script>",
  "' OR 1=1 --",
];

interface Line {
  readonly text?: string;
  readonly body_b64?: string;
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The file as text; null for one that is none. */
function textOf({ text, body_b64 }: Line): string | null {
  if (body_b64 === undefined) return text ?? null;
  try {
    return UTF_8.decode(Buffer.from(body_b64, "base64"));
  } catch {
    return null;
  }
}

export const COLLECTED: readonly string[] = [
  ...new Set(
    ["unicode/naughty_strings.jsonl", "json/jsontestsuite.jsonl"]
      .flatMap((file) => readCorpusLines(file) as Line[])
      .map(textOf)
      .filter((text) => text !== null && !OWN.includes(text)),
  ),
] as string[];
