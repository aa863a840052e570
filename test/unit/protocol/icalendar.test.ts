// iCalendar: lines within 75 bytes, text that ends no line and starts no property, times in UTC.
import fc from "fast-check";
import { expect, it } from "vitest";
import { calendarEnd, calendarStart, type Todo, todoEntry } from "../../../src/protocol/icalendar.ts";

const todo: Todo = {
  uid: "tsk_1@taskward",
  summary: "Write",
  description: "",
  due_ms: Date.UTC(2026, 10, 22, 8, 30),
  modified_ms: Date.UTC(2026, 10, 21),
  priority: 1,
  status: "NEEDS-ACTION",
  categories: [],
};
const linesOf = (text: string): string[] => {
  expect(text.endsWith("\r\n")).toBe(true);
  return text.slice(0, -2).split("\r\n");
};
const unfolded = (text: string): string[] => linesOf(text.replaceAll("\r\n ", ""));

it("a to-do stands in a calendar as RFC 5545 section 3.6.2 has it", () => {
  expect(linesOf(calendarStart("Launch") + todoEntry(todo) + calendarEnd())).toEqual([
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Taskward//Taskward//EN",
    "X-WR-CALNAME:Launch",
    "BEGIN:VTODO",
    "UID:tsk_1@taskward",
    "DTSTAMP:20261121T000000Z",
    "LAST-MODIFIED:20261121T000000Z",
    "DUE:20261122T083000Z",
    "SUMMARY:Write",
    "PRIORITY:1",
    "STATUS:NEEDS-ACTION",
    "END:VTODO",
    "END:VCALENDAR",
  ]);
});

it("text is escaped: it ends no line and starts no property", () => {
  const summary = "a,b;c\\d\r\nATTACH:x\u0000";
  expect(unfolded(todoEntry({ ...todo, summary }))).toContain("SUMMARY:a\\,b\\;c\\\\d\\nATTACH:x ");
});

it("whatever the text, no line is longer than 75 bytes, none is cut within a character, and none is added", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "é", "\u{1f600}", "\n", ",", " ", "\t", "\\"),
    maxLength: 300,
  });
  const plain = unfolded(todoEntry({ ...todo, description: "x" })).length;
  fc.assert(
    fc.property(text, text, (summary, description) => {
      const entry = todoEntry({ ...todo, summary, description: `x${description}` });
      expect(entry.isWellFormed()).toBe(true);
      for (const line of linesOf(entry))
        expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
      expect(unfolded(entry)).toHaveLength(plain);
    }),
  );
});

it("what a to-do may have stands where it has it", () => {
  const full = {
    ...todo,
    description: "At\nlength",
    categories: ["a,b", "c"],
    status: "COMPLETED" as const,
    priority: 0,
  };
  expect(linesOf(todoEntry(full))).toEqual([
    "BEGIN:VTODO",
    "UID:tsk_1@taskward",
    "DTSTAMP:20261121T000000Z",
    "LAST-MODIFIED:20261121T000000Z",
    "DUE:20261122T083000Z",
    "SUMMARY:Write",
    "DESCRIPTION:At\\nlength",
    "CATEGORIES:a\\,b,c",
    "PRIORITY:0",
    "STATUS:COMPLETED",
    "END:VTODO",
  ]);
});

it("a line of 75 bytes stays whole, one of 76 goes on behind a blank", () => {
  const of = (length: number) =>
    linesOf(todoEntry({ ...todo, summary: "é".repeat(2) + "x".repeat(length - 12) }));
  expect(of(75)).toContain(`SUMMARY:éé${"x".repeat(63)}`);
  expect(of(76)).toContain(`SUMMARY:éé${"x".repeat(63)}`);
  expect(of(76)).toContain(" x");
});
