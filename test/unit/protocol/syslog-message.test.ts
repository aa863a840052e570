// Syslog messages as RFC 5424 writes them, in frames that count octets.
import { expect, test } from "vitest";
import { formatSyslog, frameSyslog } from "../../../src/protocol/syslog-message.ts";

const message = {
  facility: 13,
  severity: 4,
  timestamp: "2026-01-31T12:00:00.000Z",
  host: "tasks.example",
  app: "taskward",
  message_id: "auth.sign_in_failed",
  text: '{"über":"💡"}',
};

test("a message has the header of the specification, and its text behind a byte order mark", () => {
  expect(formatSyslog(message)).toBe(
    '<108>1 2026-01-31T12:00:00.000Z tasks.example taskward - auth.sign_in_failed - \ufeff{"über":"💡"}',
  );
});

test("a frame begins with the message's length in octets", () => {
  const [, length, rest] = /^(\d+) (.*)$/s.exec(new TextDecoder().decode(frameSyslog(message)))!;
  expect(Buffer.byteLength(rest!)).toBe(Number(length));
  expect(rest).toBe(formatSyslog(message));
});

test("a field that cannot be written as it is cannot break the header either", () => {
  const odd = { ...message, host: "a b\n<1>é", app: "", message_id: "x".repeat(40) };
  expect(formatSyslog(odd)).toBe(
    `<108>1 2026-01-31T12:00:00.000Z ab<1> - - ${"x".repeat(32)} - \ufeff{"über":"💡"}`,
  );
});
