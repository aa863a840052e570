// The choice of a task: what fits is ranked by points that add up, and is found among however many sets of skills.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Abilities,
  isWorkingAt,
  missingSkills,
  nextSkillKey,
  type Offer,
  rank,
  score,
  skillKey,
  totalOf,
  wantedBy_ms,
} from "../../../src/domain/workload.ts";
import { PRIORITIES } from "../../../src/schema/project.ts";
import type { WorkingHours } from "../../../src/schema/worker.ts";

const NOW_MS = Date.parse("2026-05-01T12:00:00Z");
const inDays = (days: number) => new Date(NOW_MS + days * 86_400_000).toISOString();
let made = 0;
const offer = (more: Partial<Offer> = {}): Offer => ({
  id: `tsk_${String(made++).padStart(3, "0")}`,
  title: "A task",
  priority: "normal",
  skills: [],
  due_at: null,
  created_at: inDays(0),
  assigned_to: null,
  ...more,
});
const who = (more: Partial<Abilities> = {}): Abilities => ({
  principal_id: "wrk_1",
  skills: new Map([
    ["go", 5],
    ["sql", 1],
  ]),
  load: 0,
  capacity: 2,
  ...more,
});
const bestOf = (...offers: Offer[]) => rank(offers, who(), NOW_MS).candidates[0]?.task_id;

describe("the best task", () => {
  test.each([
    ["of the higher priority", { priority: "high" }, { priority: "normal" }],
    ["that is due earlier", { due_at: inDays(2) }, { due_at: inDays(3) }],
    ["that is due at all", { due_at: inDays(3) }, {}],
    ["that is overdue, before a higher priority", { due_at: inDays(-1) }, { priority: "high" }],
    ["that has waited longer", { created_at: inDays(-25) }, { created_at: inDays(-20) }],
    ["of two beyond urgency, the earlier", { due_at: inDays(20) }, { due_at: inDays(21) }],
    ["in what the worker knows best", { skills: ["go"] }, { skills: ["sql"] }],
    [
      "that is assigned to the worker, before all",
      { assigned_to: "wrk_1" },
      { priority: "urgent", due_at: inDays(-1) },
    ],
  ] as [string, Partial<Offer>, Partial<Offer>][])("is the one %s", (_, better, worse) => {
    const [a, b] = [offer(better), offer(worse)];
    expect([bestOf(a, b), bestOf(b, a)]).toEqual([a.id, a.id]);
  });

  test("asks for no skill that the worker lacks, and what was passed over says which", () => {
    const [rust, both] = [offer({ skills: ["rust"], priority: "urgent" }), offer({ skills: ["go", "sql"] })];
    const matching = rank([rust, both], who(), NOW_MS);
    expect(matching.candidates.map(({ task_id }) => task_id)).toEqual([both.id]);
    expect(matching.passed_over).toEqual([{ task_id: rust.id, title: "A task", missing_skills: ["rust"] }]);
    expect(rank([rust], who(), NOW_MS).outcome).toBe("no_skill_fits");
    expect(rank([], who(), NOW_MS).outcome).toBe("nothing_open");
    expect(rank([rust], who({ skills: null }), NOW_MS).outcome).toBe("claimed");
  });

  test("assigned to the worker fits, whatever it asks for", () => {
    expect(missingSkills(offer({ skills: ["rust"], assigned_to: "wrk_1" }), who())).toEqual([]);
  });

  test("has a score that its parts add up to", () => {
    const matching = rank(
      [offer({ skills: ["go"], due_at: inDays(7), created_at: inDays(-29) })],
      who({ load: 1 }),
      NOW_MS,
    );
    expect(matching.candidates[0]).toMatchObject({
      parts: { assigned: 0, priority: 100, due: 75, age: 64, skill: 50, load: 25 },
      score: 314,
    });
  });
});

const anOffer = fc.record({
  due_at: fc.option(fc.integer({ min: -40, max: 60 }).map(inDays)),
  created_at: fc.integer({ min: -40, max: 0 }).map(inDays),
  priority: fc.constantFrom(...PRIORITIES),
  skills: fc.subarray(["go", "sql"]),
});

test("among tasks of one priority and the same skills, the one wanted first scores no less", () => {
  fc.assert(
    fc.property(anOffer, anOffer, (a, b) => {
      const [one, other] = [offer(a), offer({ ...b, priority: a.priority, skills: a.skills })];
      const difference = totalOf(score(one, who(), NOW_MS)) - totalOf(score(other, who(), NOW_MS));
      if (wantedBy_ms(one) <= wantedBy_ms(other)) expect(difference).toBeGreaterThanOrEqual(0);
    }),
  );
});

describe("keys of sets of skills", () => {
  const skill = fc.constantFrom("a", "a+", "a#", "ab", "b", "b.c", "b-c", "c", "c++", "z");
  const skills = fc.uniqueArray(skill, { maxLength: 4 });

  test("sort like the lists of their skills", () => {
    const compare = (a: readonly string[], b: readonly string[]): number => {
      for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
        if (a[index] !== b[index]) return a[index]! < b[index]! ? -1 : 1;
      }
      return a.length - b.length;
    };
    fc.assert(
      fc.property(skills, skills, (a, b) => {
        const [one, other] = [skillKey(a), skillKey(b)];
        const order = compare([...a].sort(), [...b].sort());
        expect(Math.sign(order)).toBe(one < other ? -1 : one > other ? 1 : 0);
      }),
    );
  });

  test("are all found that fit, however many do not, and none is looked at that a shorter way passes", () => {
    fc.assert(
      fc.property(fc.array(skills, { maxLength: 60 }), skills, (sets, known) => {
        const keys = [...new Set(sets.map(skillKey))].sort();
        const sorted = [...known].sort();
        const found: string[] = [];
        let at = 0;
        while (at < keys.length) {
          const key = keys[at]!;
          const next = nextSkillKey(key, sorted);
          if (next === key) {
            found.push(key);
            at += 1;
          } else if (next === null) break;
          else {
            expect(next > key).toBe(true);
            at = keys.findIndex((each) => each >= next);
            if (at === -1) break;
          }
        }
        const fits = (key: string) =>
          key === "" || key.split(" ").every((each) => known.some((one) => one === each));
        expect(found).toEqual(keys.filter(fits));
      }),
    );
  });
});

describe("working hours", () => {
  const NONE = { monday: [], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] };
  const hours = (time_zone: string, friday: WorkingHours["friday"]): WorkingHours => ({
    ...NONE,
    time_zone,
    friday,
  });
  const nine = { start_minute: 540, end_minute: 1020 };

  test.each([
    ["2026-05-01T06:59:59Z", false],
    ["2026-05-01T07:00:00Z", true],
    ["2026-05-01T14:59:59Z", true],
    ["2026-05-01T15:00:00Z", false],
    ["2026-05-02T08:00:00Z", false],
  ])("of a Friday in Berlin's summer, at %s: %s", (at, working) => {
    expect(isWorkingAt(hours("Europe/Berlin", [nine]), Date.parse(at))).toBe(working);
  });

  test("follow the zone's winter time", () => {
    expect(isWorkingAt(hours("Europe/Berlin", [nine]), Date.parse("2026-01-02T07:30:00Z"))).toBe(false);
    expect(isWorkingAt(hours("Europe/Berlin", [nine]), Date.parse("2026-01-02T08:00:00Z"))).toBe(true);
  });

  test("may end at midnight, and are any time where there are none", () => {
    const late = hours("UTC", [{ start_minute: 1380, end_minute: 1440 }]);
    expect(isWorkingAt(late, Date.parse("2026-05-01T23:59:59Z"))).toBe(true);
    expect(isWorkingAt(late, Date.parse("2026-05-02T00:00:00Z"))).toBe(false);
    expect(isWorkingAt(null, NOW_MS)).toBe(true);
  });
});

describe("points", () => {
  const parts = (more: Partial<Offer>, able: Partial<Abilities> = {}) =>
    score(offer(more), who(able), NOW_MS);
  const none = { assigned: 0, priority: 100, due: 0, age: 0, skill: 0, load: 50 };

  test.each([
    ["nothing but its priority", {}, {}, none],
    ["low", { priority: "low" }, {}, { ...none, priority: 0 }],
    ["high", { priority: "high" }, {}, { ...none, priority: 200 }],
    ["urgent", { priority: "urgent" }, {}, { ...none, priority: 300 }],
    ["assigned", { assigned_to: "wrk_1" }, {}, { ...none, assigned: 1_000 }],
    ["assigned to another", { assigned_to: "wrk_2" }, {}, none],
    ["due in two weeks", { due_at: inDays(14) }, {}, none],
    ["due in a week", { due_at: inDays(7) }, {}, { ...none, due: 75 }],
    ["due now", { due_at: inDays(0) }, {}, { ...none, due: 150 }],
    ["overdue", { due_at: inDays(-9) }, {}, { ...none, due: 150 }],
    ["23 days old", { created_at: inDays(-23) }, {}, { ...none, age: 75 }],
    [
      "23 days old and due in ten",
      { created_at: inDays(-23), due_at: inDays(10.5) },
      {},
      { ...none, due: 38, age: 37 },
    ],
    ["of a skill known best", { skills: ["go"] }, {}, { ...none, skill: 50 }],
    ["of two skills", { skills: ["go", "sql"] }, {}, { ...none, skill: 30 }],
    ["of a skill that anybody is taken for", { skills: ["go"] }, { skills: null }, none],
    ["for somebody half busy", {}, { load: 1 }, { ...none, load: 25 }],
    ["for somebody who is overloaded", {}, { load: 3 }, { ...none, load: 0 }],
  ] as [string, Partial<Offer>, Partial<Abilities>, typeof none][])(
    "of a task that is %s",
    (_, more, able, expected) => {
      expect(parts(more, able)).toEqual(expected);
      expect(totalOf(expected)).toBe(Object.values(expected).reduce((sum, each) => sum + each));
    },
  );

  test("of equal score the one wanted earlier comes first, then the older, then the first given", () => {
    const far = offer({ due_at: inDays(21) });
    const near = offer({ due_at: inDays(20) });
    const old = offer({ due_at: inDays(20), created_at: inDays(-1) });
    const same = offer({ due_at: inDays(20), created_at: inDays(-1) });
    expect(rank([far, near, old, same], who(), NOW_MS).candidates.map(({ task_id }) => task_id)).toEqual(
      [old, same, near, far].map(({ id }) => id),
    );
  });

  test("come with the task's name; what is passed over says which skills are missing", () => {
    const [fits, lacks] = [offer({ title: "Fits" }), offer({ title: "Lacks", skills: ["c", "go", "d"] })];
    const both = rank([lacks, fits], who(), NOW_MS);
    expect(both).toEqual({
      outcome: "claimed",
      candidates: [{ task_id: fits.id, title: "Fits", score: 150, parts: none }],
      passed_over: [{ task_id: lacks.id, title: "Lacks", missing_skills: ["c", "d"] }],
    });
    expect(rank([lacks], who(), NOW_MS).outcome).toBe("no_skill_fits");
    expect(rank([], who(), NOW_MS)).toEqual({ outcome: "nothing_open", candidates: [], passed_over: [] });
  });
});
