// Checkpoints of a transparency log (C2SP tlog-checkpoint): the text of a signed note that names the log, its size
// and its root. Extension lines are refused: nobody could audit them.

import { decodeBase64, encodeBase64 } from "./base64.ts";
import { HASH_BYTES, type Hash } from "./merkle-tree.ts";

export interface Checkpoint {
  /** Who the log is: a URL without its scheme, without spaces. */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

const BODY = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/=]+)\n$/;

/** The three lines of a checkpoint. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/** Reads the text of an opened note, or answers null for what `formatCheckpoint` would not have written. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [, origin, digits, encoded] = BODY.exec(text) ?? [];
  const root = decodeBase64(encoded ?? "");
  const size = Number(digits);
  if (!origin || !root || root.length !== HASH_BYTES || !Number.isSafeInteger(size)) return null;
  return { origin, size, root };
}
