// Several texts as one decision: who is asked about which of them, and what is noted, where.
import { expect, test } from "vitest";
import { Composite } from "../../../src/defence/composite.ts";
import type { AttackClass, Finding } from "../../../src/defence/finding.ts";
import { TextScreening } from "../../../src/defence/text-screening.ts";
import type { Member, Validator } from "../../../src/defence/validator.ts";

const finding = (score: number, name: AttackClass = "sqli"): Finding => ({
  class: name,
  score,
  what: ["rule"],
  at: 0,
});
const member = (name: string, validator: Validator): Member => ({
  name,
  validator,
  timeout_ms: 1_000,
  on_failure: "refuse",
});
/** Finds in a text what it says: `0.5 xss` is a finding of that score and class. */
const here = member("here", {
  kind: "local",
  reads: () => true,
  inspect: (text) =>
    [...text.matchAll(/(0\.\d+|1) ([a-z]+)/gu)].map(([, score, name]) =>
      finding(Number(score), name as AttackClass),
    ),
});

/** The composite, and what the remote one was asked. */
function withRemote(found: readonly Finding[] = []) {
  const asked: string[] = [];
  const there = member("there", {
    kind: "remote",
    reads: (context) => context === "free_text",
    async inspect(text) {
      asked.push(text);
      return found;
    },
  });
  return { screening: new TextScreening(new Composite([here, there])), asked };
}

const alone = () => new TextScreening(new Composite([here]));
const addAll = (screening: TextScreening, texts: readonly string[]) => {
  for (const [at, text] of texts.entries()) screening.add(text, "free_text", `/${at}`);
};

test("nothing found is nothing noted", () => {
  const screening = alone();
  addAll(screening, ["a", ""]);
  expect(screening.settle()).toBeNull();
});

test("findings are noted with their places and scores to a thousandth, the worst ten first", () => {
  const screening = alone();
  addAll(
    screening,
    [...Array.from({ length: 11 }, (_, at) => `0.${at + 11}`), "0.87654"].map((score) => `${score} xss`),
  );
  const settled = screening.settle() as Awaited<ReturnType<TextScreening["settle"]>>;
  expect(settled?.refusal).toBeNull();
  expect(settled?.findings).toHaveLength(10);
  expect(settled?.findings.slice(0, 2)).toEqual([
    { class: "xss", pointer: "/11", score: 0.877 },
    { class: "xss", pointer: "/10", score: 0.21 },
  ]);
});

test("one refused text refuses the whole, and only what was refused is told", () => {
  const screening = alone();
  addAll(screening, ["0.5 xss", "0.99 sqli", "0.995 ldap"]);
  expect(screening.settle()).toEqual({
    findings: [
      { class: "ldap", pointer: "/2", score: 0.995 },
      { class: "sqli", pointer: "/1", score: 0.99 },
    ],
    refusal: {
      reason: "input_refused",
      rule: "screening_ldap",
      errors: [
        { pointer: "/2", detail: "looks like LDAP injection" },
        { pointer: "/1", detail: "looks like SQL injection" },
      ],
    },
  });
});

test("each refusal says in words what a text looks like", () => {
  const words: Partial<Record<AttackClass, string>> = {
    sqli: "looks like SQL injection",
    xss: "looks like script injection",
    path: "looks like path traversal",
    cmd: "looks like command injection",
    ldap: "looks like LDAP injection",
    prompt: "looks like instructions to a language model",
    encoding: "is encoded in a way that hides what it says",
    alphabet: "holds characters that do not belong here",
    content: "is not wanted here",
  };
  for (const [name, detail] of Object.entries(words)) {
    const screening = alone();
    screening.add(`1 ${name}`, "free_text", "/0");
    expect(screening.settle()).toMatchObject({ refusal: { errors: [{ pointer: "/0", detail }] } });
  }
});

test("eight texts are asked about one by one; of more, seven, and the rest in one", async () => {
  const texts = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
  const eight = withRemote();
  addAll(eight.screening, texts.slice(0, 8));
  await eight.screening.settle();
  expect(eight.asked).toEqual(texts.slice(0, 8));
  const nine = withRemote();
  addAll(nine.screening, texts);
  await nine.screening.settle();
  expect(nine.asked).toEqual([...texts.slice(0, 7), "h\n\ni"]);
});

test("what is found of a text that was asked about by itself is noted in its place", async () => {
  const { screening } = withRemote([finding(0.3, "prompt")]);
  addAll(screening, ["a", "b", "c", "d", "e", "f", "g", "h"]);
  const places = (await screening.settle())?.findings.map(({ pointer }) => pointer);
  expect(places?.toSorted()).toEqual(["/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7"]);
});

test("what was found of the rest stays found in its place, and what is found of the whole has none", async () => {
  const { screening } = withRemote([finding(0.3, "prompt")]);
  addAll(screening, ["a", "b", "c", "d", "e", "f", "g", "h", "0.5 xss"]);
  const settled = await screening.settle();
  expect(settled?.findings.filter(({ class: name }) => name === "xss")).toEqual([
    { class: "xss", pointer: "/8", score: 0.5 },
  ]);
  const places = settled?.findings
    .filter(({ class: name }) => name === "prompt")
    .map(({ pointer }) => pointer);
  expect(places?.toSorted()).toEqual(["", "/0", "/1", "/2", "/3", "/4", "/5", "/6"]);
});

test("nobody is asked about what is empty, is refused already, or is none of theirs", async () => {
  const { screening, asked } = withRemote();
  screening.add("", "free_text", "/0");
  screening.add("0.99 sqli", "free_text", "/1");
  screening.add("name", "identifier", "/2");
  const settled = await screening.settle();
  expect(asked).toEqual([]);
  expect(settled?.refusal?.reason).toBe("input_refused");
});

test("a text that nobody could check is a service that is not there, unless it is refused for itself", async () => {
  const silent = (text: string) => {
    const { screening } = withRemote([finding(1, "unchecked")]);
    screening.add(text, "free_text", "/0");
    return screening.settle();
  };
  expect((await silent("a"))?.refusal).toBeNull();
  const failing = member("there", {
    kind: "remote",
    reads: () => true,
    inspect: () => Promise.reject(new Error("no")),
  });
  const closed = new TextScreening(new Composite([here, failing]));
  closed.add("a", "free_text", "/0");
  expect((await closed.settle())?.refusal).toMatchObject({
    reason: "unavailable",
    rule: "screening_unchecked",
    retry_after_seconds: 5,
  });
  const both = new TextScreening(new Composite([here, failing]));
  both.add("a", "free_text", "/0");
  both.add("0.99 xss", "free_text", "/1");
  expect((await both.settle())?.refusal).toMatchObject({
    reason: "input_refused",
    rule: "screening_unchecked",
    errors: [
      { pointer: "/0", detail: "could not be checked" },
      { pointer: "/1", detail: "looks like script injection" },
    ],
  });
});
