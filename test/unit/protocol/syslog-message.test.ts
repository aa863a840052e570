// Syslog messages as RFC 5424 writes them, in frames that count octets.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatSyslog, frameSyslog } from "../../../src/protocol/syslog-message.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";

/** RFC 5424 section 6, but that no SD-ID comes twice. */
const TIME =
  "\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,6})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)";
const SD_NAME = String.raw`[\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,32}`;
const SD_ELEMENT = String.raw`\[${SD_NAME}(?: ${SD_NAME}="(?:[^"\\\]]|\\["\\\]])*")*\]`;
const word = (length_max: number) => String.raw`(?:-|[\x21-\x7e]{1,${length_max}})`;
const GRAMMAR = new RegExp(
  `^<(?:0|[1-9]\\d?|1[0-8]\\d|19[01])>[1-9]\\d{0,2} (?:-|${TIME}) ${word(255)} ${word(48)} ${word(128)} ${word(32)} (-|(?:${SD_ELEMENT})+)(?: [^]*)?$`,
);

function isSyslog(text: string): boolean {
  const [matched, data = ""] = GRAMMAR.exec(text) ?? [];
  const ids = [...data.matchAll(/\[([^ \]]+)/g)].map(([, id]) => id);
  return matched !== undefined && new Set(ids).size === ids.length;
}

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

describe("the grammar", () => {
  test.skipIf(!corporaRoot)(`judges as a strict parser does${corporaNote}`, () => {
    const { cases } = readCorpus("protocol/rfc5424_syslog.json") as {
      cases: { message: string; valid: boolean }[];
    };
    expect(cases.length).toBeGreaterThan(100);
    for (const { message: text, valid } of cases) expect([text, isSyslog(text)]).toEqual([text, valid]);
  });

  test("accepts whatever is formatted here", () => {
    const any = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(any, any, any, any, fc.nat(7), (host, app, message_id, text, severity) => {
        const odd = { ...message, host, app, message_id, text, severity };
        expect(isSyslog(formatSyslog(odd))).toBe(true);
      }),
    );
  });
});
