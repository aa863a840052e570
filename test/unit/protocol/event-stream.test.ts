// Server-sent events: the standard's own examples, and what is written is read again, however it is cut in pieces.
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { EventReader, eventText, KEEP_ALIVE, type StreamEvent } from "../../../src/protocol/event-stream.ts";

const read = (...pieces: string[]): StreamEvent[] => {
  const reader = new EventReader();
  return pieces.flatMap((piece) => reader.read(piece));
};

describe("reading (WHATWG HTML, section 9.2.6)", () => {
  test("lines of data are joined, and a blank line ends an event", () => {
    expect(read("data: YHOO\ndata: +2\ndata: 10\n\n")).toEqual([{ data: "YHOO\n+2\n10" }]);
  });

  test("comments are skipped, one space after the colon is no part of the value, an empty id is one", () => {
    const stream =
      ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n";
    expect(read(stream)).toEqual([
      { data: "first event", id: "1" },
      { data: "second event", id: "" },
      { data: " third event" },
    ]);
  });

  test("a field without a colon has no value, and an event that nothing ended is none", () => {
    expect(read("data\n\ndata\ndata\n\ndata:")).toEqual([{ data: "" }, { data: "\n" }]);
  });

  test("lines end in CR LF, LF or CR, also where a piece ends between them", () => {
    expect(read("data: a\r\n\r\ndata: b\r\rdata: c\n\n")).toEqual([
      { data: "a" },
      { data: "b" },
      { data: "c" },
    ]);
    expect(read("data: a\r", "\n\r", "\ndata: b\n\n")).toEqual([{ data: "a" }, { data: "b" }]);
  });

  test("unknown fields, a retry that is no number and an id with NUL are left out", () => {
    expect(read("colour: red\nwait: 2000\nretry: soon\nid: a\0b\ndata: x\n\n")).toEqual([{ data: "x" }]);
    expect(read("retry: 2000\ndata: x\n\n")).toEqual([{ retry_ms: 2000, data: "x" }]);
  });

  test("a retry without data holds for the next event that has any", () => {
    expect(read("retry: 5\n\nid: 1\n\n: ping\n\ndata: x\n\ndata: y\n\n")).toEqual([
      { retry_ms: 5, data: "x" },
      { data: "y" },
    ]);
  });

  test("an event of more than a mebibyte is refused", () => {
    const reader = new EventReader();
    const line = `data: ${"x".repeat(100_000)}\n`;
    expect(() => {
      for (let lines = 0; lines < 12; lines += 1) reader.read(line);
    }).toThrow(RangeError);
    expect(() => new EventReader().read("x".repeat(1_048_577))).toThrow(RangeError);
  });

  test("an event is too large however it came: in one piece, or as lines of next to nothing", () => {
    const whole = (length: number) => `data: ${"x".repeat(length)}\n\n`;
    expect(read(whole(1_048_576), whole(1_048_576))).toHaveLength(2);
    expect(() => read(whole(1_048_577))).toThrow(RangeError);
    expect(read(`${"data\n".repeat(1_048_577)}\n`)[0]!.data).toHaveLength(1_048_576);
    expect(() => read(`${"data\n".repeat(1_048_578)}\n`)).toThrow(RangeError);
  });
});

test("of a line in many pieces each character is looked at once", () => {
  const split = vi.spyOn(String.prototype, "split");
  const reader = new EventReader();
  for (let pieces = 0; pieces < 1_000; pieces += 1) reader.read(pieces === 0 ? "data: " : "x".repeat(100));
  const looked_at = split.mock.contexts.reduce<number>((sum, text) => sum + String(text).length, 0);
  split.mockRestore();
  expect(looked_at).toBe(99_906);
  expect(reader.read("\n\n")).toEqual([{ data: "x".repeat(99_900) }]);
});

test("a line that ends in CR has ended, whatever comes next", () => {
  expect(read("data: a\r\r")).toEqual([{ data: "a" }]);
  expect(read("data: a\r", "", "\n", "\ndata: b\r", "\r\n")).toEqual([{ data: "a" }, { data: "b" }]);
});

test("what is written is read again, however it is cut", () => {
  const field = fc.stringMatching(/^[^\r\n\0]{1,20}$/u);
  const data = fc.string().map((text) => text.replaceAll(/\r\n|\r/gu, "\n"));
  const event = fc.record(
    { data, event: field, id: field, retry_ms: fc.nat(99_999) },
    { requiredKeys: ["data"] },
  );
  fc.assert(
    fc.property(fc.array(event), fc.integer({ min: 1, max: 7 }), (written, size) => {
      const text = written.map((each) => KEEP_ALIVE + eventText(each)).join("");
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, "gu")) ?? [];
      // A value's first space is the separator's.
      expect(read(...pieces)).toEqual(written);
    }),
  );
});

test("a name or id that would begin another field is refused", () => {
  for (const value of ["a\nb", "a\rb", "\0"]) {
    expect(() => eventText({ data: "", event: value })).toThrow(RangeError);
    expect(() => eventText({ data: "", id: value })).toThrow(RangeError);
  }
});
