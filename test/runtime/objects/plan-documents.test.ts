// Projects out and in: the round trip is the identity, in JSON and in CSV, and an import comes whole or not at all.
import fc from "fast-check";
import { expect, it } from "vitest";
import { screen } from "../../../src/defence/screen.ts";
import { parseCsv } from "../../../src/protocol/csv.ts";
import { PLAN_COLUMNS } from "../../../src/schema/plan.ts";
import { objectOf, rowsOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { hurry, liftCoarseLimit, widenBuckets } from "../identity/settings.ts";

await hurry();
await widenBuckets();
liftCoarseLimit();
await admin("main");
const bob = await signUp();

const newProject = async (name = "Launch"): Promise<string> =>
  (await bob.client.createProject({ body: { name, description: "In May" } })).body.project.id;
const exported = async (project_id: string, format: "json" | "csv" | "ics") => {
  const answer = await bob.send(`/v1/projects/${project_id}/export?format=${format}`);
  expect(answer.status).toBe(200);
  return answer;
};
const send = (project_id: string, body: string, media_type: string) =>
  bob.send(`/v1/projects/${project_id}/import`, {
    method: "POST",
    body,
    headers: { "Content-Type": media_type },
  });
const countIn = async (project_id: string) =>
  (await rowsOf(objectOf("PROJECT", `main/${project_id}`), "SELECT id FROM task")).length;

/** What a spreadsheet would calculate, apostrophes of ours, separators and quotes, around honest words. */
const text = fc
  .tuple(
    fc.constantFrom("", "=", "'=", "''+", "-", "@", " =", "'", '"'),
    fc.array(fc.constantFrom("paint", "the door,", '"red"', "für", "Zoë;", "\u{1f600}", "it's"), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([start, words]) => start + words.join(" "));
/** Of several lines that each begin so, some are taken for SQL, and refused. */
const prose = fc
  .tuple(
    text,
    fc.array(fc.tuple(fc.constantFrom("\n", "\r\n", "\r", "\t", "\ufeff"), text), { maxLength: 3 }),
  )
  .map(([first, more]) => first + more.map(([between, each]) => between + each).join(""))
  .filter((words) => screen(words, "free_text").verdict !== "refuse");
const hours = fc.nat(1_000).map((value) => value / 8);
const estimate = fc
  .tuple(hours, hours, hours)
  .map((all) => all.sort((a, b) => a - b))
  .map(([optimistic, likely, pessimistic]) => ({ optimistic, likely, pessimistic }));
const task = fc.record({
  title: text,
  description: fc.oneof(fc.constant(""), prose),
  status: fc.constantFrom("open", "in_progress", "blocked", "done", "cancelled"),
  priority: fc.constantFrom("low", "normal", "high", "urgent"),
  skills: fc.uniqueArray(fc.constantFrom("c++", "c#", "go", "sign-off"), { maxLength: 3 }),
  labels: fc.uniqueArray(fc.constantFrom("ui", "ui ", "für bücher", "a/b"), { maxLength: 3 }),
  parent: fc.constant(null),
  estimate: fc.option(estimate),
  due_at: fc.option(fc.constantFrom("2026-12-01T00:00:00Z", "2027-01-31T12:30:00.250Z")),
});
/** Tasks that wait for earlier or later ones, in no circle: a later place in `order` waits for earlier ones alone. */
const plans = fc
  .array(fc.tuple(task, fc.nat(), fc.array(fc.nat(), { maxLength: 3 })), { minLength: 1, maxLength: 8 })
  .map((all) => {
    const order = all.map(([, rank], at) => ({ rank, at })).sort((a, b) => a.rank - b.rank || a.at - b.at);
    const place = new Map(order.map(({ at }, index) => [at, index]));
    return all.map(([fields, , picks], at) => {
      const before = order.slice(0, place.get(at)!).map((each) => `t${each.at + 1}`);
      const depends_on = [...new Set(picks.map((pick) => before[pick % (before.length || 1)]))];
      return { ref: `t${at + 1}`, ...fields, depends_on: depends_on.filter((ref) => ref !== undefined) };
    });
  });

it("what was imported is exported as the same document, in JSON and in CSV", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (tasks) => {
      const [first, second, third] = [await newProject(), await newProject(), await newProject()];
      const document = { version: 1, project: { name: "Launch", description: "In May" }, tasks };
      expect((await send(first, JSON.stringify(document), "application/json")).status).toBe(201);
      const json = await (await exported(first, "json")).text();
      expect(JSON.parse(json)).toEqual(document);
      await send(second, json, "application/json");
      expect(await (await exported(second, "json")).text()).toBe(json);
      const csv = await (await exported(first, "csv")).text();
      expect((await send(third, csv, "text/csv; charset=utf-8")).status).toBe(201);
      expect(await (await exported(third, "json")).text()).toBe(json);
      expect(await (await exported(third, "csv")).text()).toBe(csv);
    }),
    { numRuns: 30 },
  );
});

it("sub-tasks come along, and go under nothing that is settled", async () => {
  const [first, second] = [await newProject(), await newProject()];
  const tasks = [
    { ref: "part", title: "Part", parent: "whole", status: "done" },
    { ref: "whole", title: "Whole", status: "in_progress" },
  ];
  expect((await send(first, JSON.stringify({ tasks }), "application/json")).status).toBe(201);
  for (const format of ["json", "csv"] as const) {
    const document = await (await exported(first, format)).text();
    const media_type = format === "json" ? "application/json" : "text/csv; charset=utf-8";
    expect((await send(second, document, media_type)).status).toBe(201);
  }
  const { tasks: copies } = (await bob.client.listTasks({ params: { project_id: second } })).body;
  expect(copies.map(({ parent_id }) => parent_id)).toEqual([copies[1]!.id, null, copies[3]!.id, null]);
  expect(copies[0]).toMatchObject({ status: "done", completed_at: expect.any(String) });
  expect(copies[1]).toMatchObject({ started_at: expect.any(String), completed_at: null });
  const settled = [
    { ...tasks[0], status: "open" },
    { ...tasks[1], status: "done" },
  ];
  const refused = await send(second, JSON.stringify({ tasks: settled }), "application/json");
  expect([refused.status, await countIn(second)]).toEqual([409, 4]);
});

it("many pages of tasks come in their order, and each names what it waits for", async () => {
  const project_id = await newProject();
  const tasks = Array.from({ length: 1_234 }, (_, at) => ({
    ref: `t${at + 1}`,
    title: `Task ${at + 1}`,
    depends_on: at < 1_233 ? [`t${at + 2}`] : [],
  }));
  expect((await send(project_id, JSON.stringify({ tasks }), "application/json")).status).toBe(201);
  const document = await (await exported(project_id, "json")).json<{ tasks: typeof tasks }>();
  expect(document.tasks).toMatchObject(tasks);
  expect(document.tasks).toHaveLength(tasks.length);
});

it("after deletions the document still counts from one", async () => {
  const project_id = await newProject();
  const params = { project_id };
  const titles = ["First", "Second", "Third"];
  for (const title of titles) await bob.client.createTask({ params, body: { title } });
  const { tasks } = (await bob.client.listTasks({ params })).body;
  await bob.client.deleteTask({ params: { ...params, task_id: tasks[0]!.id }, if_match: "*" });
  const document = await (await exported(project_id, "json")).json<{
    tasks: { ref: string; title: string }[];
  }>();
  expect(document.tasks.map(({ ref, title }) => [ref, title])).toEqual([
    ["t1", "Second"],
    ["t2", "Third"],
  ]);
});

it("no cell of the table begins a formula", async () => {
  const project_id = await newProject();
  const tasks = [{ ref: "a", title: "=HYPERLINK(1)", description: "@SUM(A1)\t" }];
  await send(project_id, JSON.stringify({ tasks }), "application/json");
  const csv = await (await exported(project_id, "csv")).text();
  expect(csv).toContain(`"'=HYPERLINK(1)","'@SUM(A1)\t"`);
});

it("the calendar has what is due, and is for keeping", async () => {
  const project_id = await newProject();
  const due_at = "2026-12-01T00:00:00Z";
  const tasks = [
    { ref: "a", title: "Send it", due_at, priority: "urgent" },
    { ref: "b", title: "Some day" },
  ];
  await send(project_id, JSON.stringify({ tasks }), "application/json");
  const answer = await exported(project_id, "ics");
  expect(answer.headers.get("Content-Type")).toBe("text/calendar; charset=utf-8");
  expect(answer.headers.get("Content-Disposition")).toBe(`attachment; filename="${project_id}.ics"`);
  const lines = (await answer.text()).split("\r\n");
  expect(lines.filter((line) => line.startsWith("SUMMARY"))).toEqual(["SUMMARY:Send it"]);
  expect(lines).toContain("DUE:20261201T000000Z");
});

it.each([
  [
    "a circle",
    [
      { ref: "a", title: "A", depends_on: ["b"] },
      { ref: "b", title: "B", depends_on: ["a"] },
    ],
    409,
  ],
  [
    "a ref twice",
    [
      { ref: "a", title: "A" },
      { ref: "a", title: "B" },
    ],
    409,
  ],
  ["an unknown ref", [{ ref: "a", title: "A", depends_on: ["z"] }], 409],
  [
    "a claimed task",
    [
      { ref: "a", title: "A" },
      { ref: "b", title: "B", status: "claimed" },
    ],
    422,
  ],
  ["nothing", [], 422],
])("with %s, nothing is imported", async (_, tasks, status) => {
  const project_id = await newProject();
  expect((await send(project_id, JSON.stringify({ tasks }), "application/json")).status).toBe(status);
  expect(await countIn(project_id)).toBe(0);
});

it.each([
  ["title\nWrite\n", "/columns", "expected a column ref"],
  ["ref,title,colour\na,Write,red\n", "/columns/2", `expected each once, of ${PLAN_COLUMNS.join(", ")}`],
  ["ref,title,title\na,b,c\n", "/columns/2", `expected each once, of ${PLAN_COLUMNS.join(", ")}`],
  ["ref,title\na,Write\nb,Print,x\n", "/tasks/1", "expected at most 2 cells"],
  ["ref,title,priority\na,Write,high\nb,Print,top\n", "/tasks/1/priority", null],
  ["ref,title,likely_hours\na,Write,soon\n", "/tasks/0/estimate/optimistic", null],
])("of the table %j the place that is wrong is named", async (csv, pointer, detail) => {
  const project_id = await newProject();
  const answer = await send(project_id, csv, "text/csv");
  expect(answer.status).toBe(422);
  const { errors } = await answer.json<{ errors: { pointer: string; detail: string }[] }>();
  expect(errors[0]!.pointer).toBe(pointer);
  if (detail !== null) expect(errors[0]!.detail).toBe(detail);
  expect(await countIn(project_id)).toBe(0);
});

it("a table that cannot be read is refused with its line", async () => {
  const answer = await send(await newProject(), 'ref,title\na,"Write\n', "text/csv");
  expect([answer.status, (await answer.json<{ detail: string }>()).detail]).toEqual([
    400,
    "line 2: a quote is not closed",
  ]);
});

it("a document beyond what one import takes is refused with what to do about it", async () => {
  const project_id = await newProject();
  const refs = Array.from({ length: 10_100 }, (_, at) => `t${at}`);
  const json = JSON.stringify({ tasks: refs.map((ref) => ({ ref, title: "a" })) });
  const blank = ",".repeat(PLAN_COLUMNS.length - 2);
  const csv = `${PLAN_COLUMNS.join(",")}\n${refs.map((ref) => `${ref},a${blank}\n`).join("")}`;
  const wide = JSON.stringify({ tasks: [{ ref: "a", title: "a", description: "x".repeat(8_388_608) }] });
  for (const [document, media_type, status, said] of [
    [json, "application/json", 422, /at most 10000 tasks: send more in parts/u],
    [csv, "text/csv", 400, /more than 131072 cells: send it in parts/u],
    [wide, "application/json", 413, /at most 8388608 bytes/u],
  ] as const) {
    const answer = await send(project_id, document, media_type);
    expect(answer.status).toBe(status);
    expect(await answer.text(), `${status}`).toMatch(said);
  }
  expect(await countIn(project_id)).toBe(0);
});

it("an operation that takes no table refuses one", async () => {
  const project_id = await newProject();
  const headers = { "Content-Type": "text/csv" };
  const answer = await bob.send(`/v1/projects/${project_id}/tasks`, {
    method: "POST",
    body: "title\na\n",
    headers,
  });
  expect(answer.status).toBe(415);
});

it("a repeated import under one key is carried out once", async () => {
  const project_id = await newProject();
  const request = {
    params: { project_id },
    body: { tasks: [{ ref: "a", title: "A" }] },
    idempotency_key: "import-1",
  };
  const first = await bob.client.importPlan(request);
  const again = await bob.client.importPlan(request);
  expect(again.body).toEqual(first.body);
  expect(await countIn(project_id)).toBe(1);
});

it("a repeated import is carried out once however long its texts are", async () => {
  const project_id = await newProject();
  const description = "Paint the door. ".repeat(518);
  const tasks = Array.from({ length: 1_000 }, (_, at) => ({ ref: `t${at}`, title: "Paint", description }));
  const request = { params: { project_id }, body: { tasks }, idempotency_key: "import-long" };
  const first = await bob.client.importPlan(request);
  expect((await bob.client.importPlan(request)).body).toEqual(first.body);
  expect(await countIn(project_id)).toBe(1_000);
});

it("an import is repeated although its answer was kept when answers still had whole tasks", async () => {
  const project_id = await newProject();
  const body = { tasks: [{ ref: "a", title: "A" }] };
  const request = { params: { project_id }, body, idempotency_key: "import-old" };
  const first = await bob.client.importPlan(request);
  await rowsOf(
    objectOf("PROJECT", `main/${project_id}`),
    "UPDATE idempotency_key SET answer = replace(replace(answer, '[\"', '[{\"id\":\"'), '\"]', '\"}]')",
  );
  expect((await bob.client.importPlan(request)).body).toEqual(first.body);
});

it("who is no member gets neither out nor in", async () => {
  const eve = await signUp();
  const project_id = await newProject();
  expect((await eve.send(`/v1/projects/${project_id}/export`)).status).toBe(404);
  const answer = await eve.send(`/v1/projects/${project_id}/import`, {
    method: "POST",
    json: { tasks: [{ ref: "a", title: "A" }] },
  });
  expect(answer.status).toBe(404);
});

it("the table's first row names its columns, and a spreadsheet sees that it is UTF-8", async () => {
  const answer = await exported(await newProject(), "csv");
  const bytes = new Uint8Array(await answer.arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(parseCsv(new TextDecoder().decode(bytes))).toEqual({ ok: true, rows: [PLAN_COLUMNS] });
});

it.each(["json", "csv", "ics"] as const)(
  "whose last task fills a piece comes whole as %s",
  async (format) => {
    const project_id = await newProject();
    const description = "Paint the door. ".repeat(625);
    for (const title of ["One", "Two"]) {
      const body = { title, description, due_at: "2027-01-31T00:00:00Z" };
      await bob.client.createTask({ params: { project_id }, body });
    }
    const document = await (await exported(project_id, format)).text();
    expect(document.replaceAll(/\r\n /g, "").split(description.trim())).toHaveLength(3);
  },
);
