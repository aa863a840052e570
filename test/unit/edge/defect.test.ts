// What a throw is answered with: what passes by itself invites a repeat, a defect does not, and neither tells anything.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ConfigurationError } from "../../../src/config.ts";
import { refusalOf } from "../../../src/edge/defect.ts";
import type { RequestContext } from "../../../src/schema/messages/request.ts";

const context = { request_id: "req_1" } as RequestContext;
const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

it.each([
  ["a disk that takes no more", new Error("disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_WRITE)")],
  ["a disk that is full", new Error("database or disk is full: SQLITE_FULL")],
  ["a fault of the runtime's own", new Error("internal error; reference = ghro9e4hq5ol623s5t33mu9r")],
  ["an object that has been moved", Object.assign(new Error("moved"), { retryable: true })],
  ["an object with too much to do", Object.assign(new Error("busy"), { overloaded: true })],
])("%s is worth asking again", (_, error) => {
  expect(refusalOf(error, null, context)).toEqual({ reason: "unavailable", retry_after_seconds: 1 });
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: "error", reason: "unavailable", request_id: "req_1" });
});

it.each([
  ["internal", new TypeError("x is not a function")],
  ["internal", new Error("no such table: event: SQLITE_ERROR")],
  ["internal", new Error("UNIQUE constraint failed: SQLITE_CONSTRAINT")],
  ["misconfigured", new ConfigurationError("KEY_RING")],
])("%s is not: nobody is told to repeat it, and operators hear of it", (reason, error) => {
  expect(refusalOf(error, null, context)).toEqual({ reason });
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: "error", reason });
});
