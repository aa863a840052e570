// A naive detector to compare with: lists of words, as many filters use them.

const KEYWORDS = [
  "select",
  "union",
  "insert",
  "delete",
  "drop",
  "update",
  "exec",
  "--",
  "/*",
  ";",
  " or ",
  " and ",
  "<script",
  "javascript:",
  "onerror",
  "onload",
  "onclick",
  "<iframe",
  "eval(",
  "alert(",
  "../",
  "..\\",
  "/etc/",
  "%2e%2e",
  "|",
  "&&",
  "`",
  "$(",
  "*)",
  "(&",
  "(|",
];

export function hasKeyword(text: string): boolean {
  const lower = text.toLowerCase();
  return KEYWORDS.some((keyword) => lower.includes(keyword));
}

const PHRASES = [
  "ignore previous",
  "ignore all",
  "ignore the above",
  "disregard",
  "forget everything",
  "you are now",
  "act as",
  "pretend to be",
  "system prompt",
  "jailbreak",
  "developer mode",
  "do anything now",
];

export function hasPhrase(text: string): boolean {
  const lower = text.toLowerCase();
  return PHRASES.some((phrase) => lower.includes(phrase));
}
