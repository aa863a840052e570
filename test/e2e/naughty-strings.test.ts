// Texts through every field that takes any: given back byte for byte by a later read, or refused with a pointer and without
// the text. Here each field gets some of our own, and some of the collections; `npm run texts` tries each in every field.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COLLECTED, OWN } from "../texts/collections.ts";
import { FIELDS, nameOf, Texts } from "../texts/texts.ts";
import { WAYS } from "../texts/ways.ts";
import { corporaNote, corporaRoot } from "../unit/corpora.ts";

let texts: Texts;
beforeAll(async () => {
  texts = await Texts.start();
});
afterAll(() => texts?.stop());

test("every field that takes text has a way to be tried", () => {
  expect(FIELDS.filter(({ operation }) => !WAYS[operation]).map(nameOf)).toEqual([]);
  expect(FIELDS.length).toBeGreaterThan(50);
});

/** Of each field's turn so many, beginning with others each time. */
const shareOf = (all: readonly string[], count: number) =>
  FIELDS.flatMap((field, index) =>
    Array.from({ length: count }, (_, turn) => [field, all[(index * count + turn) % all.length]!] as const),
  );

describe("a text", () => {
  test("of our own is kept or refused in every field", async () => {
    expect(await texts.complaints(shareOf(OWN, 3))).toEqual([]);
  });

  test.skipIf(!corporaRoot)(`of the collections is kept or refused${corporaNote}`, async () => {
    expect(COLLECTED.length).toBeGreaterThan(700);
    expect(await texts.complaints(shareOf(COLLECTED, 3))).toEqual([]);
  });
});
