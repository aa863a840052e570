import { describe, expect, test } from "vitest";
import { decryptAesGcm, encryptAesGcm } from "../../../src/protocol/aes-gcm.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";
import { hex, unhex } from "./fixtures.ts";

const importAes = (key: Uint8Array<ArrayBuffer>) =>
  crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);

describe("AES-256-GCM", () => {
  test("test case 16 of the GCM specification", async () => {
    const key = await importAes(unhex("feffe9928665731c6d6a8f9467308308".repeat(2)));
    const nonce = unhex("cafebabefacedbaddecaf888");
    const plaintext = unhex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    );
    const associatedData = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const sealed = await encryptAesGcm(key, nonce, plaintext, associatedData);
    expect(hex(sealed.subarray(-16))).toBe("76fc6ece0f4e1768cddf8853bb2d551b");
    expect(await decryptAesGcm(key, nonce, sealed, associatedData)).toEqual(plaintext);
  });

  test("other nonce lengths and missing tags are refused", async () => {
    const key = await importAes(new Uint8Array(32));
    const none = new Uint8Array(0);
    for (const length of [0, 8, 11, 13, 16]) {
      await expect(encryptAesGcm(key, new Uint8Array(length), none, none)).rejects.toThrow(RangeError);
      expect(await decryptAesGcm(key, new Uint8Array(length), new Uint8Array(32), none)).toBeNull();
    }
    for (const length of [0, 4, 15]) {
      expect(await decryptAesGcm(key, new Uint8Array(12), new Uint8Array(length), none)).toBeNull();
    }
  });
});

interface AesGcmVector {
  tcId: number;
  ivSize: number;
  key: string;
  iv: string;
  aad: string;
  msg: string;
  ct: string;
  tag: string;
  result: string;
}

describe.skipIf(!corporaRoot)(`AES-GCM, Wycheproof${corporaNote}`, () => {
  const { tests = [] } = readCorpus("crypto/wycheproof_aes_gcm.json") as { tests?: AesGcmVector[] };

  test("opens every valid case with a 96-bit nonce, and refuses all others", async () => {
    expect(tests.length).toBeGreaterThan(100);
    for (const { tcId, ivSize, key, iv, aad, msg, ct, tag, result } of tests) {
      const imported = await importAes(unhex(key));
      const opened = await decryptAesGcm(imported, unhex(iv), unhex(ct + tag), unhex(aad));
      if (result === "valid" && ivSize === 96) {
        expect(opened && hex(opened), `case ${tcId}`).toBe(msg);
        const sealed = await encryptAesGcm(imported, unhex(iv), unhex(msg), unhex(aad));
        expect(hex(sealed), `case ${tcId}`).toBe(ct + tag);
      } else {
        expect(opened, `case ${tcId}`).toBeNull();
      }
    }
  });
});
