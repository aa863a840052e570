// Times on the wire: whatever is taken stands in answers as it came, so every reader of RFC 3339 must be able to read it.
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { Timestamp } from "../../../src/schema/text.ts";

describe("a time", () => {
  test.each([
    "2026-01-31T12:00:00Z",
    "2028-02-29T23:59:59.999Z",
    "2000-02-29T00:00:00Z",
    "9999-12-31T23:59:59Z",
  ])("is taken: %s", (text) => expect(v.is(Timestamp, text)).toBe(true));

  test.each([
    "2026-02-29T12:00:00Z",
    "2026-02-31T12:00:00Z",
    "2100-02-29T00:00:00Z",
    "2026-04-31T00:00:00.5Z",
  ])("of a day that no calendar has is refused: %s", (text) => expect(v.is(Timestamp, text)).toBe(false));

  test.each([
    "2026-01-31 12:00:00Z",
    "2026-01-31T12:00:00+00:00",
    "2026-01-31T12:00Z",
    "2026-01-31T24:00:00Z",
    "2026-01-31T12:00:60Z",
    "2026-13-01T00:00:00Z",
    "2026-01-32T00:00:00Z",
    "2026-01-31t12:00:00z",
    "+02026-01-31T12:00:00Z",
    "",
  ])("in another form is refused: %j", (text) => expect(v.is(Timestamp, text)).toBe(false));
});
