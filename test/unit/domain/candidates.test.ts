// Who fits a task, and why the others do not.
import { describe, expect, test } from "vitest";
import { type Applicant, candidatesFor } from "../../../src/domain/candidates.ts";
import type { Offer } from "../../../src/domain/workload.ts";
import type { Worker } from "../../../src/schema/worker.ts";

const NOW_MS = Date.parse("2026-03-02T10:00:00Z"); // a Monday
const AT = "2026-03-01T12:00:00Z";
const OFFER: Offer = {
  id: "tsk_1",
  title: "Translate",
  priority: "normal",
  skills: ["german"],
  due_at: null,
  created_at: AT,
  assigned_to: null,
};

function applicant(name: string, level: number, change: Partial<Worker> = {}, held = 0): Applicant {
  const worker = {
    id: `wrk_${name}`,
    name,
    skills: [{ name: "german", level }],
    capacity: 2,
    working_hours: null,
    status: "active" as const,
    registered_by: "usr_1",
    created_at: AT,
    updated_at: AT,
    last_seen_at: AT,
    version: 1,
    ...change,
  };
  return { worker, held };
}

const names = (applicants: Applicant[], offer = OFFER) =>
  candidatesFor(offer, applicants, NOW_MS).candidates.map(({ name }) => name);

describe("the candidates of a task", () => {
  test("come by level, and of equals the least busy first", () => {
    expect(names([applicant("novice", 1), applicant("expert", 5)])).toEqual(["expert", "novice"]);
    expect(names([applicant("busy", 3, {}, 1), applicant("free", 3)])).toEqual(["free", "busy"]);
    expect(names([applicant("b", 3), applicant("a", 3)])).toEqual(["a", "b"]);
  });

  test("are those with all skills; nothing asked is anybody's", () => {
    const both = { ...OFFER, skills: ["german", "law"] };
    const { candidates, passed_over } = candidatesFor(both, [applicant("one", 5)], NOW_MS);
    expect(candidates).toEqual([]);
    expect(passed_over).toMatchObject([{ name: "one", missing_skills: ["law"], reasons: [] }]);
    expect(names([applicant("one", 5)], { ...OFFER, skills: [] })).toEqual(["one"]);
  });

  test("explain their score by its parts", () => {
    const [one] = candidatesFor(OFFER, [applicant("one", 4)], NOW_MS).candidates;
    expect(one!.score).toBe(Object.values(one!.parts).reduce((sum, points) => sum + points, 0));
    expect(one!.parts).toMatchObject({ skill: 40, load: 50, assigned: 0 });
  });

  const never = { time_zone: "UTC", monday: [], tuesday: [], wednesday: [], thursday: [], friday: [] };
  test.each([
    ["stale", { status: "stale" }, 0],
    ["paused", { status: "paused" }, 0],
    ["revoked", { status: "revoked" }, 0],
    ["at_capacity", {}, 2],
    ["outside_working_hours", { working_hours: { ...never, saturday: [], sunday: [] } }, 0],
  ] as [string, Partial<Worker>, number][])("pass over who is %s, and say so", (reason, change, held) => {
    const { candidates, passed_over } = candidatesFor(OFFER, [applicant("one", 5, change, held)], NOW_MS);
    expect(candidates).toEqual([]);
    expect(passed_over).toMatchObject([{ name: "one", missing_skills: [], reasons: [reason] }]);
  });
});
