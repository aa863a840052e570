// What a mail says, and that nothing can be made to say more: no header ends early, no line begins another's.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compose, headerText, type Letter } from "../../../src/domain/letter.ts";
import { mayMailAt } from "../../../src/domain/notice.ts";
import { NOTICE_TEXTS } from "../../../src/domain/notice-texts.ts";
import { NOTICE_TYPES, type NoticeType } from "../../../src/schema/notice.ts";

const frame = {
  issuer_name: "Taskward",
  origin: "https://tasks.example",
  workspace: "main",
  username: "ada",
};
const at_ms = Date.UTC(2026, 10, 22, 12, 30);
const notice = (type: NoticeType, place = "Berlin, DE"): Letter => ({
  kind: "notice",
  happened: { type, at_ms, place },
});
const TOKEN = "twr_1.k1.main.usr_0a.rcv_1b.secret.mac";
const link = (place: string): Letter => ({
  kind: "link",
  link: "recovery",
  at_ms,
  place,
  expires_at_ms: at_ms + 1_800_000,
});

describe.each(NOTICE_TYPES)("the notice of %s", (type) => {
  test("says what happened, when, from where, and what to do if it was not you", () => {
    const { subject, text } = compose(notice(type), frame, null);
    expect(subject).toBe(`[Taskward] ${NOTICE_TEXTS[type].subject}`);
    expect(subject.length).toBeLessThanOrEqual(78);
    for (const part of ["Hello ada,", "2026-11-22 12:30 UTC", "Berlin, DE", "Workspace: main"]) {
      expect(text).toContain(part);
    }
    expect(text).toContain(NOTICE_TEXTS[type].if_not_you);
    expect(text).not.toMatch(/undefined|null|\bNaN\b|<|!/);
    for (const line of text.split("\n")) expect(line.length).toBeLessThan(998);
  });
});

test("a link stands alone on its line, its token behind the #", () => {
  const { text } = compose(link("Berlin, DE"), frame, TOKEN);
  expect(text.split("\n")).toContain(`https://tasks.example/link#recovery=${TOKEN}`);
  expect(text).toContain("It works until 2026-11-22 13:00 UTC.");
  expect(new URL(`https://tasks.example/link#recovery=${TOKEN}`).search).toBe("");
});

test("a summary lists what waited, and counts the rest", () => {
  const happened = [{ type: "session.evicted" as const, at_ms, place: "" }];
  const { subject, text } = compose({ kind: "summary", happened, more: 7 }, frame, null);
  expect(subject).toBe("[Taskward] 8 more notices about your account");
  expect(text).toContain(
    "- 2026-11-22 12:30 UTC, an unknown place: Your oldest session gave way\n- and 7 more",
  );
});

describe("injection", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(
        fc.constantFrom("\r\n", "\n", "\r", "\u2028", "\u0085", "\0", "Bcc: eve@evil.example", ".", "\n\n"),
      )
      .map((parts) => parts.join("")),
  );

  test("whatever a place is, it stays on its line and adds no other", () => {
    const lines = compose(link("x"), frame, TOKEN).text.split("\n").length;
    fc.assert(
      fc.property(hostile, (place) => {
        const { subject, text } = compose(link(place), frame, TOKEN);
        expect(text.split(/\r\n|[\n\r\u2028\u2029\u0085]/)).toHaveLength(lines);
        expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
        expect(subject).toBe("[Taskward] Set a new password");
      }),
    );
  });

  test("a header field with a control character or a line break is a defect", () => {
    for (const text of ["a\r\nBcc: b", "a\nb", "a\rb", "a\u2028b", "a\u0000", "a\u0085b", "a\tb"]) {
      expect(() => headerText(text)).toThrow(RangeError);
      expect(() => compose(notice("session.evicted"), { ...frame, issuer_name: text }, null)).toThrow(
        RangeError,
      );
    }
    expect(headerText("Müller & Söhne 🛡")).toBe("Müller & Söhne 🛡");
  });
});

test("whoever waits as told never gets more than ten notice mails within any hour", () => {
  const HOUR_MS = 3_600_000;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900_000 }), { maxLength: 80 }), (steps) => {
      const mailed: number[] = [];
      let now_ms = 1_000_000;
      for (const step of steps) {
        now_ms += step;
        const mail_at_ms = mayMailAt(mailed, now_ms);
        expect(mail_at_ms).toBeGreaterThanOrEqual(now_ms);
        expect(mayMailAt(mailed, mail_at_ms)).toBe(mail_at_ms);
        if (mail_at_ms === now_ms) mailed.push(now_ms);
        expect(mailed.filter((each) => each > now_ms - HOUR_MS).length).toBeLessThanOrEqual(10);
      }
    }),
  );
});
