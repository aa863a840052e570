// Cosignatures of checkpoints (C2SP tlog-cosignature, version 1, Ed25519): a witness says when it has seen that the log
// has grown from whatever it saw before. A line of a witness that is known and whose signature is wrong refuses all.
import { decodeBase64 } from "./base64.ts";
import { parseTypedKey, readNote, type SignatureLine, type VerifierKey, verifies } from "./signed-note.ts";

/** The signature type, in key ids and verifier keys. */
export const COSIGNATURE = 0x04;
const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;

export interface Cosignature {
  readonly witness: string;
  readonly line: string;
  readonly at_seconds: number;
}

/** Reads a witness's verifier key, or answers null. */
export const parseWitnessKey = (text: string): VerifierKey | null => parseTypedKey(text, COSIGNATURE);

/** What a witness signs: the text of the checkpoint with its last newline, and when it saw it. */
export const cosignedText = (text: string, at_seconds: number): string =>
  `cosignature/v1\ntime ${at_seconds}\n${text}`;

/** The cosignatures of these witnesses on a note; null where one is wrong, or what is given is no note. */
export async function readCosignatures(
  note: string,
  witnesses: readonly VerifierKey[],
): Promise<Cosignature[] | null> {
  const read = readNote(note);
  if (!read) return null;
  const found: Cosignature[] = [];
  for (const signature of read.signatures) {
    const key = witnesses.find(({ name, id }) => name === signature.name && id === signature.id);
    if (!key) continue;
    const cosignature = await openLine(signature, key, read.text);
    if (!cosignature) return null;
    found.push(cosignature);
  }
  return found;
}

async function openLine(
  { line, signature }: SignatureLine,
  key: VerifierKey,
  text: string,
): Promise<Cosignature | null> {
  if (signature.length <= TIME_BYTES) return null;
  const at_seconds = Number(new DataView(signature.buffer).getBigUint64(0));
  if (at_seconds === 0 || !Number.isSafeInteger(at_seconds)) return null;
  const holds = await verifies(key, signature.slice(TIME_BYTES), cosignedText(text, at_seconds));
  return holds ? { witness: key.name, line, at_seconds } : null;
}

/** Whose key signed a line that `readCosignatures` has answered, and when the witness saw the text, in s. */
export function cosignedBy(line: string): { witness: string; key: string; at_seconds: number } {
  const [, witness, encoded] = line.trimEnd().split(" ") as [string, string, string];
  const bytes = decodeBase64(encoded)!;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const at_seconds = Number(view.getBigUint64(KEY_ID_BYTES));
  return { witness, key: `${witness}+${view.getUint32(0)}`, at_seconds };
}
