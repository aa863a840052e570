// What follows from findings, by the context of the field, at each threshold.
import { describe, expect, test } from "vitest";
import type { AttackClass } from "../../../src/defence/finding.ts";
import { POLICIES, PROMPT_FOUND_FROM } from "../../../src/defence/policy.ts";
import { decide, detected, screen } from "../../../src/defence/screen.ts";
import type { TextContext } from "../../../src/schema/context.ts";

const finding = (score: number, name: AttackClass = "sqli") => ({ class: name, score, what: [], at: 0 });
const verdict = (context: TextContext, score: number, name?: AttackClass) =>
  decide(context, [finding(score, name)]).verdict;

// Thresholds were chosen on texts that the models have not seen: another one is another promise.
test("every context has the policy that was measured for it", () => {
  expect(POLICIES).toEqual({
    closed: { action: "off" },
    secret: { action: "off" },
    identifier: { action: "refuse", found_from: 0.08 },
    file_name: { action: "refuse", found_from: 0.5 },
    email: { action: "refuse", found_from: 0.08 },
    url: { action: "refuse", found_from: 0.7 },
    free_text: { action: "refuse_above", found_from: 0.14, refuse_from: 0.9 },
    rich_text: { action: "refuse_above", found_from: 0.14, refuse_from: 0.9 },
    code: { action: "record", found_from: 0.97 },
    search: { action: "record", found_from: 0.97 },
  });
  expect(PROMPT_FOUND_FROM).toBe(0.15);
});

describe("a finding", () => {
  test.each(["identifier", "file_name", "email", "url"] as const)(
    "is refused in %s, whatever its score",
    (context) => {
      expect(verdict(context, 0.1)).toBe("refuse");
    },
  );

  test.each([
    ["free_text", 0.9],
    ["rich_text", 0.9],
  ] as const)("is refused in %s from %d on, and recorded below", (context, refuse_from) => {
    expect(verdict(context, refuse_from)).toBe("refuse");
    expect(verdict(context, refuse_from - 0.001)).toBe("record");
  });

  test.each(["code", "search"] as const)("is recorded in %s, never refused", (context) => {
    expect(verdict(context, 1)).toBe("record");
  });

  test("that somebody gave no answer is recorded and refuses nothing by itself", () => {
    for (const context of ["identifier", "free_text", "code"] as const)
      expect(verdict(context, 1, "unchecked")).toBe("record");
    const both = [finding(1, "unchecked"), finding(0.5)];
    expect(decide("identifier", both)).toEqual({ verdict: "refuse", findings: both });
    expect(decide("free_text", both).verdict).toBe("record");
    expect(decide("free_text", [finding(1, "unchecked"), finding(0.99)]).verdict).toBe("refuse");
  });

  test("that is none passes", () => {
    expect(decide("identifier", [])).toEqual({ verdict: "pass", findings: [] });
  });
});

describe("what is looked at", () => {
  const attack = "' OR 1=1 --";

  test("nothing of what nobody reads, nor of an empty text", () => {
    expect([detected(attack, "secret"), detected(attack, "closed"), detected("", "email")]).toEqual([
      [],
      [],
      [],
    ]);
  });

  test("not the meaning of one plain word as a name, but what does not belong into it", () => {
    for (const word of ["select", "DROP", "id_7-x", "ünion", "0"])
      expect(detected(word, "identifier")).toEqual([]);
    const alphabet = (text: string) => detected(text, "identifier").filter((one) => one.class === "alphabet");
    for (const text of ["a;b", "a`", "a{", "a[", "a/", "a:", "a\u200bb", attack])
      expect(alphabet(text), text).toEqual([{ class: "alphabet", score: 1, what: ["character"], at: 0 }]);
    expect(alphabet("two words")).toEqual([]);
  });

  test("of a name with a space, a quote or an @ in it, what it says as well", () => {
    for (const text of ["admin' or 'a' like 'a", "1 or 1-1--", "or-@@version--"]) {
      const { verdict, findings } = screen(text, "identifier");
      expect(verdict, text).toBe("refuse");
      expect(findings.map((one) => one.class)).toContain("sqli");
    }
    // One word, whatever it would mean in other contexts.
    for (const text of [
      "or-1-1--",
      "OR-1-1--",
      "é-or-1-1--",
      "_-or-1-1--",
      "a-or-1-1--",
      "z-or-1-1--",
      "or-9-0--",
    ]) {
      expect(detected(text, "free_text"), text).not.toEqual([]);
      expect(screen(text, "identifier").verdict, text).toBe("pass");
    }
  });

  test("free text that is a link as a whole", () => {
    const [found] = screen("https://a.example/?q=<script>alert(1)</script>", "free_text").findings;
    expect(found).toMatchObject({ class: "xss" });
    expect(found!.at).toBeGreaterThan(0);
  });

  test("the alphabet in the strict contexts alone", () => {
    expect(screen("a\u202eb", "free_text").findings.map((one) => one.class)).not.toContain("alphabet");
    expect(screen("..", "file_name").findings).toContainEqual({
      class: "alphabet",
      score: 1,
      what: ["dots"],
      at: 0,
    });
  });

  test.each([
    "path/%3Cscript%3Ealert(1)%3C/script%3E",
    "?q=%3Cscript%3Ealert(1)%3C/script%3E",
    "#%3Cscript%3Ealert(1)%3C/script%3E",
  ])("each part of a link by itself: %s", (part) => {
    expect(screen(`https://a.example/${part}`, "url").findings.map((one) => one.class)).toContain("xss");
  });

  test("what is no link as a whole", () => {
    expect(screen("<script>alert(1)</script>", "url").findings.map((one) => one.class)).toEqual(
      expect.arrayContaining(["xss", "alphabet"]),
    );
    expect(screen("https://a.example/", "url")).toEqual({ verdict: "pass", findings: [] });
  });
});
