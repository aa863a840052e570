// An export while others go on working: it is of one moment, bounded in what it keeps for that, and ends with access.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Project } from "../../../durable-objects/project/object.ts";
import { permissionSet } from "../../../src/domain/role.ts";
import { planDocument } from "../../../src/routes/plan-export.ts";
import type { Actor } from "../../../src/schema/messages/request.ts";
import type { Result } from "../../../src/schema/result.ts";
import { inside, objectOf, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { hurry, liftCoarseLimit, widenBuckets } from "../identity/settings.ts";

await hurry();
await widenBuckets();
liftCoarseLimit();
await admin("main");
const bob = await signUp();

const actorOf = ({ id, username }: Person): Actor => ({
  workspace: "main",
  principal_id: id,
  username,
  roles: ["USER"],
  permissions: permissionSet(["USER"]),
  mfa_enabled: false,
  session_id: "ses_x",
  address: "192.0.2.1",
  request_id: "req_x",
});
const actor = actorOf(bob);

interface Stage {
  readonly project_id: string;
  /** In the order of the export. */
  readonly ids: string[];
  /** Does something inside the project, which has been admitted. */
  play<Value>(work: (project: Project) => Promise<Value>): Promise<Value>;
}

/** A project of that many tasks, of which each but the last waits for the next. */
async function stage(tasks: number, description = ""): Promise<Stage> {
  const { id: project_id } = (await bob.client.createProject({ body: { name: "Large" } })).body.project;
  const plan = Array.from({ length: tasks }, (_, at) => ({
    ref: `t${at + 1}`,
    title: `Task ${at + 1}`,
    description,
    depends_on: at + 1 < tasks ? [`t${at + 2}`] : [],
  }));
  await bob.client.importPlan({ params: { project_id }, body: { tasks: plan } });
  const stub = objectOf("PROJECT", `main/${project_id}`);
  const rows = await rowsOf<{ id: string }>(stub, "SELECT id FROM task ORDER BY number");
  return {
    project_id,
    ids: rows.map(({ id }) => id),
    play: (work) => inside(stub, (instance) => work(instance as Project)),
  };
}

async function done<Value>(answer: Promise<Result<Value>>): Promise<Value> {
  const result = await answer;
  if (!result.ok) throw new Error(result.refusal.reason);
  return result.value;
}

/** The pieces of an export, of some kilobytes, with something done before each. */
async function pieces(project: Project, before: (piece: number) => Promise<unknown>) {
  const reader = (await done(project.exportPlan(actor))).getReader();
  const all: Uint8Array[] = [];
  for (;;) {
    await before(all.length);
    const { done: is_over, value } = await reader.read();
    if (is_over) return all;
    all.push(value);
  }
}

async function documentOf(all: readonly Uint8Array[]): Promise<string> {
  let text = "";
  for await (const piece of planDocument(new Blob([...all]).stream(), "json")) text += piece;
  return text;
}

const nothing = async () => {};

it("whatever is changed or deleted meanwhile, an export is of the tasks as they were when it began", async () => {
  const { ids, play } = await stage(1_100);
  const at = fc.nat(1_099);
  const move = fc.record({
    piece: fc.integer({ min: 1, max: 80 }),
    kind: fc.constantFrom("delete", "turn", "rename", "create"),
    at,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 6, maxLength: 12 }), async (moves) => {
      const [before, during] = await play(async (project) => {
        const change = (id: string, fields: object) => project.updateTask(actor, id, fields, null);
        const kinds = {
          /** Nobody may wait for who is deleted. */
          delete: async (id: string, waiting: string) => {
            await change(waiting, { depends_on: [] });
            await project.deleteTask(actor, id, null);
          },
          /** Who has waited is waited for. */
          turn: async (id: string, waiting: string) => {
            await change(waiting, { depends_on: [] });
            await change(id, { depends_on: [waiting] });
          },
          rename: (id: string) => change(id, { title: "Renamed" }),
          create: () => project.createTasks(actor, [planned]),
        };
        const act = async (piece: number) => {
          for (const each of moves) {
            const place = each.at;
            if (each.piece === piece) await kinds[each.kind](ids[place]!, ids[Math.max(0, place - 1)]!);
          }
        };
        return [await pieces(project, nothing), await pieces(project, act)];
      });
      expect(await documentOf(during)).toBe(await documentOf(before));
    }),
    { numRuns: 15 },
  );
});

const planned = {
  ref: "new",
  title: "New",
  description: "",
  depends_on: [],
  estimate: null,
  skills: [],
  labels: [],
  parent: null,
  priority: "normal" as const,
  due_at: null,
};

it("what is exported while its tasks are deleted and turned about can be imported", async () => {
  const { ids, play } = await stage(1_100);
  const [first, second, turned, before_last, last] = [0, 1, 1_097, 1_098, 1_099].map((at) => ids[at]!);
  const all = await play(async (project) => {
    const waitFor = (id: string, depends_on: string[]) =>
      done(project.updateTask(actor, id, { depends_on }, null));
    await waitFor(first!, [last!]);
    await waitFor(second!, [turned!]);
    return pieces(project, async (piece) => {
      // In the midst of the first page of tasks, of three.
      if (piece !== 30) return;
      for (const id of [first!, second!, before_last!]) await waitFor(id, []);
      await waitFor(turned!, [second!]);
      await done(project.deleteTask(actor, last!, null));
    });
  });
  const { id: project_id } = (await bob.client.createProject({ body: { name: "Copy" } })).body.project;
  const answer = await bob.send(`/v1/projects/${project_id}/import`, {
    method: "POST",
    body: await documentOf(all),
    headers: { "Content-Type": "application/json" },
  });
  expect(answer.status).toBe(201);
});

it("whoever is no member any more gets no further page", async () => {
  const eve = await signUp();
  const { project_id, play } = await stage(1_100);
  const member = { project_id, user_id: eve.id };
  await bob.client.setMember({ params: member, body: { role: "viewer" } });
  const came = await play(async (project) => {
    const reader = (await done(project.exportPlan(actorOf(eve)))).getReader();
    await reader.read();
    await done(project.removeMember(actor, eve.id));
    let text = "";
    try {
      for (;;) {
        const { done: is_over, value } = await reader.read();
        if (is_over) return [text, "whole"];
        text += new TextDecoder().decode(value);
      }
    } catch (failure) {
      return [text, String(failure)];
    }
  });
  expect(came).toEqual([
    expect.not.stringContaining("Task 1"),
    "Error: whoever reads all tasks may do so no longer",
  ]);
});

it("where more would have to be kept than fits, the oldest export breaks off and others go on", async () => {
  const { ids, play } = await stage(1_000, "Paint the door. ".repeat(312));
  const changes = ids.map((task_id) => ({ task_id, change: { title: "Renamed" }, version: 1 }));
  const [oldest, next, last] = await play(async (project) => {
    const begin = async (before: () => Promise<unknown>) =>
      pieces(project, async (piece) => piece === 1 && (await before()))
        .then(documentOf)
        .catch(String);
    let inner = "";
    const outer = await begin(async () => {
      inner = await begin(() => done(project.updateTasks(actor, changes)));
    });
    return [outer, inner, await begin(nothing)];
  });
  expect(oldest).toBe("Error: too much was changed while all tasks were read");
  expect(next!.split('"title":"Task ')).toHaveLength(1_001);
  expect(last!.split('"title":"Renamed"')).toHaveLength(1_001);
});
