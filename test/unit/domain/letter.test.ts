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

describe("the words of notices", () => {
  test.each(NOTICE_TYPES)("of %s are whole sentences about what happened and what to do", (type) => {
    const { subject, says, if_not_you } = NOTICE_TEXTS[type];
    expect(subject).toMatch(/^[A-Z][\w', :-]{9,}\w$/);
    for (const text of [says, if_not_you]) expect(text).toMatch(/^[A-Z].{20,}\.$/);
    expect(compose(notice(type), frame, null).text.split("\n\n")).toEqual([
      "Hello ada,",
      says,
      "When: 2026-11-22 12:30 UTC\nFrom: Berlin, DE\nWorkspace: main",
      if_not_you,
      "Taskward · https://tasks.example\n",
    ]);
  });

  test("what another mail says already is not mailed", () => {
    const silent = NOTICE_TYPES.filter((type) => NOTICE_TEXTS[type].not_mailed);
    expect([...silent].sort()).toEqual(["auth.attempts_exceeded", "auth.recovery_requested"]);
  });

  test("tell whoever lost the account how to get it back, and others whom to ask", () => {
    const advises = (pattern: RegExp) =>
      NOTICE_TYPES.filter((type) => pattern.test(NOTICE_TEXTS[type].if_not_you));
    expect([...advises(/POST \/v1\/auth\/recovery/)].sort()).toEqual([
      "auth.mfa_removed",
      "auth.password_changed",
      "session.distant_sign_in",
    ]);
    expect(advises(/DELETE \/v1\/sessions/).length).toBe(8);
    expect(advises(/ask an ADMIN of your workspace\.$/).length).toBe(4);
  });
});

test.each([
  ["recovery", "Set a new password", /set a new password.* asks? for a code/s, /do nothing/],
  ["email", "Confirm your e-mail address", /confirms it, once\./, /do nothing/],
  [
    "unlock",
    "Many failed sign-ins: how to sign in all the same",
    /for one hour\. It works once\./,
    /nothing to do/,
  ],
] as const)(
  "the link of %s says what it does, until when, and what to do otherwise",
  (kind, subject, says, otherwise) => {
    const letter: Letter = { kind: "link", link: kind, at_ms, place: " ", expires_at_ms: at_ms + 60_000 };
    const mail = compose(letter, frame, TOKEN);
    const [, first, url, until, facts, last] = mail.text.split("\n\n");
    expect(mail.subject).toBe(`[Taskward] ${subject}`);
    expect(first).toMatch(says);
    expect(url).toBe(`https://tasks.example/link#${kind}=${TOKEN}`);
    expect(until).toBe("It works until 2026-11-22 12:31 UTC.");
    expect(facts).toBe("When: 2026-11-22 12:30 UTC\nFrom: an unknown place\nWorkspace: main");
    expect(last).toMatch(otherwise);
  },
);

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
  expect(text.split("\n\n").slice(1, 4)).toEqual([
    "More happened to your account within an hour than is mailed one by one.",
    "- 2026-11-22 12:30 UTC, an unknown place: Your oldest session gave way\n- and 7 more",
    "All notices stand at GET /v1/notices. If any of this was not you, change your password and tell an ADMIN of your workspace.",
  ]);
  const all = compose({ kind: "summary", happened: [...happened, ...happened], more: 0 }, frame, null);
  expect(all.subject).toBe("[Taskward] 2 more notices about your account");
  expect(all.text).not.toContain("- and");
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
