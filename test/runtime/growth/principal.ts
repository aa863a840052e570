// What one person gathers: nonces of the last minutes, tasks to do, projects, and answers kept for repeats.
import { clock } from "../harness/clock.ts";
import { inside, objectOf, ringAlarm } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { type Dimension, NUMBERS } from "./dimension.ts";

const WORKSPACE = "person";
let eve: Person;
let project_id: string;
const stub = () => objectOf("PRINCIPAL", `${WORKSPACE}/${eve.id}`);

export const principal: Dimension = {
  name: "nonces, work and projects of a person",
  size_max: 90_000, // nonces: at 100,000 the next is refused
  stub,
  async prepare() {
    await admin(WORKSPACE);
    eve = await signUp({ workspace: WORKSPACE });
    project_id = (await eve.client.createProject({ body: { name: "Own" } })).body.project.id;
    await ringAlarm(stub());
  },
  grow: (from, to) =>
    inside(stub(), (_, { storage: { sql } }) => {
      const range = [from + 1, to, clock.now_ms()] as const;
      sql.exec(
        `${NUMBERS} INSERT INTO nonce (nonce, timestamp_ms, forget_at_ms)
         SELECT 'made-up-' || i, ?3, ?3 + 10000000 FROM n`,
        ...range,
      );
      sql.exec(
        `${NUMBERS} INSERT INTO work (task_id, project_id, title, status, priority, due_ms)
         SELECT printf('tsk_%026d', i), ?4, 'Task ' || i, 'open', 'normal', ?3 + i FROM n`,
        ...range,
        project_id,
      );
      sql.exec(
        `${NUMBERS} INSERT INTO project (id, name, status, owner, role, version, created_at_ms)
         SELECT printf('prj_%026d', i), 'Project ' || i, 'active', ?4, 'owner', 1, ?3 FROM n`,
        ...range,
        eve.id,
      );
      sql.exec(
        `${NUMBERS} INSERT INTO idempotency_key SELECT 'made-up-' || i, '', '{}', '', ?3 + 86400000 FROM n`,
        ...range,
      );
    }),
  requests: {
    "read one's session": () => eve.client.currentSession(),
    "sign in": () => eve.signIn(),
    "step up": async () => {
      clock.advance(30);
      await eve.client.stepUp({ body: eve.proof() });
    },
    "renew the session": async () => {
      const { body } = await eve.client.renewSession();
      eve.useSession(body);
    },
    "list one's sessions": () => eve.client.listSessions(),
    "list one's projects": () => eve.client.listProjects({ query: { limit: "20" } }),
    "list one's archived projects": () =>
      eve.client.listProjects({ query: { limit: "20", status: "archived" } }),
    "list one's work": () => eve.client.listWork({ query: { limit: "20" } }),
    "list one's work in progress": () =>
      eve.client.listWork({ query: { limit: "20", status: "in_progress" } }),
    "the alarm": () => ringAlarm(stub()),
  },
};
