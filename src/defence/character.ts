// Characters of a text by their codes. Engines compile reads within a text; one behind its end throws that away.

/** 0 where the text has no such place. */
export const codeAt = (text: string, index: number): number =>
  index >= 0 && index < text.length ? text.charCodeAt(index) : 0;

/** Of ASCII. */
export const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
