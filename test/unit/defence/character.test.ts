// Characters by their codes, as the detectors ask for them.
import { expect, test } from "vitest";
import { codeAt } from "../../../src/defence/character.ts";

test("a place that the text does not have is 0, before its beginning and behind its end", () => {
  expect([-1, 0, 1, 2, 3].map((index) => codeAt("ab", index))).toEqual([0, 0x61, 0x62, 0, 0]);
  expect(codeAt("", 0)).toBe(0);
});
