// Whatever an operation's input is, screening ends, answers with pointers into it, and never with its text.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operationList } from "../../../src/api/operations/index.ts";
import { Composite } from "../../../src/defence/composite.ts";
import type { Member, Validator } from "../../../src/defence/validator.ts";
import { detectors } from "../../../src/defence/validators/detectors.ts";
import { type Screened, screenInputs } from "../../../src/edge/screen.ts";

const ATTACK = "x' UNION SELECT name, password FROM users WHERE 'a'='a' --";
const operationOf = (id: string) => operationList.find(([name]) => name === id)![1];
const memberOf = (validator: Validator, on_failure: Member["on_failure"] = "refuse"): Member => ({
  name: "test",
  validator,
  timeout_ms: 1_000,
  on_failure,
});
const own = new Composite([memberOf(detectors)]);
const screenBody = (id: string, body: unknown, composite = own) =>
  screenInputs(
    id,
    operationOf(id),
    { params: undefined, query: undefined, body },
    composite,
  ) as Screened | null;

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

describe("a remote validator", () => {
  const read: string[] = [];
  const remote = (answer: () => Promise<never[]>, on_failure?: Member["on_failure"]) =>
    new Composite([
      memberOf(detectors),
      memberOf(
        {
          kind: "remote",
          reads: (context) => context === "free_text",
          inspect: (text) => {
            read.push(text);
            return answer();
          },
        },
        on_failure,
      ),
    ]);
  const tasks = Array.from({ length: 100 }, (_, index) => ({ title: `title ${index}` }));

  test("is asked about a whole list in a few questions, and misses none of it", async () => {
    read.length = 0;
    expect(
      await screenBody(
        "createTasks",
        { tasks },
        remote(async () => []),
      ),
    ).toBeNull();
    expect(read).toHaveLength(8);
    for (const { title } of tasks) expect(read.join("\n\n").split("\n\n")).toContain(title);
  });

  test("hears no secret, nor what is refused without it", async () => {
    read.length = 0;
    const composite = remote(async () => []);
    await screenBody("login", { username: "ada", password: "hunter2 hunter2" }, composite);
    await screenBody("createTasks", { tasks: [{ title: ATTACK }] }, composite);
    expect(read).toEqual([]);
  });

  test("that fails refuses with 503 and says so, or lets pass and is recorded: never as clean", async () => {
    const broken = () => Promise.reject(new Error("down"));
    const closed = await screenBody("createTasks", { tasks: [{ title: "a" }] }, remote(broken));
    expect(closed).toMatchObject({
      refusal: { reason: "unavailable", rule: "screening_unchecked" },
      note: { refused: true, findings: [{ class: "unchecked", pointer: "/tasks/0/title" }] },
    });
    const open = await screenBody("createTasks", { tasks: [{ title: "a" }] }, remote(broken, "pass"));
    expect(open).toMatchObject({
      refusal: null,
      note: { refused: false, findings: [{ class: "unchecked" }] },
    });
  });
});

test("any input of any operation is screened without a throw", () => {
  const input = fc.oneof(fc.jsonValue(), fc.object(), fc.constant(ATTACK));
  fc.assert(
    fc.property(fc.constantFrom(...operationList), input, input, ([id, operation], query, body) => {
      const screened = screenInputs(id, operation, { params: body, query, body }, own) as Screened | null;
      for (const { pointer, score } of screened?.note.findings ?? []) {
        expect(pointer.startsWith("/")).toBe(true);
        expect(score).toBeLessThanOrEqual(1);
      }
    }),
  );
});
