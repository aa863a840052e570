// Plans: what is read, what is refused and with which words, and how a long one is cut into requests.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inRequests, type PlanTask, parsePlan, readPlan } from "../../../src/cli/plan-file.ts";
import { corporaNote, corporaRoot, readCorpus, readCorpusLines } from "../corpora.ts";

const OWN = join(import.meta.dirname, "../../../plans/community-library.json");
const plan = (...tasks: unknown[]) => JSON.stringify({ name: "Plan", tasks });

describe("our own shape", () => {
  test("the plan of the demo is whole: about forty tasks, and each names only tasks that are there", () => {
    const { name, tasks } = readPlan(OWN);
    const refs = new Set(tasks.map(({ ref }) => ref));
    expect(name).toContain("library");
    expect(tasks.length).toBeGreaterThanOrEqual(40);
    for (const { depends_on = [] } of tasks) for (const ref of depends_on) expect(refs).toContain(ref);
    expect(inRequests(tasks)).toEqual({
      requests: [tasks.map((task) => ({ ...task, depends_on: task.depends_on ?? [] }))],
      dropped: 0,
    });
  });

  test.each([
    ["{", "It is not JSON"],
    ["null", "the plan: "],
    ["[]", "A plan is like {"],
    ["{}", 'tasks: Invalid key: Expected "tasks"'],
    [plan(), "tasks: expected at least one task"],
    [plan({ ref: "a" }), "tasks.0.title: "],
    [plan({ ref: "a", title: "A" }, { ref: "a", title: "B" }), 'two of them have the ref "a"'],
    [plan({ ref: "a", title: "A", colour: "red" }), "tasks.0.colour: "],
    [plan({ ref: "a", title: "A", skills: ["Two words"] }), "tasks.0.skills.0: expected a lower-case skill"],
    [
      plan({ ref: "a", title: "A", estimate: { optimistic: 3, likely: 2, pessimistic: 1 } }),
      "tasks.0.estimate: expected optimistic ≤ likely ≤ pessimistic",
    ],
    [
      JSON.stringify({ name: "", tasks: [{ ref: "a", title: "A" }] }),
      "name: expected at least one character",
    ],
  ])("%s is refused", (text, message) => {
    expect(() => parsePlan(text)).toThrow(message);
  });

  test("a task far down is named by its own place", () => {
    const tasks: unknown[] = Array.from({ length: 620 }, (_, n) => ({ ref: `t${n}`, title: `Task ${n}` }));
    tasks[610] = { ref: "t610" };
    expect(() => parsePlan(plan(...tasks))).toThrow("tasks.610.title: ");
  });

  test("of many problems five are named, and the rest counted; no value is repeated", () => {
    const tasks = Array.from({ length: 8 }, () => ({ ref: "hush hush", title: "A" }));
    expect(() => parsePlan(plan(...tasks))).toThrow(/^(tasks\.\d\.ref: .*\n {2}){5}and 3 more$/);
    expect(() => parsePlan(plan(...tasks))).not.toThrow("hush");
  });

  test("a file that cannot be read is named", () => {
    expect(() => readPlan("/nowhere/plan.json")).toThrow("/nowhere/plan.json");
  });
});

describe("plans of other tools", () => {
  test("Plane: finished issues are left out, priorities kept", () => {
    const issue = { sequence_id: 1, name: "Sow", state_id: 1, priority: "none" };
    const { name, tasks, notes } = parsePlan(
      JSON.stringify({
        projects: [{ name: "Garden", description: null }],
        states: [
          { id: 1, group: "started" },
          { id: 2, group: "completed" },
        ],
        issues: [
          issue,
          { ...issue, sequence_id: 2, priority: "urgent" },
          { ...issue, sequence_id: 3, state_id: 2 },
        ],
      }),
    );
    expect(name).toBe("Garden");
    expect(tasks.map(({ ref, priority }) => [ref, priority])).toEqual([
      ["issue-1", "normal"],
      ["issue-2", "urgent"],
    ]);
    expect(notes).toEqual(["Left out: finished issues (1)."]);
  });

  test("Vikunja: a task waits for its subtasks and its blockers, once each, however it is said", () => {
    const relation = (task_id: number, other_task_id: number, relation_kind: string) => ({
      task_id,
      other_task_id,
      relation_kind,
    });
    const { tasks } = parsePlan(
      JSON.stringify({
        tasks: [1, 2, 3, 4].map((id) => ({ id, title: `T${id}`, done: id === 4 })),
        relations: [
          relation(1, 2, "subtask"),
          relation(2, 1, "parenttask"),
          relation(3, 1, "blocking"),
          relation(1, 4, "blocked"),
          relation(2, 3, "related"),
        ],
      }),
    );
    expect(tasks.map(({ ref, depends_on }) => [ref, depends_on])).toEqual([
      ["task-1", ["task-2", "task-3"]],
      ["task-2", []],
      ["task-3", []],
    ]);
  });

  test("PSPLIB and iMOPSE: successors and predecessors become dependencies, durations hours", () => {
    const psplib = parsePlan('{"id":"p","jobs":[[1,0,[2],[0]],[2,5,[],[1]]]}').tasks;
    expect(psplib[1]).toMatchObject({ ref: "2", depends_on: ["1"], estimate: { likely: 5 } });
    const tasks = [
      { id: 1, duration: 3, skill: "Q1", level: 0, pred: [] },
      { id: 2, duration: 4, skill: "Q2", level: 1, pred: [1] },
    ];
    const imopse = parsePlan(JSON.stringify({ id: "m", resources: [], tasks })).tasks;
    expect(imopse[1]).toMatchObject({ depends_on: ["1"], skills: ["q2"], estimate: { likely: 4 } });
  });

  test("templates hold no tasks, and a foreign file with a hole is refused by its place", () => {
    expect(() => parsePlan('{"templates":[]}')).toThrow("no tasks");
    expect(() => parsePlan('{"jobs":[[1,0,[2]]],"id":"p"}')).toThrow("jobs.0.3: ");
  });

  test("of JSON Lines the first line counts", () => {
    const folder = mkdtempSync(join(tmpdir(), "taskward-plan-"));
    const file = join(folder, "plans.jsonl");
    writeFileSync(file, `${plan({ ref: "a", title: "A" })}\nnot JSON\n`);
    expect(readPlan(file).tasks).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });

  test.skipIf(!corporaRoot)(`the workloads of other projects can be read${corporaNote}`, () => {
    const plane = parsePlan(JSON.stringify(readCorpus("workload/plane_seed.json")));
    const vikunja = parsePlan(JSON.stringify(readCorpus("workload/vikunja_fixtures.json")));
    expect([plane.tasks.length, vikunja.tasks.length]).toEqual([6, 49]);
    for (const file of ["psplib_j30", "msrcpsp_skills"])
      for (const line of readCorpusLines(`workload/${file}.jsonl`))
        expect(parsePlan(JSON.stringify(line)).tasks.length).toBeGreaterThan(8);
  });
});

describe("a plan that is too long for one request", () => {
  const chain = (name: string, length: number): PlanTask[] =>
    Array.from({ length }, (_, n) => ({
      ref: `${name}${n}`,
      title: name,
      depends_on: n === 0 ? [] : [`${name}${n - 1}`],
    }));

  test("tasks that hang together stay together where they fit", () => {
    const { requests, dropped } = inRequests([...chain("a", 3), ...chain("b", 3), ...chain("c", 2)], 5);
    expect(requests.map((request) => request.map(({ ref }) => ref))).toEqual([
      ["a0", "a1", "a2"],
      ["b0", "b1", "b2", "c0", "c1"],
    ]);
    expect(dropped).toBe(0);
  });

  test("a chain longer than a request is cut, and the cuts are counted", () => {
    const { requests, dropped } = inRequests(chain("a", 12), 5);
    expect(requests.map(({ length }) => length)).toEqual([5, 5, 2]);
    expect(dropped).toBe(2);
    expect(requests[1]![0]!.depends_on).toEqual([]);
  });

  test("a dependency on nothing stays, for the server to refuse", () => {
    const tasks = [{ ref: "a", title: "A", depends_on: ["ghost"] }];
    expect(inRequests(tasks).requests[0]![0]!.depends_on).toEqual(["ghost"]);
  });

  test("nothing is lost or doubled, no request is too long, and each dependency is kept or counted", () => {
    const graph = fc
      .integer({ min: 1, max: 40 })
      .chain((count) =>
        fc.array(fc.array(fc.nat(count - 1), { maxLength: 3 }), { minLength: count, maxLength: count }),
      );
    fc.assert(
      fc.property(graph, fc.integer({ min: 1, max: 12 }), (edges, size) => {
        const tasks = edges.map((others, n) => ({
          ref: `t${n}`,
          title: "T",
          depends_on: others.map((other) => `t${other}`),
        }));
        const { requests, dropped } = inRequests(tasks, size);
        expect(
          requests
            .flat()
            .map(({ ref }) => ref)
            .sort(),
        ).toEqual(tasks.map(({ ref }) => ref).sort());
        let kept = 0;
        for (const request of requests) {
          expect(request.length).toBeLessThanOrEqual(size);
          const refs = new Set(request.map(({ ref }) => ref));
          for (const { depends_on = [] } of request)
            for (const ref of depends_on) {
              expect(refs).toContain(ref);
              kept += 1;
            }
        }
        expect(kept + dropped).toBe(edges.flat().length);
      }),
    );
  });
});

test("the demo's own plan is formatted as the repository is", () => {
  expect(readFileSync(OWN, "utf8")).toMatch(/^\{\n {2}"name": /);
});
