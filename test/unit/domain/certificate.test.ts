// What certificates say and how long they hold, at each edge.
import { expect, test } from "vitest";
import {
  authoritySubject,
  authorityValidity,
  CERTIFICATE_MS,
  certificateValidity,
  EXPIRED_KEPT_MS,
  forgetAuthorityAt,
  isKeyExpired,
  isListFresh,
  listTimes,
  mayIssue,
  workerSubject,
  workerUri,
} from "../../../src/domain/certificate.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 22, 8, 30, 0, 250);
const SECOND_MS = NOW_MS - 250;

test("subjects tell authorities apart by the beginning of their number, and workers by their name", () => {
  expect(authoritySubject("main", "0123456789abcdef")).toEqual({
    organization: "main",
    unit: "Authority",
    name: "Taskward authority 01234567",
  });
  expect(workerSubject("main", "builder")).toEqual({ organization: "main", unit: "WORKER", name: "builder" });
  expect(workerUri("main", "wrk_1")).toBe("urn:taskward:main:wrk_1");
});

test("a worker's certificate holds for ninety days, an authority's for ten years, from a minute ago in whole seconds", () => {
  expect(CERTIFICATE_MS).toBe(90 * DAY_MS);
  expect(certificateValidity(NOW_MS)).toEqual({
    not_before_ms: SECOND_MS - 60_000,
    not_after_ms: SECOND_MS + 90 * DAY_MS,
  });
  expect(authorityValidity(NOW_MS)).toEqual({
    not_before_ms: SECOND_MS - 60_000,
    not_after_ms: SECOND_MS + 3_652 * DAY_MS,
  });
});

test("an authority issues only what it outlives by more than a day", () => {
  expect(mayIssue({ not_after_ms: NOW_MS + 91 * DAY_MS + 1 }, NOW_MS)).toBe(true);
  expect(mayIssue({ not_after_ms: NOW_MS + 91 * DAY_MS }, NOW_MS)).toBe(false);
});

test("a retired authority is forgotten when all that it issued has expired and is named no more", () => {
  expect(EXPIRED_KEPT_MS).toBe(2 * DAY_MS);
  expect(forgetAuthorityAt(NOW_MS)).toBe(NOW_MS + 92 * DAY_MS);
});

test("a revocation list holds from a minute ago for a day, and is made anew after half of it", () => {
  expect(listTimes(NOW_MS)).toEqual({ this_update_ms: NOW_MS - 60_000, next_update_ms: NOW_MS + DAY_MS });
  expect(isListFresh(NOW_MS, NOW_MS + DAY_MS / 2 - 1)).toBe(true);
  expect(isListFresh(NOW_MS, NOW_MS + DAY_MS / 2)).toBe(false);
});

test("a key expires with its certificate to the millisecond, and never without one", () => {
  expect(isKeyExpired(NOW_MS, NOW_MS - 1)).toBe(false);
  expect(isKeyExpired(NOW_MS, NOW_MS)).toBe(true);
  expect(isKeyExpired(null, Number.MAX_SAFE_INTEGER)).toBe(false);
});
