// Lists of tasks: every filter, sort and search against a plain reading of the same tasks, in a project small enough
// to sort and in one where indexes are walked; and pages that show whatever keeps its place exactly once.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  PRIORITIES,
  TASK_SORTS,
  TASK_STATUSES,
  type Task,
  type TaskSort,
} from "../../../src/schema/project.ts";
import { clock } from "../harness/clock.ts";
import { admin, signUp } from "../harness/people.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
const [bob, carl] = [await signUp(), await signUp()];

const newProject = async (): Promise<string> => {
  const { project } = (await bob.client.createProject({ body: { name: "Lists" } })).body;
  await bob.client.setMember({
    params: { project_id: project.id, user_id: carl.id },
    body: { role: "editor" },
  });
  return project.id;
};
const add = async (project_id: string, fields: object, by = bob): Promise<Task> =>
  (await by.client.createTask({ params: { project_id }, body: { title: "a task", ...fields } })).body.task;
const change = (task: Task, body: object) =>
  bob.client.updateTask({ params: { project_id: task.project_id, task_id: task.id }, body, if_match: "*" });
const refused = async (project_id: string, query: Record<string, string>): Promise<number> =>
  (await bob.send(`/v1/projects/${project_id}/tasks?${new URLSearchParams(query)}`)).status;

type Query = Record<string, string>;
async function page(project_id: string, query: Query) {
  return (await bob.client.listTasks({ params: { project_id }, query: query as never })).body;
}
async function all(project_id: string, query: Query = {}): Promise<Task[]> {
  const tasks: Task[] = [];
  let cursor: string | null = null;
  do {
    const part: { tasks: Task[]; next_cursor: string | null } = await page(project_id, {
      limit: "200",
      ...query,
      ...(cursor !== null && { cursor }),
    });
    tasks.push(...part.tasks);
    cursor = part.next_cursor;
  } while (cursor !== null);
  return tasks;
}

// The plain reading: what each filter and sort means, said without SQL.
const NEVER = Date.UTC(10_000, 0);
const KEYS: Record<(typeof TASK_SORTS)[number], (task: Task, place: number) => string | number> = {
  number: (_, place) => place,
  priority: ({ priority }) => PRIORITIES.indexOf(priority),
  due: ({ due_at }) => (due_at === null ? NEVER : Date.parse(due_at)),
  updated: ({ updated_at }) => Date.parse(updated_at),
  title: ({ title }) => title.slice(0, 40).toLowerCase(),
};
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const FILTERS: Record<string, (task: Task, value: string) => boolean> = {
  status: ({ status }, value) => value.split(",").includes(status),
  priority: ({ priority }, value) => value.split(",").includes(priority),
  label: ({ labels }, value) => labels.includes(value),
  skill: ({ skills }, value) => skills.includes(value),
  assigned_to: ({ assigned_to }, value) => assigned_to === (value === "none" ? null : value),
  parent_id: ({ parent_id }, value) => parent_id === (value === "none" ? null : value),
  created_by: ({ created_by }, value) => created_by === value,
  blocked: ({ blocked }, value) => String(blocked) === value,
  due_before: ({ due_at }, value) => due_at !== null && Date.parse(due_at) < Date.parse(value),
  due_after: ({ due_at }, value) => due_at !== null && Date.parse(due_at) >= Date.parse(value),
  search: ({ title, description }, value) =>
    wordsOf(value).every((sought) =>
      wordsOf(`${title} ${description}`).some((word) => word.startsWith(sought)),
    ),
};
function plainly(tasks: readonly Task[], { sort = "number", ...filters }: Query): string[] {
  const descending = sort.startsWith("-") ? -1 : 1;
  const key = KEYS[sort.replace("-", "") as (typeof TASK_SORTS)[number]];
  return tasks
    .map((task, place) => ({ task, place, key: key(task, place) }))
    .filter(({ task }) => Object.entries(filters).every(([name, value]) => FILTERS[name]!(task, value)))
    .sort((a, b) => descending * (a.key === b.key ? a.place - b.place : a.key < b.key ? -1 : 1))
    .map(({ task }) => task.id);
}

const some = (words: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((list) => list.join(","));
const sorts = TASK_SORTS.flatMap((sort) => [sort, `-${sort}`]) as TaskSort[];
const queries = (people: readonly string[], parent_ids: readonly string[]) =>
  fc.record(
    {
      status: some(TASK_STATUSES),
      priority: some(PRIORITIES),
      label: fc.constantFrom("ui", "every", "none-such"),
      skill: fc.constantFrom("go", "ui"),
      assigned_to: fc.constantFrom("none", ...people),
      parent_id: fc.constantFrom("none", ...parent_ids),
      created_by: fc.constantFrom(...people),
      blocked: fc.constantFrom("true", "false"),
      due_before: fc.constantFrom("2026-06-01T00:00:00Z", "2026-12-01T00:00:00.5Z"),
      due_after: fc.constantFrom("2026-06-01T00:00:00Z", "2026-12-01T00:00:00.5Z"),
      search: fc.constantFrom("garden", "gar post", "POST", "büch", "nothing-such", '"garden" OR', "task"),
      sort: fc.constantFrom(...sorts),
      limit: fc.constantFrom("7", "50", "200"),
    },
    { requiredKeys: ["sort"] },
  );

const WORDS = ["garden", "post", "office", "Bücher", "launch"];
const fieldsOf = (index: number) => ({
  title: `${"Zebra garden apple Post".split(" ")[index % 4]} task ${index % 13}`,
  description: `${WORDS[index % 5]} and ${WORDS[(index * 3 + 1) % 5]}`,
  priority: PRIORITIES[(index * 7) % 4]!,
  labels: index % 29 === 0 ? ["ui", "every"] : ["every"],
  skills: index % 31 === 0 ? ["ui"] : index % 2 ? ["go"] : [],
  due_at:
    index % 3
      ? `2026-${String((index % 12) + 1).padStart(2, "0")}-01T00:00:00${index % 5 ? "" : ".5"}Z`
      : null,
});

describe.each([
  ["few tasks", 40, 60],
  ["many tasks", 1_400, 60],
])("a project of %s", (_, count, numRuns) => {
  let project_id: string;
  let tasks: Task[];

  beforeAll(async () => {
    project_id = await newProject();
    const plan = Array.from({ length: count }, (__, index) => ({
      ref: `t${index}`,
      ...fieldsOf(index),
      status: ["open", "in_progress", "blocked", "done", "cancelled", "open", "open"][index % 7],
      parent: index % 20 === 5 ? `t${index - 5}` : null,
      depends_on: index % 6 === 1 ? [`t${index - 1}`] : [],
    })).map((planned, _index, whole) => {
      // Under settled parents stand settled tasks alone.
      const parent = whole.find(({ ref }) => ref === planned.parent);
      return parent && ["done", "cancelled"].includes(parent.status!)
        ? { ...planned, parent: null }
        : planned;
    });
    const imported = await bob.send(`/v1/projects/${project_id}/import`, { json: { tasks: plan } });
    expect(imported.status, await imported.clone().text()).toBe(201);
    for (let index = 0; index < 12; index += 1) {
      clock.advance(1);
      const task = await add(project_id, fieldsOf(index), carl);
      const params = { project_id, task_id: task.id };
      if (index % 2) await ada.client.assignTask({ params, body: { user_id: index % 3 ? carl.id : bob.id } });
    }
    tasks = await all(project_id);
  });

  it("lists all tasks in the order of their creation", () => {
    expect(tasks).toHaveLength(count + 12);
    expect(tasks.map(({ title }) => title).slice(0, 40)).toEqual(
      Array.from({ length: 40 }, (__, index) => fieldsOf(index).title),
    );
  });

  it("gives for each sort alone, and for each filter with each sort, what a plain reading gives", async () => {
    const parent = tasks.find(({ parent_id }) => parent_id !== null)!.parent_id!;
    const values: Query = {
      status: "open,blocked",
      priority: "urgent",
      label: "every",
      skill: "go",
      assigned_to: carl.id,
      parent_id: parent,
      created_by: bob.id,
      blocked: "true",
      due_before: "2026-06-01T00:00:00Z",
      due_after: "2026-05-01T00:00:00.5Z",
      search: "gar",
    };
    for (const sort of sorts) {
      expect((await all(project_id, { sort })).map(({ id }) => id)).toEqual(plainly(tasks, { sort }));
    }
    for (const [index, [name, value]] of Object.entries(values).entries()) {
      for (const sort of [sorts[index % sorts.length]!, sorts[(index + 3) % sorts.length]!]) {
        const found = (await all(project_id, { sort, [name]: value })).map(({ id }) => id);
        expect(found, `${name} ${sort}`).toEqual(plainly(tasks, { sort, [name]: value }));
        expect(found.length, name).toBeGreaterThan(0);
      }
    }
  });

  it("gives for any filters together what a plain reading gives, whatever the size of a page", async () => {
    const parent_ids = tasks.flatMap(({ parent_id }) => parent_id ?? []).slice(0, 2);
    await fc.assert(
      fc.asyncProperty(queries([bob.id, carl.id], parent_ids), async ({ limit, ...query }) => {
        const found = await all(project_id, { ...query, ...(limit && count < 100 && { limit }) } as Query);
        expect(found.map(({ id }) => id)).toEqual(plainly(tasks, query as Query));
      }),
      { numRuns },
    );
  });
});

it("whatever keeps its place is seen exactly once, while others come, go and move between pages", async () => {
  const events = fc.array(fc.tuple(fc.constantFrom("add", "move", "drop"), fc.nat(), fc.nat(4)), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...sorts), events, async (sort, between) => {
      const project_id = await newProject();
      const tasks: Task[] = [];
      for (let index = 0; index < 10; index += 1) {
        clock.advance(index % 2);
        tasks.push(await add(project_id, fieldsOf(index)));
      }
      const touched = new Set<string>();
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const part: Awaited<ReturnType<typeof page>> = await page(project_id, {
          sort,
          limit: "3",
          ...(cursor !== null && { cursor }),
        });
        seen.push(...part.tasks.map(({ id }) => id));
        cursor = part.next_cursor;
        clock.advance(1);
        for (const [what, which, how] of between.splice(0, 4)) {
          const task = tasks[which % tasks.length]!;
          if (what === "add") touched.add((await add(project_id, fieldsOf(which % 50))).id);
          else if (touched.has(task.id)) continue;
          else {
            touched.add(task.id);
            const params = { project_id, task_id: task.id };
            if (what === "drop") await bob.client.deleteTask({ params, if_match: "*" });
            else
              await change(task, {
                ...fieldsOf(how + which),
                labels: [],
                status: how ? "in_progress" : "cancelled",
              });
          }
        }
      } while (cursor !== null);
      const stayed = tasks.filter(({ id }) => !touched.has(id)).map(({ id }) => id);
      for (const id of stayed)
        expect(
          seen.filter((each) => each === id),
          sort,
        ).toHaveLength(1);
    }),
    { numRuns: 12 },
  );
});

it("a search takes anything for words, and finds what was written last", async () => {
  const project_id = await newProject();
  const task = await add(project_id, { title: "Open the Café", description: "foo-bar_baz, 東京 C++ naïve" });
  const titles = async (search: string) => (await all(project_id, { search })).map(({ title }) => title);
  for (const found of ["cafe", "CAFÉ open", "foo-bar", "bar", "baz", "東", "naive", "c++", "op ca na"]) {
    expect(await titles(found), found).toEqual([task.title]);
  }
  for (const odd of [
    '"',
    "***",
    "-",
    "title:open",
    "open NOT cafe",
    "NEAR(open cafe)",
    "' OR 1=1 --",
    "{}",
    "^open x",
  ]) {
    expect(await titles(odd), odd).toEqual([]);
  }
  await change(task, { title: "Closed" });
  expect(await titles("cafe")).toEqual([]);
  expect(await titles("closed")).toEqual(["Closed"]);
  expect(await refused(project_id, { search: "a b c d e f g h i j k" })).toBe(422);
  expect(await refused(project_id, { search: "x".repeat(201) })).toBe(422);
});

it("a cursor belongs to the list that gave it", async () => {
  const project_id = await newProject();
  for (let index = 0; index < 3; index += 1) await add(project_id, fieldsOf(index));
  const { next_cursor } = await page(project_id, { sort: "due", limit: "1" });
  const cursor = next_cursor!;
  expect(await refused(project_id, { sort: "due", limit: "2", cursor })).toBe(200);
  for (const other of [{ sort: "-due" }, { sort: "title" }, { sort: "due", status: "open" }, {}] as Query[]) {
    expect(await refused(project_id, { ...other, cursor })).toBe(422);
  }
  expect(await refused(await newProject(), { sort: "due", cursor })).toBe(422);
});

it.each(["title", "-title"])(
  "pages by %s show every task once, whatever the characters of its title",
  async (sort) => {
    const project_id = await newProject();
    const titles = ["z", "\uff5e first", "\u{1f600} second", "\u{1f600} third", "\ufffd fourth"];
    const done = await Promise.all(titles.map((title) => add(project_id, { title })));
    await Promise.all(done.map((task) => change(task, { status: "cancelled" })));
    for (const title of titles) await add(project_id, { title });
    await all(project_id, { search: "first" }); // files them all
    const whole = (await all(project_id, { sort })).map(({ title }) => title);
    const pages = (await all(project_id, { sort, limit: "1" })).map(({ title }) => title);
    expect(pages).toHaveLength(2 * titles.length);
    expect(pages).toEqual(whole);
  },
);
