// People of a workspace, and the projects, invitations and workers that it lists.
import { clock } from "../harness/clock.ts";
import { inside, objectOf } from "../harness/objects.ts";
import { admin, type Person, register, userWithRoles } from "../harness/people.ts";
import { newPublicJwk, newWorkerName, registerWorker } from "../harness/workers.ts";
import { type Dimension, NUMBERS } from "./dimension.ts";

let ada: Person;
let bob: Person;
let worker_id: string;
const stub = () => objectOf("WORKSPACE", ada.workspace);

export const people: Dimension = {
  name: "people of a workspace",
  size_max: 100_000,
  stub,
  async prepare() {
    ada = await admin("people");
    bob = await userWithRoles(ada, ["USER"], { mfa: true });
  },
  grow: (from, to) =>
    inside(stub(), (_, { storage: { sql } }) => {
      const range = [from + 1, to, clock.now_ms()] as const;
      sql.exec(
        `${NUMBERS} INSERT INTO member SELECT printf('usr_%026d', i), 'made-up-' || i, 'active', '["USER"]', i % 2, 1, 0,
           ?3 FROM n`,
        ...range,
      );
      sql.exec(
        `${NUMBERS} INSERT INTO project (id, name, status, owner, version, created_at_ms)
         SELECT printf('prj_%026d', i), 'Project ' || i, iif(i = 3, 'archived', 'active'), printf('usr_%026d', i), 1, ?3 FROM n`,
        ...range,
      );
      sql.exec(
        `${NUMBERS} INSERT INTO invitation (id, secret_hash, roles, invited_by, created_at_ms, expires_at_ms, used_by)
         SELECT printf('inv_%026d', i), 'hash ' || i, '["USER"]', 'nobody', ?3, ?3 + 86400000, 'somebody' FROM n`,
        ...range,
      );
    }),
  requests: {
    "list people": () => ada.client.listUsers({ query: { limit: "20" } }),
    "read a person": () => ada.client.readUser({ params: { user_id: bob.id } }),
    "list projects, as ADMIN": () => ada.client.listProjects({ query: { limit: "20", scope: "all" } }),
    "list archived projects, as ADMIN": () =>
      ada.client.listProjects({ query: { limit: "20", scope: "all", status: "archived" } }),
    "change roles": async (turn) => {
      await ada.recent();
      const roles = turn % 2 ? (["USER", "OBSERVER"] as const) : (["USER"] as const);
      await ada.client.setRoles({ params: { user_id: bob.id }, body: { roles: [...roles] } });
    },
    "invite somebody": async () => {
      await ada.recent();
      await ada.client.invite({ body: { roles: ["USER"] } });
    },
    "list invitations": () => ada.client.listInvitations({ query: { limit: "20" } }),
    register: () => register({ workspace: ada.workspace }),
    "sign in": () => ada.signIn(),
    "create a project": (turn) => ada.client.createProject({ body: { name: `New ${turn}` } }),
  },
};

export const workers: Dimension = {
  name: "workers of a workspace",
  size_max: 9_900, // room for what requests make
  stub,
  async prepare() {
    ada = await admin("workers");
    ({ worker_id } = await registerWorker(ada));
  },
  grow: (from, to) =>
    inside(stub(), (_, { storage: { sql } }) => {
      sql.exec(
        `${NUMBERS} INSERT INTO worker SELECT printf('wrk_%026d', i), 'made-up-' || i, iif(i = 3, 'paused', 'active'),
           '[{"name":"writing","level":3}]', 1, NULL, 'somebody', 1, ?3, ?3, ?3 FROM n`,
        from + 1,
        to,
        clock.now_ms(),
      );
      sql.exec(
        `${NUMBERS} INSERT INTO worker_skill SELECT iif(i <= 5, 'rare', 'writing'), printf('wrk_%026d', i) FROM n`,
        from + 1,
        to,
      );
    }),
  requests: {
    "list workers": () => ada.client.listWorkers({ query: { limit: "20" } }),
    "list workers of a rare skill": () => ada.client.listWorkers({ query: { limit: "20", skill: "rare" } }),
    "list workers of a common skill": () =>
      ada.client.listWorkers({ query: { limit: "20", skill: "writing" } }),
    "list paused workers": () => ada.client.listWorkers({ query: { limit: "20", status: "paused" } }),
    "read a worker": () => ada.client.readWorker({ params: { worker_id } }),
    "register a worker": async () => {
      await ada.recent();
      await ada.client.registerWorker({ body: { name: newWorkerName(), public_jwk: await newPublicJwk() } });
    },
    "read the revocation list": () => ada.send("/v1/pki/crl"),
  },
};
