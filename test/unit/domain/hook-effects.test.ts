// Mappings: conditions, templates and times, against bodies that mean well and bodies that do not.
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { closingReferences } from "../../../src/domain/closing-references.ts";
import { movesTask } from "../../../src/domain/external-state.ts";
import { effectsOf } from "../../../src/domain/hook-effects.ts";
import { resolvePointer } from "../../../src/domain/json-pointer.ts";
import { HookMapping } from "../../../src/schema/hook-mapping.ts";
import { parseTemplate } from "../../../src/schema/hook-template.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");

const mapping = (rule: object) =>
  v.parse(HookMapping, {
    rules: [
      {
        name: "One",
        when: [{ body: "/id", exists: true }],
        actions: [{ action: "create_task", task: "x:{{/id}}", title: "{{/title}}" }],
        ...rule,
      },
    ],
  });

const effects = (rule: object, body: unknown, headers: Record<string, string> = {}) =>
  effectsOf(mapping(rule), { body, headers, at_ms: NOW_MS });

const only = (rule: object, body: unknown) => {
  const made = effects(rule, body);
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value[0] as unknown as Record<string, unknown> | undefined;
};

describe("a mapping is refused", () => {
  const rule = { name: "One", actions: [{ action: "complete", task: "x" }] };
  test.each([
    ["where a header alone decides", { ...rule, when: [{ header: "x-github-event", equals: "issues" }] }],
    ["with no condition", { ...rule, when: [] }],
    ["with a condition on two places", { ...rule, when: [{ body: "/a", header: "b", exists: true }] }],
    ["with two tests in one condition", { ...rule, when: [{ body: "/a", exists: true, equals: 1 }] }],
    ["with a pointer that is none", { ...rule, when: [{ body: "a/b", exists: true }] }],
    ["with a field that nobody knows", { ...rule, when: [{ body: "/a", exists: true }], run: "rm" }],
    [
      "with a template that begins nothing",
      {
        ...rule,
        when: [{ body: "/a", exists: true }],
        actions: [{ action: "complete", task: "{{header:x}}" }],
      },
    ],
    [
      "with an action that nobody knows",
      { ...rule, when: [{ body: "/a", exists: true }], actions: [{ action: "delete", task: "x" }] },
    ],
  ])("%s", (_, bad) => {
    expect(v.safeParse(HookMapping, { rules: [bad] }).success).toBe(false);
  });
});

describe("pointers", () => {
  test("find own members and items alone", () => {
    const body = JSON.parse('{"a":{"b":[1,{"c~/d":2}]},"__proto__":{"polluted":1},"":3}');
    expect(resolvePointer(body, "/a/b/1/c~0~1d")).toBe(2);
    expect(resolvePointer(body, "/__proto__/polluted"), "a member of that name, and no prototype").toBe(1);
    for (const pointer of [
      "/constructor",
      "/constructor/name",
      "/a/__proto__",
      "/a/__proto__/constructor",
      "/a/hasOwnProperty",
      "/a/b/length",
      "/a/b/01",
      "/a/b/-",
      "/a/b/-1",
      "/a/toString/name",
    ]) {
      expect(resolvePointer(body, pointer), pointer).toBeUndefined();
    }
    expect(resolvePointer("text", "/length")).toBeUndefined();
    expect(resolvePointer(null, "/a")).toBeUndefined();
  });

  test("of a prototype fill no template", () => {
    const made = effects({ actions: [{ action: "complete", task: "x{{/constructor/name}}" }] }, { id: 1 });
    expect(made).toMatchObject({ ok: false, refusal: { rule: "mapping_failed" } });
  });
});

describe("templates", () => {
  test("are filled once: what comes in is never a template itself", () => {
    const title = "{{/secret}} {{reference}} {{item/x}} {{";
    expect(only({}, { id: 1, title, secret: "hidden" })).toMatchObject({ title });
  });

  test("take whatever text there is, and make one line of a title", () => {
    const plain = mapping({});
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (title) => {
        const made = effectsOf(plain, { body: { id: 1, title }, headers: {}, at_ms: NOW_MS });
        if (!made.ok) {
          expect(made.refusal.errors![0]!.pointer).toBe("/rules/0/actions/0/title");
          return;
        }
        const [effect] = made.value as unknown as { title: string }[];
        expect(effect!.title.length).toBeLessThanOrEqual(200);
        expect(effect!.title.isWellFormed()).toBe(true);
        expect(effect!.title).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
      { numRuns: 30 },
    );
    expect(only({}, { id: 1, title: ` a\r\n\tb\u0000c${"😀".repeat(200)}` })!.title).toMatch(/^a b c.*😀…$/u);
  });

  test("point at what they cannot fill", () => {
    for (const body of [{ id: 1 }, { id: 1, title: null }, { id: 1, title: {} }, { id: 1, title: ["a"] }]) {
      const made = effects({}, body);
      expect(made).toMatchObject({
        ok: false,
        refusal: { errors: [{ pointer: "/rules/0/actions/0/title" }] },
      });
    }
    expect(effects({}, { id: { toString: "x" }, title: "a" })).toMatchObject({ ok: false });
    expect(effects({}, { id: "x".repeat(300), title: "a" })).toMatchObject({ ok: false });
  });

  test("take no more of a large body, however often they name it, than a field could", () => {
    const text = "{{/id}}".repeat(280);
    const actions = Array.from({ length: 10 }, () => ({ action: "comment", task: "x", comment: "c", text }));
    const begun = performance.now();
    const made = effects({ actions }, { id: "a ".repeat(500_000) });
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(made).toMatchObject({ ok: true });
    if (made.ok) expect(made.value).toHaveLength(10);
  });

  test("have parts, or are none", () => {
    expect(parseTemplate("a {{/b/0}} {{item/c?}} {{reference}}")).toHaveLength(6);
    expect(parseTemplate("}} { {")).toEqual([{ text: "}} { {" }]);
    for (const text of ["{{", "{{}}", "{{ /a}}", "{{/a b}}", "{{/a{{/b}}}}", "{{constructor}}"]) {
      expect(parseTemplate(text), text).toBeNull();
    }
  });
});

describe("conditions", () => {
  test("compare values of the same kind", () => {
    const when = (condition: object, body: object) =>
      only({ when: [condition] }, { title: "a", id: 1, ...body });
    expect(when({ body: "/n", equals: 1 }, { n: 1 })).toBeDefined();
    expect(when({ body: "/n", equals: "1" }, { n: 1 })).toBeUndefined();
    expect(when({ body: "/n", equals: true }, { n: "true" })).toBeUndefined();
    expect(when({ body: "/n", equals: null }, {})).toBeDefined();
    expect(when({ body: "/n", one_of: ["a", null] }, { n: "a" })).toBeDefined();
    expect(when({ body: "/n", exists: true }, { n: null })).toBeUndefined();
    expect(when({ body: "/n", equals: "refs/{{/m}}" }, { n: "refs/x", m: "x" })).toBeDefined();
    expect(when({ body: "/n", equals: "refs/{{/m}}" }, { n: "refs/" })).toBeUndefined();
  });

  test("on headers narrow, and find own headers alone", () => {
    const when = [
      { body: "/id", exists: true },
      { header: "X-Kind", equals: "a" },
    ];
    const body = { id: 1, title: "a" };
    expect(effects({ when }, body, { "x-kind": "a" })).toMatchObject({ value: [{ title: "a" }] });
    expect(effects({ when }, body, {})).toMatchObject({ value: [] });
    const proto = [
      { body: "/id", exists: true },
      { header: "constructor", exists: true },
    ];
    expect(effects({ when: proto }, body, {})).toMatchObject({ value: [] });
  });
});

describe("times", () => {
  test("are those of the body, and never to come", () => {
    const at = (value: unknown) => only({ at: "/at" }, { id: 1, title: "a", at: value })?.at_ms;
    expect(at("2026-02-01T00:00:00Z")).toBe(Date.parse("2026-02-01T00:00:00Z"));
    expect(at("2026-02-01T01:00:00.5+01:00")).toBe(Date.parse("2026-02-01T00:00:00.500Z"));
    expect(at(1_767_225_600)).toBe(1_767_225_600_000);
    expect(at("2999-01-01T00:00:00Z")).toBe(NOW_MS);
    expect(only({}, { id: 1, title: "a" })!.at_ms).toBe(NOW_MS);
    expect(at(-8_640_000_000_000)).toBe(-8_640_000_000_000_000);
    expect(at(1e300)).toBe(NOW_MS);
    for (const value of [undefined, "yesterday", "2026-13-01T00:00:00Z", {}, Number.NaN, -1e15, -1e300]) {
      expect(() => at(value)).toThrow("no such time");
    }
  });
});

describe("items", () => {
  const each = { items: "/commits", references: "/message" };
  const actions = [{ action: "complete", task: "x#{{reference}}", result: "{{item/id}}" }];

  test("each number that a text closes has its effect", () => {
    const commits = [
      { id: "a", message: "Fixes #1, closes: #2 and Resolves #1" },
      { id: "b", message: "see #3" },
      { id: "c" },
      null,
      7,
    ];
    const made = effects({ each, actions }, { id: 1, commits });
    expect(made).toMatchObject({
      value: [
        { external_id: "x#1", result: "a" },
        { external_id: "x#2", result: "a" },
      ],
    });
    expect(effects({ each, actions }, { id: 1, commits: { 0: {} } })).toMatchObject({ value: [] });
  });

  test("closing words are GitHub's, and take time linear in the text", () => {
    expect(
      closingReferences(
        "close #1 closes #2 closed #3 fix #4 fixes #5 fixed #6 resolve #7 resolves #8 resolved #9",
      ),
    ).toHaveLength(9);
    expect(closingReferences("prefix #1, fixes#2, fixes #0, fixes other/repo#3, fixes issue #4")).toEqual([]);
    const begun = performance.now();
    closingReferences("close ".repeat(170_000));
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  test("a delivery has no more than a hundred effects", () => {
    const commits = Array.from({ length: 101 }, (_, n) => ({ id: n, message: `fixes #${n + 1}` }));
    expect(effects({ each, actions }, { id: 1, commits })).toMatchObject({ ok: false });
  });
});

describe("a task never goes backward", () => {
  test("by what is older than its state; of two in the same instant, the one that settles it counts", () => {
    expect(movesTask("done", "open", 1, 2)).toBe(false);
    expect(movesTask("done", "open", 2, 2)).toBe(false);
    expect(movesTask("done", "open", 3, 2)).toBe(true);
    expect(movesTask("open", "done", 2, 2)).toBe(true);
    expect(movesTask("open", "done", 1, 2)).toBe(false);
    expect(movesTask("done", "done", 3, 2)).toBe(false);
  });

  test("`open` opens what has ended or is blocked, and leaves alone what somebody works on", () => {
    for (const from of ["done", "cancelled", "blocked"] as const)
      expect(movesTask(from, "open", 3, 2)).toBe(true);
    for (const from of ["claimed", "in_progress"] as const) expect(movesTask(from, "open", 3, 2)).toBe(false);
  });

  test("in whatever order its events come, the latest decides", () => {
    const events = fc.array(
      fc.record({ to: fc.constantFrom("open" as const, "done" as const), at: fc.nat(50) }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(
          events.chain((each) => fc.constantFrom(...each)),
          { selector: ({ at }) => at, minLength: 1 },
        ),
        fc.nat(),
        (list, seed) => {
          const shuffled = list.toSorted((a, b) => ((a.at * 31 + seed) % 17) - ((b.at * 31 + seed) % 17));
          const task = { status: "open" as "open" | "done", at: -1 };
          for (const { to, at } of shuffled) {
            if (movesTask(task.status, to, at, task.at)) Object.assign(task, { status: to, at });
            else if (task.status === to) task.at = Math.max(task.at, at);
          }
          expect(task.status).toBe(list.toSorted((a, b) => a.at - b.at).at(-1)!.to);
        },
      ),
    );
  });
});

describe("each action", () => {
  const made = (action: object, body: object = {}) => effects({ actions: [action] }, { id: 1, ...body });
  const about = { external_id: "x1", at_ms: NOW_MS, place: "/rules/0/actions/0" };
  const task = "x{{/id}}";

  test.each([
    [
      {
        action: "create_task",
        task,
        title: "T",
        description: "D {{/gone?}}",
        labels: ["a"],
        priority: "high",
      },
      { kind: "create_task", title: "T", description: "D", labels: ["a"], priority: "high" },
    ],
    [
      { action: "comment", task, comment: "c{{/id}}", text: "Said", if_unknown: "ignore" },
      { kind: "comment", comment_id: "c1", text: "Said", if_unknown: "ignore" },
    ],
    [
      { action: "change_status", task, status: "blocked", if_unknown: "fail" },
      { kind: "move", status: "blocked", result: null, if_unknown: "fail" },
    ],
    [
      { action: "complete", task, result: "R", if_unknown: "ignore" },
      { kind: "move", status: "done", result: "R", if_unknown: "ignore" },
    ],
    [
      { action: "complete", task, result: "{{/gone?}}", if_unknown: "fail" },
      { kind: "move", status: "done", result: null, if_unknown: "fail" },
    ],
  ])("%j has its effect in full", (action, effect) => {
    expect(made(action)).toEqual({ ok: true, value: [{ ...about, ...effect }] });
  });

  test.each([
    ["title", { action: "create_task", task, title: "{{/t?}}" }, "nothing is left of it"],
    ["task", { action: "complete", task: "{{/t?}}" }, "nothing is left of it"],
    ["text", { action: "comment", task, comment: "c", text: "{{/t?}}" }, "nothing is left of it"],
    ["task", { action: "complete", task: "{{/long}}" }, "more than 300 characters"],
    ["comment", { action: "comment", task, comment: "{{/long}}", text: "a" }, "more than 300 characters"],
    ["title", { action: "create_task", task, title: "{{/t}}" }, "/t leads to no text, number or truth value"],
    [
      "title",
      { action: "create_task", task, title: "{{item/t}}" },
      "item/t leads to no text, number or truth value",
    ],
    [
      "title",
      { action: "create_task", task, title: "{{reference}}" },
      "reference leads to no text, number or truth value",
    ],
  ])("a %s that cannot be made of %j is pointed at", (name, action, detail) => {
    expect(made(action, { long: "x".repeat(301) })).toEqual({
      ok: false,
      refusal: {
        reason: "conflict",
        rule: "mapping_failed",
        detail,
        errors: [{ pointer: `/rules/0/actions/0/${name}`, detail }],
      },
    });
  });

  test("an id of 300 characters is one, and texts are as long as their fields", () => {
    expect(made({ action: "complete", task: "{{/long}}" }, { long: "x".repeat(300) }).ok).toBe(true);
    const text = "y".repeat(10_001);
    const [effect] = (
      made({ action: "create_task", task, title: "T", description: "{{/text}}" }, { text }) as {
        value: { description: string }[];
      }
    ).value;
    expect(effect!.description.length).toBeLessThanOrEqual(10_000);
    expect(effect!.description.length).toBeGreaterThan(9_990);
  });

  test("numbers and truth values become text", () => {
    expect(made({ action: "complete", task: "{{/n}}-{{/b}}" }, { n: 7, b: false })).toMatchObject({
      value: [{ external_id: "7-false" }],
    });
  });

  test("a time that is not there is pointed at", () => {
    expect(effects({ at: "/at" }, { id: 1, title: "a" })).toMatchObject({
      refusal: { errors: [{ pointer: "/rules/0/at", detail: "there is no such time in the body" }] },
    });
  });
});

test("items without references have their effects one by one, up to a hundred", () => {
  const rule = {
    each: { items: "/all", references: null },
    actions: [{ action: "complete", task: "{{item/id}}" }],
  };
  const all = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `i${at}` }));
  const made = effects(rule, { id: 1, all: all(100) });
  expect(made.ok && made.value.map(({ external_id }) => external_id)).toEqual(all(100).map(({ id }) => id));
  expect(effects(rule, { id: 1, all: all(101) })).toMatchObject({
    refusal: { detail: "more than 100 effects of one delivery", errors: [{ pointer: "" }] },
  });
  const when = [
    { body: "/all", exists: true },
    { item: "/go", equals: true },
  ];
  const some = [{ id: "a", go: true }, { id: "b" }, { id: "c", go: true }];
  expect(effects({ ...rule, when }, { all: some })).toMatchObject({
    value: [{ external_id: "a" }, { external_id: "c" }],
  });
});

describe("what mapping and body make of each other", () => {
  const many = (templates: number, places: number) => ({
    each: { items: "/all", references: null },
    when: [
      { body: "/id", exists: true },
      ...Array.from({ length: templates }, () => ({ item: "/a", equals: "{{/id}}".repeat(places) })),
    ],
  });
  const body = { id: 1, all: Array.from({ length: 1_000 }, () => ({ a: "1" })) };
  const rules = (count: number, rule: object) =>
    effectsOf({ rules: Array(count).fill(mapping(rule).rules[0]) }, { body, headers: {}, at_ms: NOW_MS });

  test("is bounded, though each is within its own bounds", () => {
    const rule = many(1, 28);
    expect(JSON.stringify(rule).repeat(30).length).toBeLessThan(65_536);
    expect(rules(30, rule)).toMatchObject({
      refusal: { detail: "the body has too much to look at", errors: [{ pointer: "/rules/16" }] },
    });
  });

  test("may be ten rules of three conditions for each of a thousand items", () => {
    expect(rules(10, many(2, 2))).toEqual({ ok: true, value: [] });
  });
});
