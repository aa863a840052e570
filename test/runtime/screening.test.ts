// Screening in the chain: free text is kept byte for byte, what surely is an attack is refused with a pointer and
// without its words, and the audit hears of both: class, place and score, never the text.
import { beforeAll, describe, expect, it } from "vitest";
import { contextOf } from "../../src/edge/context.ts";
import { open, type Problem } from "./harness/envelope.ts";
import { admin, type Person } from "./harness/people.ts";
import { env, newAddress, requestTo, send } from "./harness/worker.ts";
import { audited } from "./identity/trail.ts";

const ATTACK = "x' UNION SELECT name, password FROM users WHERE 'a'='a' -- canary-91c4";
const DOUBTFUL = "Select the rows; drop table cache from users -- see canary-91c4";

let ada: Person;
let project: string;
beforeAll(async () => {
  ada = await admin("main");
  project = (await ada.client.createProject({ body: { name: "Screened" } })).body.project.id;
});

const errorsOf = ({ body }: { readonly body: unknown }) => (body as Problem).errors ?? [];
const post = (path: string, body: unknown) =>
  ada.send(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
  });

async function stranger(path: string, fields: unknown) {
  const body = JSON.stringify(fields);
  const headers = { "Content-Type": "application/json" };
  return open(await send(path, { method: "POST", address: newAddress(), body, headers }));
}

describe("free text", () => {
  it("with the words of SQL, markup and commands is kept byte for byte", async () => {
    const texts = [
      "Select a venue; drop the old one",
      'Don\'t use <b>; use <strong> & "quotes" – 100 % sure\r\n\tsee C:\\plans\\a.txt',
      "run `npm test` && push; then update users set to 5",
      DOUBTFUL,
    ];
    for (const description of texts) {
      const created = await ada.client.createTask({
        params: { project_id: project },
        body: { title: "Kept", description },
      });
      expect(created.body.task.description).toBe(description);
      const read = await ada.client.readTask({
        params: { project_id: project, task_id: created.body.task.id },
      });
      expect(read.body.task.description).toBe(description);
    }
  });

  it("that surely is an attack is refused, pointed at and not repeated", async () => {
    const answer = await open(
      await post(`/v1/projects/${project}/tasks`, { title: "a", description: ATTACK }),
    );
    expect(answer).toMatchObject({ status: 422, reason: "input_refused" });
    expect(errorsOf(answer)).toContainEqual({ pointer: "/description", detail: "looks like SQL injection" });
    expect(answer.text).not.toContain("canary");
    expect(answer.text).not.toContain("UNION");
  });

  it("is found in every item of a list", async () => {
    const tasks = [
      { ref: "a", title: "fine" },
      { ref: "b", title: ATTACK },
    ];
    const answer = await open(await post(`/v1/projects/${project}/tasks/bulk`, { tasks }));
    expect(answer).toMatchObject({ status: 422, reason: "input_refused" });
    expect(errorsOf(answer)[0]).toMatchObject({ pointer: "/tasks/1/title" });
  });

  it("leaves nothing behind when it is refused", async () => {
    const before = (await ada.client.listTasks({ params: { project_id: project } })).body.count;
    await post(`/v1/projects/${project}/tasks`, { title: ATTACK });
    expect((await ada.client.listTasks({ params: { project_id: project } })).body.count).toBe(before);
  });
});

describe("the audit", () => {
  it("hears of what is recorded and of what is refused, without the text", async () => {
    await post(`/v1/projects/${project}/tasks`, { title: "b", description: DOUBTFUL });
    await post(`/v1/projects/${project}/tasks`, { title: "c", description: ATTACK });
    const recorded = await audited("main", { type: "input.recorded", user_id: ada.id });
    expect(recorded.find(({ rule }) => rule === "screening_sqli")).toMatchObject({
      decision: "allow",
      targets: ["createTask", "/description"],
      details: { class: "sqli", score: expect.any(Number) },
    });
    const refused = await audited("main", { type: "input.refused", user_id: ada.id });
    expect(refused.some(({ rule, decision }) => rule === "screening_sqli" && decision === "deny")).toBe(true);
    expect(JSON.stringify([...recorded, ...refused])).not.toContain("canary");
  });

  it("hears of strangers too", async () => {
    const note = {
      operation: "register",
      refused: true,
      findings: [{ class: "sqli", pointer: "/email", score: 1 }],
    };
    await env.STRANGERS.getByName("strangers/7").noteScreening(
      "main",
      note,
      contextOf(requestTo("/v1/auth/register")),
    );
    const [event] = await audited("main", { type: "input.refused", user_id: null });
    expect(event).toMatchObject({ user_id: null, targets: ["register", "/email"], decision: "deny" });
  });
});

describe("what must not be looked at", () => {
  it("a password may be any attack", async () => {
    const proof = { nonce: "A".repeat(43), timestamp: 0 };
    const answer = await stranger("/v1/auth/login", { username: "nobody-here", password: ATTACK, ...proof });
    expect(answer).toMatchObject({ status: 401, reason: "authentication_failed" });
  });
});
