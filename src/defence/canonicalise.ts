// The forms in which a text may come to be read: as sent, decoded until nothing is left to decode, and with what
// only hides words taken out. For looking at, never for storing: what people wrote is kept byte for byte.
// Bounded: at most four rounds, and no form is longer than twice the text.
import { foldCharacters } from "./canonicalise-characters.ts";
import { decodeEntities } from "./canonicalise-entities.ts";
import { decodeEscapes } from "./canonicalise-escapes.ts";
import { isContraction, joinWords, stripComments } from "./canonicalise-joins.ts";
import { decodePercent } from "./canonicalise-percent.ts";
import type { Disguise } from "./disguise.ts";

export const ROUNDS_MAX = 4;

export interface Canonical {
  /** The text itself first, then every form that differs from it. */
  readonly views: readonly string[];
  /** What was taken off; multiple encoding is suspicious by itself. */
  readonly disguises: ReadonlySet<Disguise>;
}

const NONE: ReadonlySet<Disguise> = new Set();

export function canonicalise(text: string): Canonical {
  if (!mayDiffer(text)) return { views: [text], disguises: NONE };
  const disguises = new Set<Disguise>();
  const decoded = foldCharacters(decode(text, disguises), disguises);
  const uncommented = stripComments(decoded, disguises);
  const joined = joinWords(uncommented, disguises);
  const views = [text];
  for (const view of [uncommented, joined]) if (!views.includes(view)) views.push(view);
  return { views, disguises };
}

/** Decodes until nothing changes; more than one layer or kind is a finding. */
function decode(text: string, disguises: Set<Disguise>): string {
  let decoded = text;
  let layers = 0;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = decoded;
    for (const step of [decodePercent, decodeEntities, decodeEscapes]) {
      const after = step(decoded, disguises);
      if (after !== decoded) layers += 1;
      decoded = after;
    }
    if (decoded === before) break;
  }
  if (layers > 1) disguises.add("multiple_encoding");
  return decoded;
}

/** Anything but plain ASCII without `%`, `&`, `\`, `0x`, comments and words split by quotes? */
function mayDiffer(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x7f || code < 0x09) return true;
    switch (code) {
      case 0x25: // %
      case 0x26: // &
      case 0x5c: // \
      case 0x5e: // ^
        return true;
      case 0x2f: // /*
        if (text.charCodeAt(index + 1) === 0x2a) return true;
        break;
      case 0x78: // 0x
        if (text.charCodeAt(index - 1) === 0x30) return true;
        break;
      case 0x24: // a$@b
      case 0x60: // a``b
        if (isLetter(text.charCodeAt(index - 1)) && !isLetter(text.charCodeAt(index + 1))) return true;
        break;
      case 0x22: // a"b
      case 0x27: // a'b, but not it's
        if (!isLetter(text.charCodeAt(index - 1)) || !isLetter(text.charCodeAt(index + 1))) break;
        if (code === 0x22 || !isContraction(text, index + 1)) return true;
    }
  }
  return false;
}

const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
