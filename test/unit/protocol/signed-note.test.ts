// Signed notes and checkpoints: what one signs another verifies; published notes are judged as published.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { formatCheckpoint, parseCheckpoint } from "../../../src/protocol/checkpoint.ts";
import { leafHash } from "../../../src/protocol/merkle-tree.ts";
import {
  formatVerifierKey,
  openNote,
  parseVerifierKey,
  signerOf,
  signNote,
  type VerifierKey,
  verifierKeyOf,
} from "../../../src/protocol/signed-note.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";
import { hex, KEY_1, KEY_2, replaceAt, unhex } from "./fixtures.ts";

const one = await signerOf("log.example/main", KEY_1);
const two = await signerOf("log.example/main", KEY_2);
const TEXT = "log.example/main\n5\nnothing\n";

test("the public key is the one that RFC 8032 makes of the seed", async () => {
  const seed = unhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const { public_key } = await signerOf("test1", seed);
  expect(hex(public_key)).toBe("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  await expect(signerOf("short", seed.subarray(1))).rejects.toThrow(RangeError);
});

test("a note opens with each key that signed it, and tells which those are", async () => {
  const note = await signNote(TEXT, [one, two]);
  expect(note).toMatch(/^log\.example\/main\n5\nnothing\n\n(?:— log\.example\/main [\w+/]+=*\n){2}$/);
  for (const keys of [[one], [two], [two, one]] as VerifierKey[][]) {
    const opened = await openNote(note, keys);
    expect(opened?.text).toBe(TEXT);
    expect(new Set(opened?.signed_by)).toEqual(new Set(keys));
  }
  expect(await openNote(note, [])).toBeNull();
  expect(await openNote(note, [await signerOf("log.example/other", KEY_1)])).toBeNull();
  expect(await openNote(note, [one, one])).toBeNull();
});

test("no character of a note can be another", async () => {
  const note = await signNote(TEXT, [one]);
  for (let index = 0; index < note.length; index += 1) {
    for (const character of ["A", "B", " ", "\n"]) {
      if (note[index] === character) continue;
      expect(await openNote(replaceAt(note, index, character), [one]), `at ${index}`).toBeNull();
    }
  }
  for (const other of [`${note}\n`, note.slice(0, -1), `${note}x`, `${note}— name`, `\u0000${note}`])
    expect(await openNote(other, [one])).toBeNull();
});

test("a wrong signature of a known key spoils the note, whoever else has signed", async () => {
  const [text, signatures] = (await signNote(TEXT, [one, two])).split("\n\n");
  const [first, second] = signatures!.split("\n");
  const wrong = replaceAt(second!, second!.length - 10, second!.at(-10) === "A" ? "B" : "A");
  const note = `${text}\n\n${first}\n${wrong}\n`;
  expect(await openNote(note, [one])).not.toBeNull();
  expect(await openNote(note, [one, two])).toBeNull();
});

test("what no note can carry is not signed, and a name that none can carry makes no key", async () => {
  for (const text of ["", "no newline", "tab\t\n", "return\r\n"])
    await expect(signNote(text, [one]), JSON.stringify(text)).rejects.toThrow(TypeError);
  for (const name of ["", "two words", "a+b", "line\n", "\u2003", "a\u0001"])
    expect(() => verifierKeyOf(name, KEY_1), JSON.stringify(name)).toThrow(TypeError);
  expect(() => verifierKeyOf("name", KEY_1.subarray(1))).toThrow(RangeError);
});

test("a verifier key is read back, and one with an altered character is refused", () => {
  const text = formatVerifierKey(one);
  expect(parseVerifierKey(text)).toEqual(verifierKeyOf(one.name, one.public_key));
  for (let index = 0; index < text.length; index += 1) {
    const altered = replaceAt(text, index, text[index] === "A" ? "B" : "A");
    expect(parseVerifierKey(altered), altered).toBeNull();
  }
});

test("a verifier key of another length is none", () => {
  for (const size of [0, 31, 33, 64]) {
    const key = Buffer.from([1, ...new Uint8Array(size)]).toString("base64");
    expect(parseVerifierKey(`log.example/main+00000000+${key}`), `${size} bytes`).toBeNull();
  }
});

test("a checkpoint is read back, and no other text is one", () => {
  const checkpoint = fc.record({
    origin: fc.stringMatching(/^[a-z./]{1,40}$/),
    size: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  });
  fc.assert(
    fc.property(checkpoint, (each) => {
      expect(parseCheckpoint(formatCheckpoint(each))).toEqual(each);
    }),
  );
  const text = formatCheckpoint({ origin: "log.example", size: 7, root: leafHash(KEY_1) });
  const wrong = [
    ["", "\n\n\n", text.slice(0, -1), `${text}\n`, `${text}extension\n`, text.replace("7", "07")],
    [text.replace("7", "-7"), text.replace("7", "7.5"), text.replace("\n7", ""), text.replace("=", "")],
    [text.replace("7", "9007199254740993"), text.replace(/\n[^\n]*\n$/, "\nAAAA\n")],
  ].flat();
  for (const each of wrong) expect(parseCheckpoint(each), JSON.stringify(each)).toBeNull();
});

interface NoteCorpus {
  cases?: {
    name: string;
    note?: string;
    note_b64?: string;
    verifiers: string[];
    ok: boolean;
    verified?: string[];
  }[];
  keys?: { vkey: string }[];
  bad_vkeys?: string[];
  c2sp_examples?: string[];
  c2sp_vkey?: string;
  checkpoint_example?: string[];
}

describe.skipIf(!corporaRoot)(`published notes${corporaNote}`, () => {
  const corpus = readCorpus("transparency/signed_note.json") as NoteCorpus;

  it.each(corpus.cases ?? [])("$name", async ({ note, note_b64, verifiers, ok, verified }) => {
    const text = note ?? Buffer.from(note_b64!, "base64").toString("utf8");
    // Bytes that are not UTF-8 never become a text: whoever reads them refuses them.
    const isText = note !== undefined || Buffer.from(text).equals(Buffer.from(note_b64!, "base64"));
    const keys = verifiers.map((each) => parseVerifierKey(each)!);
    expect(keys).not.toContain(null);
    const opened = isText ? await openNote(text, keys) : null;
    expect(opened !== null).toBe(ok);
    if (ok) expect(opened!.signed_by.map(({ name }) => name)).toEqual(verified);
  });

  it("keys are read, and the bad ones refused", () => {
    for (const { vkey } of corpus.keys ?? []) expect(parseVerifierKey(vkey)).not.toBeNull();
    for (const vkey of corpus.bad_vkeys ?? []) expect(parseVerifierKey(vkey), vkey).toBeNull();
  });

  it("the example of the specification opens with its key", async () => {
    const key = parseVerifierKey(corpus.c2sp_vkey!)!;
    expect((await openNote(corpus.c2sp_examples!.at(-1)!, [key]))?.signed_by).toEqual([key]);
    const [text] = corpus.checkpoint_example![0]!.split("\n\n");
    expect(parseCheckpoint(`${text}\n`)).toMatchObject({
      origin: "example.com/behind-the-sofa",
      size: 20_852_163,
    });
  });
});
