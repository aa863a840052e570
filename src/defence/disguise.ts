// What a text may be wearing when it comes: encodings, characters that hide or mislead, and words taken apart.

export const DISGUISES = [
  "percent",
  "entity",
  "escape",
  "overlong",
  "null_byte",
  "multiple_encoding",
  "invisible",
  "bidirectional",
  "homoglyph",
  "comment",
  "split_word",
  "empty_expansion",
] as const;
export type Disguise = (typeof DISGUISES)[number];
