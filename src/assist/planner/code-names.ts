// Names as only programs have them: calls, snake_case, dotted names, camelCase, options, paths and numbered messages; no
// web addresses, and no "item(s)".

const PART =
  /(?<![\p{L}\p{N}@])(?:[\p{L}_][\p{L}\p{N}_.]+(?=\((?!e?s\)))|\p{L}{2}[\p{L}\p{N}_]*\.(?!(?:com|org|net|io|dev|eu|js|co)\b)[\p{L}_]{2,}(?:\.[\p{L}_]+)*|\p{L}[\p{L}\p{N}]*(?:_[\p{L}\p{N}]+)+|\p{Ll}{2,}\p{Lu}\p{Ll}+[\p{L}\p{N}]*|(?:\p{Lu}\p{Ll}+){3,}|(?!CVE)\p{Lu}{2,}\d{3,})(?![\p{L}\p{N}])|(?<!\S)(?:--\p{L}[\p{L}-]+|\/\p{L}[\p{L}\p{N}_-]*(?:\/[\p{L}\p{N}_{}-]+)+)/gu;

/** No name is longer, and no longer word is searched: the search takes the square of its length. */
const WORD_CHARACTERS_MAX = 100;

/** Each once, in the order of the text. */
export const partsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/\s+/u)
      .filter((word) => word.length <= WORD_CHARACTERS_MAX)
      .flatMap((word) => Array.from(word.matchAll(PART), ([part]) => part)),
  ),
];
