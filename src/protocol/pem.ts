// Textual encoding of certificates and requests (RFC 7468, strict form): one block of one label, 64 characters a line.
// Refuses, always with the same null: text around the block but white space, headers inside it, other labels, base64
// with a second spelling.

import { decodeBase64, encodeBase64 } from "./base64.ts";

const LINE_CHARACTERS = 64;
const BLOCK = /^-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n-----END \1-----$/;

/** One block, with a line feed behind it. */
export function encodePem(label: string, der: Uint8Array): string {
  const lines = encodeBase64(der).match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g")) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** The bytes of the one block, if it bears one of these labels. */
export function decodePem(labels: readonly string[], text: string): Uint8Array<ArrayBuffer> | null {
  const block = BLOCK.exec(text.trim());
  if (!block || !labels.includes(block[1]!)) return null;
  return decodeBase64(block[2]!.replaceAll(/[\r\n]/g, ""));
}
