// Risks: each rule finds what it is for and nothing in a project without it; owners and tasks are real.
import * as v from "valibot";
import { expect, it } from "vitest";
import { RISK_RULES } from "../../../src/assist/risk-rules.ts";
import { assessRisks, SKILLS_MAX, wantedSkills } from "../../../src/assist/risks.ts";
import { RiskReport } from "../../../src/schema/assessment.ts";
import type { OpenTask } from "../../../src/schema/messages/project.ts";
import { idOf, inDays, NOW_MS, OWNER, openTask } from "./work.ts";

const report = (tasks: readonly OpenTask[], holders: Record<string, number> = {}): RiskReport =>
  assessRisks(tasks, OWNER, new Map(Object.entries(holders)), 8, NOW_MS);
const rulesIn = (tasks: readonly OpenTask[], holders: Record<string, number> = {}): string[] =>
  report(tasks, holders).risks.map(({ rule }) => rule);

const sound = [
  openTask("a", { assigned_to: "usr_a", due_at: inDays(60), skills: ["go"] }),
  openTask("b", { assigned_to: "usr_b" }),
];

it("a sound project has no risks", () => {
  expect(report(sound, { go: 2 })).toEqual({
    risks: [],
    dependency_chain: ["a"],
    bottlenecks: [],
    scarce_skills: [],
    recommended_actions: [],
  });
  expect(report([])).toMatchObject({ risks: [], dependency_chain: [] });
});

const wide = { optimistic: 1, likely: 4, pessimistic: 40 };
const many = (count: number, change: Partial<OpenTask>) =>
  Array.from({ length: count }, (_, at) => openTask(`m${at}`, change));

const CASES: Record<string, readonly OpenTask[]> = {
  overdue: [...sound, openTask("late", { due_at: inDays(-1) })],
  deadline_out_of_reach: [
    openTask("first", { estimate: { optimistic: 80, likely: 80, pessimistic: 80 } }),
    openTask("soon", { due_at: inDays(7), depends_on: ["first"] }),
  ],
  bottleneck: [openTask("gate"), ...many(4, { depends_on: ["gate"] })],
  scarce_skill: [openTask("a", { skills: ["cobol"] })],
  no_estimate: [...sound, openTask("c", { estimate: null })],
  uncertain_path: [openTask("a", { estimate: wide })],
  one_pair_of_hands: [...sound, ...many(5, { assigned_to: "usr_busy" })],
  silent: [...sound, openTask("c", { status: "blocked", updated_at: inDays(-8) })],
};

it("a task is not silent while one of its sub-tasks moves, at any depth", () => {
  const old = { status: "in_progress", updated_at: inDays(-30) } as const;
  const [whole, part] = [openTask("whole", old), openTask("part", { ...old, parent_id: "whole" })];
  const leaf = (days: number) => openTask("leaf", { parent_id: "part", updated_at: inDays(days) });
  const silentIn = (tasks: readonly OpenTask[]) =>
    report(tasks).risks.find(({ rule }) => rule === "silent")?.task_ids;
  for (const tasks of [
    [whole, part, leaf(-1)],
    [leaf(-1), part, whole],
  ])
    expect(silentIn(tasks)).toBeUndefined();
  expect(silentIn([whole, part, leaf(-8)])).toEqual(["whole", "part"]);
  expect(silentIn([whole, part, openTask("other", { parent_id: "gone" })])).toEqual(["whole", "part"]);
});

it("a task that nobody sized is no risk where its sub-tasks are", () => {
  const whole = openTask("whole", { estimate: null, has_parts: true });
  expect(rulesIn([whole, openTask("part", { parent_id: "whole" })])).not.toContain("no_estimate");
});

it.each(Object.keys(RISK_RULES))("%s is found where it is", (rule) => {
  const holders = { go: 2 };
  expect(rulesIn(CASES[rule]!, holders)).toContain(rule);
  const { risks } = report(CASES[rule]!, holders);
  const ids = new Set(CASES[rule]!.map(({ id }) => id));
  for (const risk of risks) {
    expect(risk.score).toBe(risk.probability * risk.impact);
    expect(risk.task_ids.length).toBeGreaterThan(0);
    for (const id of risk.task_ids) expect(ids.has(id)).toBe(true);
  }
  expect(risks.map(({ score }) => score)).toEqual(risks.map(({ score }) => score).toSorted((a, b) => b - a));
});

it("the owner of a risk is whoever its first task is assigned to, else the project's", () => {
  const [mine] = report([openTask("late", { due_at: inDays(-1), assigned_to: "usr_a" })]).risks;
  const [nobodys] = report([openTask("late", { due_at: inDays(-1) })]).risks;
  expect([mine!.owner, nobodys!.owner]).toEqual(["usr_a", OWNER]);
});

it("a skill that nobody has is worse than one that a single worker has; two are enough", () => {
  const tasks = [openTask("a", { skills: ["cobol"] })];
  const probability = (holders: Record<string, number>) =>
    report(tasks, holders).risks.find(({ rule }) => rule === "scarce_skill")?.probability;
  expect([probability({}), probability({ cobol: 1 }), probability({ cobol: 2 })]).toEqual([5, 3, undefined]);
});

it("a task that names a skill twice asks for it once", () => {
  const { scarce_skills } = report([openTask("a", { skills: ["cobol", "cobol"] })]);
  expect(scarce_skills).toEqual([{ skill: "cobol", workers: 0, tasks: 1 }]);
});

it("of very many skills those are looked up and told that most tasks ask for", () => {
  const tasks = Array.from({ length: 2_000 }, (_, at) => {
    const own = Array.from({ length: 20 }, (_, each) => `skill-${at}-${each}`);
    return openTask(idOf(at), { skills: at < 1_990 ? own : ["cobol"] });
  });
  const wanted = wantedSkills(tasks);
  expect(wanted.size).toBe(SKILLS_MAX);
  expect([...wanted][0]).toEqual(["cobol", 10]);
  const told = report(tasks).scarce_skills;
  expect(new Set(told.map(({ skill }) => skill))).toEqual(new Set(wanted.keys()));
});

it("a bottleneck counts what waits for it through others too", () => {
  const tasks = [
    openTask("gate"),
    openTask("b", { depends_on: ["gate"] }),
    openTask("c", { depends_on: ["b"] }),
    openTask("d", { depends_on: ["b", "c"] }),
  ];
  expect(report(tasks).bottlenecks).toEqual([{ task_id: "gate", title: "Task gate", dependents: 3 }]);
});

it("a report is what its schema says, also of 2,000 tasks", () => {
  const tasks = Array.from({ length: 2_000 }, (_, at) =>
    openTask(idOf(at), {
      depends_on: at === 0 ? [] : [idOf(Math.floor(at / 2))],
      estimate: null,
    }),
  );
  const found = assessRisks(tasks, `usr_${"0".repeat(26)}`, new Map(), 8, NOW_MS);
  expect(v.parse(RiskReport, found)).toEqual(found);
  expect(found.risks[0]!.task_ids.length).toBeLessThanOrEqual(50);
});
