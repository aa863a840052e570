// Tasks of a project: a third of them done, one label and one word on few, everything else of all kinds.
import { clock } from "../harness/clock.ts";
import { inside, objectOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { type Dimension, madeUpId, NUMBERS } from "./dimension.ts";

const WORKSPACE = "tasks";
let ada: Person;
let eve: Person;
let project_id: string;
let params: { project_id: string };
const stub = () => objectOf("PROJECT", `${WORKSPACE}/${project_id}`);
const list = (query: Parameters<Person["client"]["listTasks"]>[0]["query"]) => () =>
  ada.client.listTasks({ params, query: { limit: "20", ...query } });
const task_id = (turn: number) => madeUpId("tsk", 1 + (turn % 8));
const create = async (title: string) =>
  (await ada.client.createTask({ params, body: { title } })).body.task.id;
const ANY = { if_match: "*" };

export const tasks: Dimension = {
  name: "tasks of a project",
  size_max: 99_900, // room for what requests make
  stub,
  async prepare() {
    ada = await admin(WORKSPACE);
    eve = await signUp({ workspace: WORKSPACE });
    project_id = (await ada.client.createProject({ body: { name: "Grows" } })).body.project.id;
    params = { project_id };
    const body = { role: "editor" } as const;
    await ada.client.setMember({ params: { ...params, user_id: eve.id }, body });
  },
  grow: (from, to) =>
    inside(stub(), (_, { storage: { sql } }) => {
      sql.exec(
        `${NUMBERS}
         INSERT INTO task (id, title, description, status, priority, skills, skill_key, labels, due_at, created_by,
           version, created_at_ms, updated_at_ms, wanted_by_ms, settled)
         SELECT printf('tsk_%026d', i), 'Task ' || i || iif(i <= 5, ' quokka', ''), 'Two paragraphs and a link.',
           iif(i > 8 AND i % 3 = 0, 'done', 'open'), iif(i % 5 = 0, 'high', 'normal'),
           iif(i % 2, '["writing"]', '[]'), iif(i % 2, 'writing', ''), iif(i <= 5, '["rare"]', '["common"]'),
           strftime('%Y-%m-%dT%H:%M:%SZ', 1800000000 + (i * 37 % 365) * 86400, 'unixepoch'), ?3, 1, ?4 - i, ?4 - i, ?4 + i,
           i > 8 AND i % 3 = 0
         FROM n`,
        from + 1,
        to,
        ada.id,
        clock.now_ms(),
      );
      sql.exec(
        `${NUMBERS} INSERT INTO change (number, at_ms, type, actor, task_id, event_id, data)
         SELECT (SELECT max(number) FROM change) + i - ?1 + 1, ?3, 'task.created', NULL, printf('tsk_%026d', i),
           printf('evt_%026d', i), '{}' FROM n`,
        from + 1,
        to,
        clock.now_ms(),
      );
    }),
  requests: {
    "read the project": () => ada.client.readProject({ params }),
    "read a task": (turn) => ada.client.readTask({ params: { ...params, task_id: task_id(turn) } }),
    "list tasks": list({}),
    "list by due date": list({ sort: "due" }),
    "list by priority, highest first": list({ sort: "-priority" }),
    "list by title": list({ sort: "title" }),
    "list those open, by change": list({ sort: "-updated", status: "open" }),
    "list a rare label": list({ label: "rare" }),
    "list a common label by due date": list({ label: "common", sort: "due" }),
    "search a rare word": list({ search: "quokka" }),
    "search a common word": list({ search: "paragraphs" }),
    "create a task": (turn) => create(`New ${turn}`),
    "change a task": (turn) => {
      const body = { title: `Changed ${turn}`, priority: turn % 2 ? ("high" as const) : ("low" as const) };
      return ada.client.updateTask({ params: { ...params, task_id: task_id(turn) }, body, ...ANY });
    },
    "claim the best task and complete it": async () => {
      const { task, lease } = (await eve.client.claimBestTask({ params, body: {} })).body;
      const body = { fencing_token: lease!.fencing_token };
      await eve.client.completeTask({ params: { ...params, task_id: task!.id }, body });
    },
    "claim a task and release it": async (turn) => {
      const at = { ...params, task_id: await create(`To be claimed ${turn}`) };
      const { lease } = (await eve.client.claimTask({ params: at, body: {} })).body;
      await eve.client.releaseTask({ params: at, body: { fencing_token: lease.fencing_token } });
    },
    "let a task wait for another": async (turn) => {
      const body = { title: `Waits ${turn}`, depends_on: [task_id(turn)] };
      await ada.client.createTask({ params, body });
    },
    "create a task and delete it": async (turn) => {
      const at = { ...params, task_id: await create(`To be deleted ${turn}`) };
      await ada.client.deleteTask({ params: at, ...ANY });
    },
    "comment on a task": (turn) =>
      ada.client.createComment({ params: { ...params, task_id: task_id(turn) }, body: { text: "Good." } }),
    "read the feed": () => ada.client.listChanges({ params, query: { after: "0", limit: "20" } }),
    "read a task's activity": (turn) =>
      ada.client.listActivity({ params: { ...params, task_id: task_id(turn) }, query: { limit: "20" } }),
  },
};
