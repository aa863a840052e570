// Words that are worth a token of their own: in enough texts, and not in one kind of text alone.
import { PROMPT_WORDS } from "../../src/defence/prompt-words.ts";
import type { Text } from "./samples.ts";

const TEXTS_MIN = 25;
const WORDS_MAX = 250;

export function frequentWords(texts: readonly Text[]): string[] {
  const grouped = new Set(Object.values(PROMPT_WORDS).flatMap((words) => words.split(" ")));
  const counts = new Map<string, number>();
  for (const { text } of texts) {
    for (const word of new Set(text.toLowerCase().match(/[a-z][a-z']+/gu) ?? [])) {
      if (!grouped.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const frequent = [...counts]
    .filter(([, count]) => count >= TEXTS_MIN)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return frequent.slice(0, WORDS_MAX).map(([word]) => word);
}
