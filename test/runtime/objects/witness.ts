// A witness of the tests: signs what it is shown, as C2SP tlog-cosignature says.
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { COSIGNATURE, cosignedText } from "../../../src/protocol/cosignature.ts";
import { formatTypedKey, verifierKeyOf } from "../../../src/protocol/signed-note.ts";

export async function newWitness(name: string) {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const raw = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
  const key = verifierKeyOf(name, raw, COSIGNATURE);
  /** The line for that text. */
  const line = async (text: string, at_seconds: number): Promise<string> => {
    const time = Math.floor(at_seconds);
    const signed = await crypto.subtle.sign("Ed25519", pair.privateKey, utf8(cosignedText(text, time)));
    const bytes = new Uint8Array(12 + signed.byteLength);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, key.id);
    view.setBigUint64(4, BigInt(time));
    bytes.set(new Uint8Array(signed), 12);
    return `— ${name} ${encodeBase64(bytes)}\n`;
  };
  return {
    /** Its verifier key. */
    text: formatTypedKey(key, COSIGNATURE),
    line,
    /** The note with its line. */
    cosign: async (note: string, at_seconds: number) =>
      note + (await line(note.slice(0, note.lastIndexOf("\n\n") + 1), at_seconds)),
  };
}
