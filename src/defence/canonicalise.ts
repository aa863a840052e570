// The forms in which a text may come to be read: as sent, decoded until nothing is left to decode, and with what
// only hides words taken out. For looking at, never for storing: what people wrote is kept byte for byte.
// Bounded: at most four rounds, and no form is longer than twice the text.
import { foldCharacters } from "./canonicalise-characters.ts";
import { decodeEntities } from "./canonicalise-entities.ts";
import { decodeEscapes } from "./canonicalise-escapes.ts";
import { isContraction, joinWords, stripComments } from "./canonicalise-joins.ts";
import { decodePercent } from "./canonicalise-percent.ts";
import { codeAt, isLetter } from "./character.ts";
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

/** Characters by which a form may differ from the text, and those of which that depends on what stands beside them. */
const TELLING = 1;
const DOUBTFUL = 2;
const KIND = new Uint8Array(0x80).fill(TELLING, 0, 0x09).fill(TELLING, 0x7f);
for (const character of "%&\\^") KIND[character.charCodeAt(0)] = TELLING;
for (const character of "/x$`\"'") KIND[character.charCodeAt(0)] = DOUBTFUL;

/** Anything but plain ASCII without `%`, `&`, `\`, `0x`, comments and words split by quotes? */
function mayDiffer(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return true;
    const kind = KIND[code];
    if (kind === TELLING || (kind === DOUBTFUL && isTelling(text, index, code))) return true;
  }
  return false;
}

function isTelling(text: string, index: number, code: number): boolean {
  const before = codeAt(text, index - 1);
  const after = codeAt(text, index + 1);
  switch (code) {
    case 0x2f: // /*
      return after === 0x2a;
    case 0x78: // 0x
      return before === 0x30;
    case 0x22: // a"b, a""b
      return isLetter(before) && (isLetter(after) || maySplit(after));
    case 0x27: // a'b and a''b, but not it's
      return isLetter(before) && (maySplit(after) || (isLetter(after) && !isContraction(text, index + 1)));
    default: // a$@b, a``b
      return isLetter(before) && !isLetter(after);
  }
}

/** Whether a word may go on behind it, where a quote stands before it: another quote, or what expands to nothing. */
const maySplit = (code: number): boolean => code === 0x22 || code === 0x27 || code === 0x24 || code === 0x60;
