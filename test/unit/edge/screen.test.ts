// Whatever an operation's input is, screening ends, answers with pointers into it, and never with its text.

import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { operationList } from "../../../src/api/operations/index.ts";
import { screenInputs } from "../../../src/edge/screen.ts";

vi.setConfig({ testTimeout: 30_000 });

const ATTACK = "x' UNION SELECT name, password FROM users WHERE 'a'='a' --";
const operationOf = (id: string) => operationList.find(([name]) => name === id)![1];
const screenBody = (id: string, body: unknown) =>
  screenInputs(id, operationOf(id), { params: undefined, query: undefined, body });

describe("findings", () => {
  test("point at the place, items of lists included", () => {
    const screened = screenBody("createTasks", {
      tasks: [{ title: "fine" }, { title: "fine", description: ATTACK }],
    });
    expect(screened?.refusal?.reason).toBe("input_refused");
    expect(screened?.refusal?.errors?.[0]).toEqual({
      pointer: "/tasks/1/description",
      detail: "looks like SQL injection",
    });
    expect(JSON.stringify(screened)).not.toContain("UNION SELECT name");
  });

  test("are at most ten, however many there are", () => {
    const tasks = Array.from({ length: 100 }, () => ({ title: ATTACK }));
    expect(screenBody("createTasks", { tasks })?.note.findings).toHaveLength(10);
  });

  test("leave secrets alone", () => {
    expect(screenBody("login", { username: ATTACK, password: ATTACK, nonce: ATTACK })).toBeNull();
  });
});

test("any input of any operation is screened without a throw", () => {
  const input = fc.oneof(fc.jsonValue(), fc.object(), fc.constant(ATTACK));
  fc.assert(
    fc.property(fc.constantFrom(...operationList), input, input, ([id, operation], query, body) => {
      const screened = screenInputs(id, operation, { params: body, query, body });
      for (const { pointer, score } of screened?.note.findings ?? []) {
        expect(pointer.startsWith("/")).toBe(true);
        expect(score).toBeLessThanOrEqual(1);
      }
    }),
  );
});
