// What the console says: devices, times, counts, and what to try when something failed.
import { describe, expect, test } from "vitest";
import { ConnectionError, ProblemError } from "../../../src/api/client.ts";
import { explain } from "../../../src/console/app/connection/explain.ts";
import { sayDevice } from "../../../src/console/app/format/device.ts";
import { fromLocalField, sayHours, sayWhen, toLocalField } from "../../../src/console/app/format/time.ts";
import { initials, sayCount, sayDollars, sayName } from "../../../src/console/app/format/words.ts";
import { REASONS } from "../../../src/schema/reason.ts";

test.each([
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Chrome 131 on Linux",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
    "Edge 131 on Windows",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.1; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Firefox 132 on macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    "Safari 18 on iPhone",
  ],
  ["taskward-client/1", "taskward-client/1"],
  ["", "Unknown device"],
])("%s is %s", (text, said) => {
  expect(sayDevice(text)).toBe(said);
});

test("a device's name that is no browser's is cut, not believed", () => {
  expect(sayDevice("x".repeat(500))).toHaveLength(60);
});

describe("times", () => {
  const now_ms = Date.parse("2026-11-22T12:00:00Z");
  test.each([
    ["2026-11-22T11:59:40Z", "just now"],
    ["2026-11-22T11:57:00Z", "3 minutes ago"],
    ["2026-11-22T20:00:00Z", "in 8 hours"],
    ["2026-11-20T12:00:00Z", "2 days ago"],
  ])("%s is %s", (at, said) => {
    expect(sayWhen(at, now_ms)).toBe(said);
  });

  test("a field for a moment gives back the moment, to the minute, in whatever zone", () => {
    for (const at of ["2026-11-22T11:59:00.000Z", "2026-03-29T02:30:00.000Z", "2026-07-01T00:00:00.000Z"])
      expect(fromLocalField(toLocalField(at))).toBe(at);
    expect(fromLocalField("")).toBeNull();
    expect(toLocalField(null)).toBe("");
  });

  test.each([
    [0.5, "30 min"],
    [3.25, "3.3 h"],
    [40, "40 h"],
    [0, "0 h"],
  ])("%d hours are %s", (hours, said) => {
    expect(sayHours(hours)).toBe(said);
  });
});

test("names, counts and letters", () => {
  expect(sayName("task.lease_expired")).toBe("Task lease expired");
  expect(sayName("auth.mfa_reset")).toBe("Auth MFA reset");
  expect(sayName("chain")).toBe("Chain");
  expect([0, 1, 2].map((count) => sayCount(count, "task"))).toEqual(["no tasks", "1 task", "2 tasks"]);
  expect(["ada", "translator-1", "Ada Lovelace", "", "日本"].map(initials)).toEqual([
    "AD",
    "T1",
    "AL",
    "?",
    "日本",
  ]);
});

describe("failures", () => {
  const refusal = (reason: keyof typeof REASONS, more: object = {}, headers = {}) =>
    new ProblemError(
      "createTask",
      { type: `/problems/${reason}`, title: REASONS[reason].title, status: REASONS[reason].status, ...more },
      new Headers(headers),
    );

  test.each(Object.keys(REASONS) as (keyof typeof REASONS)[])(
    "%s says what happened, without a status code",
    (reason) => {
      const { title, advice } = explain(refusal(reason));
      expect(title).not.toBe("");
      expect(`${title} ${advice}`).not.toMatch(/\b[45]\d\d\b|\bPOST\b|\bGET\b|undefined|\{/);
    },
  );

  test("of fields name the field and what is expected, never the value", () => {
    const errors = [{ pointer: "/tasks/3/due_at", detail: "expected a time" }];
    expect(explain(refusal("invalid_input", { errors })).fields).toEqual([
      { name: "tasks due at", field: "tasks", detail: "expected a time" },
    ]);
  });

  test("say how long to wait", () => {
    expect(explain(refusal("locked_out", {}, { "retry-after": "899" })).advice).toContain("15 minutes");
  });

  test("of the network and of our own code say what to try", () => {
    expect(explain(new ConnectionError("x")).advice).toContain("network");
    expect(explain(new TypeError("x is undefined")).title).not.toContain("undefined");
  });
});

test.each([
  [0, "$0.00"],
  [1_234, "$0.0012"],
  [2_500_000, "$2.50"],
])("%d millionths of a dollar are %s", (microdollars, said) => {
  expect(sayDollars(microdollars)).toBe(said);
});
