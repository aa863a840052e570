// Cosignatures of witnesses: read where each is right, refused as a whole where one is wrong.
import { describe, expect, test } from "vitest";
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import { utf8 } from "../../../src/protocol/base64url.ts";
import {
  COSIGNATURE,
  cosignedText,
  parseWitnessKey,
  readCosignatures,
} from "../../../src/protocol/cosignature.ts";
import {
  formatTypedKey,
  formatVerifierKey,
  type NoteSigner,
  signerOf,
  signNote,
  type VerifierKey,
  verifierKeyOf,
} from "../../../src/protocol/signed-note.ts";

const TEXT = "log.example/main\n7\nAAAA\n";
const log = await signerOf("log.example", new Uint8Array(32).fill(1));
const note = await signNote(TEXT, [log]);

interface Witness extends VerifierKey {
  readonly private_key: NoteSigner["private_key"];
}
const witnessOf = async (name: string, seed: number): Promise<Witness> => {
  const { public_key, private_key } = await signerOf(name, new Uint8Array(32).fill(seed));
  return { ...verifierKeyOf(name, public_key, COSIGNATURE), private_key };
};
const w1 = await witnessOf("witness.example/w1", 2);
const w2 = await witnessOf("witness.example/w2", 3);

/** A line as the specification has it: key id, time in seconds, signature. */
async function lineOf(
  { name, id, private_key }: Witness,
  at_seconds: bigint,
  signed = cosignedText(TEXT, Number(at_seconds)),
) {
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", private_key, utf8(signed)));
  const bytes = new Uint8Array(12 + signature.length);
  new DataView(bytes.buffer).setUint32(0, id);
  new DataView(bytes.buffer).setBigUint64(4, at_seconds);
  bytes.set(signature, 12);
  return `— ${name} ${encodeBase64(bytes)}`;
}

describe("cosignatures", () => {
  test("say who has seen the checkpoint and when, each with its line", async () => {
    const lines = [await lineOf(w1, 1_700_000_000n), await lineOf(w2, 1_700_000_009n)];
    expect(await readCosignatures(`${note}${lines.join("\n")}\n`, [w2, w1])).toEqual([
      { witness: "witness.example/w1", line: lines[0], at_seconds: 1_700_000_000 },
      { witness: "witness.example/w2", line: lines[1], at_seconds: 1_700_000_009 },
    ]);
  });

  test("sign the text and the time in the words of version 1", () => {
    expect(cosignedText(TEXT, 1_700_000_000)).toBe(`cosignature/v1\ntime 1700000000\n${TEXT}`);
  });

  test("of others, and the log's own signature, are passed over", async () => {
    const other = await witnessOf("witness.example/w1", 9); // the name of the first, another key
    const lines = [await lineOf(other, 5n), await lineOf(w2, 6n)].join("\n");
    const found = await readCosignatures(`${note}${lines}\n`, [w1, w2]);
    expect(found?.map(({ witness }) => witness)).toEqual(["witness.example/w2"]);
    expect(await readCosignatures(note, [w1, w2])).toEqual([]);
  });

  test.each([
    ["of another text", () => lineOf(w1, 5n, cosignedText("log.example/main\n8\nAAAA\n", 5))],
    ["of another time", () => lineOf(w1, 5n, cosignedText(TEXT, 6))],
    ["of no time", () => lineOf(w1, 0n)],
    ["of a time beyond all numbers", () => lineOf(w1, 2n ** 53n, cosignedText(TEXT, 2 ** 53))],
    [
      "that is too short",
      () => `— ${w1.name} ${encodeBase64(new Uint8Array([...idOf(w1), 0, 0, 0, 0, 0, 0, 0, 1]))}`,
    ],
  ])("one %s refuses all", async (_, line) => {
    expect(await readCosignatures(`${note}${await lineOf(w2, 6n)}\n${await line()}\n`, [w1, w2])).toBeNull();
  });

  test("on what is no note there are none", async () => {
    expect(await readCosignatures("no note", [w1])).toBeNull();
  });
});

const idOf = ({ id }: VerifierKey): number[] => [id >>> 24, (id >>> 16) & 255, (id >>> 8) & 255, id & 255];

describe("a witness's key", () => {
  test("is read where its type is that of cosignatures", () => {
    const { private_key: _, ...key } = w1;
    expect(parseWitnessKey(formatTypedKey(key, COSIGNATURE))).toEqual(key);
    expect(parseWitnessKey(formatVerifierKey(log))).toBeNull();
    expect(COSIGNATURE).toBe(4);
  });
});
