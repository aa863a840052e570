// What a worker may say of itself.
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { WorkerProfile } from "../../../src/schema/worker.ts";

const PROFILE = {
  name: "Builder",
  skills: [{ name: "typescript", level: 3 }],
  capacity: 2,
  working_hours: { time_zone: "Europe/Berlin", monday: [{ start_minute: 540, end_minute: 1020 }] },
  paused: false,
};
const accepts = (change: object) => v.is(WorkerProfile, { ...PROFILE, ...change });
const acceptsHours = (change: object) => accepts({ working_hours: { ...PROFILE.working_hours, ...change } });

describe("a worker's profile", () => {
  test("holds skills with levels, capacity and working hours; days that are not named are free", () => {
    const { working_hours } = v.parse(WorkerProfile, PROFILE);
    expect(working_hours).toMatchObject({ monday: [{ start_minute: 540, end_minute: 1020 }], tuesday: [] });
    expect(accepts({ working_hours: null })).toBe(true);
  });

  test.each([
    ["a level of 0", { skills: [{ name: "go", level: 0 }] }],
    ["a level of 6", { skills: [{ name: "go", level: 6 }] }],
    ["a level between two", { skills: [{ name: "go", level: 1.5 }] }],
    [
      "a skill twice",
      {
        skills: [
          { name: "go", level: 1 },
          { name: "go", level: 5 },
        ],
      },
    ],
    ["no capacity", { capacity: 0 }],
    ["a capacity beyond all bounds", { capacity: 101 }],
    ["a name of two lines", { name: "a\nb" }],
  ])("refuses %s", (_, change) => expect(accepts(change)).toBe(false));

  test.each([
    ["a made-up time zone", { time_zone: "Europe/Atlantis" }],
    ["an offset, which knows of no summer time", { time_zone: "+01:00" }],
    ["a shift that ends before it starts", { monday: [{ start_minute: 600, end_minute: 540 }] }],
    ["a shift beyond midnight", { monday: [{ start_minute: 600, end_minute: 1441 }] }],
    ["an eighth day", { someday: [] }],
  ])("refuses %s", (_, change) => expect(acceptsHours(change)).toBe(false));
});
