// Mail is off, or whole: a sender, and an origin that no request chose. The local mailbox is for this machine alone.
import { describe, expect, test } from "vitest";
import { ConfigurationError, configure } from "../../src/config.ts";
import { bound } from "./bindings.ts";

const key = Buffer.alloc(32, 1).toString("base64url");
const complete = {
  ...bound,
  KEY_RING: JSON.stringify([{ key_id: "k1", key }]),
  BOOTSTRAP_KEY: key,
};
const mailOf = (more: Record<string, unknown>) => configure({ ...complete, ...more }).mail;
const namedIn = (more: Record<string, unknown>): string => {
  try {
    mailOf(more);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
  }
  throw new Error("not refused");
};
const MAIL_FROM = "taskward@tasks.example";
const PUBLIC_ORIGIN = "https://tasks.example";

describe("a binding that sends", () => {
  test("needs a sender and an origin, and names what is missing", () => {
    expect(mailOf({ EMAIL: {}, MAIL_FROM, PUBLIC_ORIGIN })).toEqual({
      from: MAIL_FROM,
      origin: PUBLIC_ORIGIN,
      via: "binding",
    });
    expect(namedIn({ EMAIL: {}, PUBLIC_ORIGIN })).toContain(": MAIL_FROM.");
    expect(namedIn({ EMAIL: {}, MAIL_FROM })).toContain(": PUBLIC_ORIGIN.");
    expect(namedIn({ EMAIL: {} })).toContain(": MAIL_FROM, PUBLIC_ORIGIN.");
  });

  test("absent, mail is off, whatever else is set", () => {
    expect(mailOf({})).toBeNull();
    expect(mailOf({ MAIL_FROM, PUBLIC_ORIGIN })).toBeNull();
  });

  test.each([
    "http://tasks.example",
    "https://tasks.example/",
    "https://tasks.example/x",
    "https://tasks.example?x",
    "https://u:p@tasks.example",
    "https://TASKS.example",
    "tasks.example",
    "javascript:alert(1)",
    "http://localhost.evil.example",
    "",
  ])("the origin %j is refused", (origin) => {
    expect(namedIn({ EMAIL: {}, MAIL_FROM, PUBLIC_ORIGIN: origin })).toContain("PUBLIC_ORIGIN");
  });

  test.each([
    "",
    "taskward",
    "a@b",
    "A <a@b.example>",
    "a@b.example\r\nBcc: c@d.example",
    "a@b.example,c@d.example",
  ])("the sender %j is refused", (from) => {
    expect(namedIn({ EMAIL: {}, MAIL_FROM: from, PUBLIC_ORIGIN })).toContain("MAIL_FROM");
  });

  test("a name with a line break, which would end a header, is refused", () => {
    expect(namedIn({ ISSUER_NAME: "Task\nward" })).toContain("ISSUER_NAME");
  });
});

describe("the local mailbox", () => {
  const LOCAL_MAILBOX = "true";

  test.each(["http://localhost:8787", "http://127.0.0.1:1", "http://[::1]:8787", "https://localhost"])(
    "takes the mail of %s, even where a binding could send",
    (origin) => {
      const mail = { from: "taskward@localhost", origin, via: "mailbox" };
      expect(mailOf({ LOCAL_MAILBOX, PUBLIC_ORIGIN: origin })).toEqual(mail);
      expect(mailOf({ LOCAL_MAILBOX, PUBLIC_ORIGIN: origin, EMAIL: {} })).toEqual(mail);
    },
  );

  test("is refused wherever links lead to another machine", () => {
    expect(namedIn({ LOCAL_MAILBOX })).toContain("LOCAL_MAILBOX");
    expect(namedIn({ LOCAL_MAILBOX, PUBLIC_ORIGIN })).toContain("LOCAL_MAILBOX");
    expect(namedIn({ LOCAL_MAILBOX, PUBLIC_ORIGIN, EMAIL: {}, MAIL_FROM })).toContain("LOCAL_MAILBOX");
  });
});
