// Numbers that a text says it closes, as GitHub reads commit messages ("Linking a pull request to an issue using a
// keyword"): close, closes, closed, fix, fixes, fixed, resolve, resolves, resolved, then `#12`. References to other
// repositories are none. Linear in the text; at most twenty, each once, in their order.

const KEYWORD = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]{1,3}#([1-9][0-9]{0,9})\b/giu;
const REFERENCES_MAX = 20;

export function closingReferences(text: string): string[] {
  const found = new Set<string>();
  for (const [, number] of text.matchAll(KEYWORD)) {
    found.add(number!);
    if (found.size === REFERENCES_MAX) break;
  }
  return [...found];
}
