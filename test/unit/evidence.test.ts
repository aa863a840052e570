// The evidence holds together: whatever it points at is there, and nothing is left without an answer.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { breakages } from "../../scripts/evidence/breakages.ts";
import { controls } from "../../scripts/evidence/controls/index.ts";
import { controlRows, requirementRows } from "../../scripts/evidence/matrix.ts";
import { framework } from "../../scripts/evidence/requirement.ts";
import { frameworks } from "../../scripts/evidence/requirements/index.ts";

const root = resolve(import.meta.dirname, "../..");
const isTest = (path: string): boolean =>
  ["", ".test.ts", ".wide.test.ts"].some((ending) => existsSync(join(root, "test", path + ending)));

describe("controls", () => {
  test.each(Object.entries(controls))("%s points at code and tests that are there", (_, { code, tests }) => {
    expect(code.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(tests.filter((path) => !isTest(path))).toEqual([]);
    expect(tests.length).toBeGreaterThan(0);
  });
});

describe("requirements", () => {
  const all = frameworks.flatMap(({ name, requirements }) => requirements.map((each) => ({ name, ...each })));

  test("each is answered by controls that exist, by a duty, by a reason, or said to be open", () => {
    const unknown = all.flatMap(({ id, controls: named }) =>
      named.filter((name) => !(name in controls)).map((name) => `${id}: ${name}`),
    );
    expect(unknown).toEqual([]);
    const unanswered = all.filter(
      ({ controls: named, operator, not_applicable, open }) =>
        named.length === 0 && !operator && !not_applicable && !open,
    );
    expect(unanswered).toEqual([]);
  });

  test("none is answered twice, and none is missing", () => {
    const ids = all.map(({ name, id }) => `${name} ${id}`);
    expect(new Set(ids).size).toBe(ids.length);
    const count = (name: RegExp) => all.filter((each) => name.test(each.name)).length;
    expect(count(/production security/)).toBe(17);
    expect(count(/secure with AI/)).toBe(31);
    expect(count(/ASVS/)).toBe(253); // levels 1 and 2 of 5.0.0
  });

  test("every control answers something", () => {
    const named = new Set(all.flatMap((each) => each.controls));
    expect(Object.keys(controls).filter((name) => !named.has(name))).toEqual([]);
  });
});

describe("verdicts", () => {
  const some = { one: { says: "", code: [], tests: ["unit/a", "unit/b"] } };
  const result = (passed: number, failed = 0) => ({ passed, failed, skipped: 0 });
  const verdicts = (lines: string, results: [string, ReturnType<typeof result>][]) =>
    requirementRows(framework("", lines), controlRows(some, new Map(results))).map(({ verdict }) => verdict);

  test("a requirement is proved only where every test of its controls ran and none failed", () => {
    expect(
      verdicts("1 | x | one", [
        ["unit/a", result(1)],
        ["unit/b/c", result(2)],
      ]),
    ).toEqual(["proved"]);
    expect(verdicts("1 | x | one", [["unit/a", result(1)]])).toEqual(["not run"]);
    expect(
      verdicts("1 | x | one", [
        ["unit/a", result(1)],
        ["unit/b", result(0)],
      ]),
    ).toEqual(["not run"]);
    expect(
      verdicts("1 | x | one", [
        ["unit/a", result(9, 1)],
        ["unit/b", result(1)],
      ]),
    ).toEqual(["failing"]);
  });

  test("what is open stays open, whatever is proved", () => {
    const lines = "1 | x | one; open: more\n2 | y | operator: z\n3 | w | none: v";
    const results: [string, ReturnType<typeof result>][] = [
      ["unit/a", result(1)],
      ["unit/b", result(1)],
    ];
    expect(verdicts(lines, results)).toEqual(["open", "operator", "not applicable"]);
  });

  test("a line of another shape is refused", () => {
    expect(() => framework("", "1 | x")).toThrow("not a requirement");
  });
});

describe("breakages", () => {
  test.each(breakages.map((each) => [each.control, each] as const))(
    "%s can be taken away, and a test of that control must notice",
    (control, { file, from, to, test: notices }) => {
      expect(readFileSync(join(root, file), "utf8").split(from).length).toBe(2);
      expect(to).not.toContain(from);
      expect(
        controls[control]!.tests.some((each) => notices === each || notices.startsWith(`${each}/`)),
      ).toBe(true);
      expect(isTest(notices)).toBe(true);
    },
  );
});
