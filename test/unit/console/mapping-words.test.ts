// The rules of an integration as the console says them, and the rules that its form makes.
import * as v from "valibot";
import { expect, test } from "vitest";
import {
  placeInMapping,
  pointerFrom,
  prefixOf,
  ruleWords,
  simpleMapping,
  type Words,
} from "../../../src/console/app/integrations/mapping-words.ts";
import { GITHUB_MAPPING } from "../../../src/domain/github-mapping.ts";
import { HookMapping } from "../../../src/schema/hook-mapping.ts";

const said = (words: Words): string =>
  words.map((part) => (typeof part === "string" ? part : `[${part.place}]`)).join("");
const ruleNamed = (name: string) => ruleWords(GITHUB_MAPPING.rules.find((rule) => rule.name === name)!);

test("a rule says when it holds and what it does, with fields apart from text", () => {
  const { when, does } = ruleNamed("A closed issue is done");
  expect(when.map(said)).toEqual([
    "there is [issue.number]",
    "there is no [comment]",
    "there is no [pull_request]",
    "there is no [review]",
    "[action] is closed",
    "[issue.state_reason] is completed or nothing",
  ]);
  expect(does.map(said)).toEqual(["complete github:[repository.full_name]#[issue.number]"]);
});

test("a rule for each item says which items, and what their numbers refer to", () => {
  const { when, does } = ruleNamed("A push to the default branch does what its commits say they close");
  expect(said(when[0]!)).toBe(
    "for each item of [commits] and each number that [item.message] says it closes",
  );
  expect(when.map(said)).toContain("[ref] is refs/heads/[repository.default_branch]");
  expect(said(does[0]!)).toBe(
    "make the task github:[repository.full_name]#[the number it refers to] titled “[repository.full_name]#[the number it refers to]”, with labels github",
  );
  expect(said(does[1]!)).toContain(", where there is one: “[item.url]");
});

test("every rule of the ready-made mapping is said without JSON", () => {
  for (const { when, does } of GITHUB_MAPPING.rules.map(ruleWords))
    for (const words of [...when, ...does]) expect(said(words)).not.toMatch(/[{}]|undefined|\/\//);
});

test("a template that is none is text, and never a place", () => {
  const [rule] = simpleMapping({
    prefix: "x",
    state: "a",
    makes: "b",
    completes: "",
    id: "c",
    title: "d",
  }).rules;
  const odd = { ...rule!, when: [{ body: "/a", equals: "{{constructor}}" }] };
  expect(ruleWords(odd).when).toEqual([[{ place: "a" }, " is ", "", "{{constructor}}"]]);
});

test("a failure's pointer leads to its rule and action", () => {
  expect(placeInMapping(GITHUB_MAPPING, "/rules/1/actions/0/task")).toBe(
    "rule 2, “A closed issue is done”, action 1, task",
  );
  expect(placeInMapping(GITHUB_MAPPING, "/rules/0/at")).toBe("rule 1, “An issue becomes a task”, at");
  expect(placeInMapping(GITHUB_MAPPING, "/rules/99")).toBe("rule 100");
});

test("what somebody says in the form is a mapping that the service takes", () => {
  const mapping = simpleMapping({
    ...{ prefix: prefixOf("Our Alerts!"), state: "alert.state", makes: "firing", completes: "resolved" },
    ...{ id: "/alert/id", title: " alert.title " },
  });
  expect(v.safeParse(HookMapping, mapping).issues).toBeUndefined();
  expect(mapping.rules.map(ruleWords).map(({ when, does }) => [...when, ...does].map(said))).toEqual([
    ["[alert.state] is firing", "make the task our-alerts:[alert.id] titled “[alert.title]”"],
    ["[alert.state] is resolved", "complete our-alerts:[alert.id], where there is one"],
  ]);
});

test.each([
  ["alert.id", "/alert/id"],
  ["/alert/id", "/alert/id"],
  ["a~b.c/d", "/a~0b/c~1d"],
])("the field %s is the pointer %s", (text, pointer) => {
  expect(pointerFrom(text)).toBe(pointer);
});

test.each([
  ["GitHub: octo/repo", "github-octo-repo"],
  ["日本", "event"],
])("ids of %s begin with %s", (name, prefix) => {
  expect(prefixOf(name)).toBe(prefix);
});
