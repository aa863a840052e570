// Text that people write comes back byte for byte, or is refused with a reason: nothing is trimmed, folded or repaired.
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { validate } from "../../../src/edge/validate.ts";
import { line, prose } from "../../../src/schema/text.ts";
import { corporaNote, corporaRoot, readCorpusLines } from "../corpora.ts";

/** Any code point, lone surrogates included. */
const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

describe("text that people write", () => {
  const Text = v.strictObject({ title: line(200), description: prose(10_000) });
  type FieldName = "title" | "description";

  /** What of it comes back through JSON; null where it is refused, with a reason. */
  function roundTrip(field: FieldName, text: string): string | null {
    const sent = JSON.parse(JSON.stringify({ title: "x", description: "", [field]: text })) as object;
    const result = validate(Text, sent, "");
    if (result.ok) return (JSON.parse(JSON.stringify(result.value)) as Record<string, string>)[field]!;
    for (const { pointer, detail } of result.refusal.errors!) {
      expect(pointer).toBe(`/${field}`);
      expect(detail).toMatch(/^(?:expected|contains|control)/);
    }
    return null;
  }

  const own = [
    "plain",
    "  spaces stay  ",
    "café café",
    "𝕬𝖘𝖙𝖗𝖆𝖑 👩‍👩‍👧 🏳️‍🌈",
    "العربية עברית हिन्दी 한국어",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "<b onclick=alert(1)>'\"&amp;\\ \\u0041 $(x) {{y}}",
    "\u202eright to left\u2069",
    "\ufeffbom and \u200bzero width",
    "= + - @ formula",
    "nul\u0000byte",
    "half \ud83d pair",
    "bell\u0007",
    "two\nlines",
    "two\u2028lines",
    "",
    "   ",
    "x".repeat(10_001),
  ];
  const naughty = (readCorpusLines("unicode/naughty_strings.jsonl") as { text: string }[]).map(
    (each) => each.text,
  );

  test("is kept as it is, or refused with a reason", () => {
    expect(own.filter((text) => roundTrip("title", text) === null)).toEqual(own.slice(10));
    expect(own.filter((text) => roundTrip("description", text) === null)).toEqual([
      ...own.slice(10, 13),
      own.at(-1),
    ]);
    for (const text of own) {
      for (const field of ["title", "description"] as const)
        expect([text, null]).toContain(roundTrip(field, text));
    }
  });

  test("is kept as it is, for any text at all", () => {
    const texts = fc.oneof(fc.string({ unit: anyCharacter }), fc.string({ unit: "grapheme" }), fc.string());
    fc.assert(
      fc.property(texts, fc.constantFrom<FieldName>("title", "description"), (text, field) => {
        expect([text, null]).toContain(roundTrip(field, text));
        const harmless = text.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(text) && text.trim() !== "";
        if (harmless && text.length <= 200) expect(roundTrip(field, text)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test.skipIf(!corporaRoot)(`survives the big list of naughty strings${corporaNote}`, () => {
    expect(naughty.length).toBeGreaterThan(500);
    for (const text of naughty) {
      for (const field of ["title", "description"] as const) {
        const back = roundTrip(field, text);
        if (back === null) continue;
        expect(Buffer.from(back, "utf8").equals(Buffer.from(text, "utf8")), JSON.stringify(text)).toBe(true);
      }
    }
    // Only control characters, blank or overlong text is refused: nobody's language is.
    const refused = naughty.filter((text) => roundTrip("description", text) === null);
    for (const text of refused) {
      expect(text.length > 10_000 || /\p{Cc}/u.test(text), JSON.stringify(text)).toBe(true);
    }
    expect(refused.length).toBeLessThan(10);
  });
});
