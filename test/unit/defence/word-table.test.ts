// A table of words against a map of them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { HASH_START, hashOn, WordTable } from "../../../src/defence/word-table.ts";

function find(table: WordTable, text: string, start = 0, end = text.length): number {
  let hash = HASH_START;
  for (let index = start; index < end; index += 1) hash = hashOn(hash, text.charCodeAt(index));
  return table.find(text, start, end, hash);
}

const letters = fc.string({ unit: fc.constantFrom(..."abyz_09"), minLength: 1, maxLength: 4 });

test("every word is found whatever its case, and no other", () => {
  const entries = fc.uniqueArray(letters, { maxLength: 400 });
  fc.assert(
    fc.property(entries, letters, (words, other) => {
      const numbers = new Map(words.map((word, number) => [word, number]));
      const table = new WordTable(numbers);
      for (const word of [...words, other]) {
        const number = numbers.get(word) ?? -1;
        expect(find(table, word)).toBe(number);
        expect(find(table, word.toUpperCase())).toBe(number);
      }
    }),
  );
});

test("a word is found where it stands in a text, whole", () => {
  const table = new WordTable(new Map([["select", 7]]));
  expect(find(table, "we Select one", 3, 9)).toBe(7);
  expect(find(table, "we Select one", 3, 8)).toBe(-1);
  expect(find(table, "we Select one", 2, 9)).toBe(-1);
});

test("words that make the same hash are told apart", () => {
  const hashOf = (word: string) =>
    [...word].reduce((hash, letter) => hashOn(hash, letter.charCodeAt(0)), HASH_START);
  const [one, other] = ["costarring", "liquid"];
  expect(hashOf(one)).toBe(hashOf(other));
  const table = new WordTable(new Map([[one, 1]]));
  expect(find(table, one)).toBe(1);
  expect(find(table, other)).toBe(-1);
});

test("words beyond ASCII are in no table: only ASCII folds by a bit", () => {
  for (const word of ["пароль", "naïve"])
    expect(find(new WordTable(new Map([[word, 1]])), word), word).toBe(-1);
});
