// Requests on people that succeed: whatever happens, happens to one target that nobody else needs.
import type { Person } from "../harness/people.ts";
import type { Samples } from "./samples.ts";
import type { World } from "./world.ts";

const onTarget = ({ target }: World) => ({ params: { user_id: target.id } });
const onPermission = ({ target }: World) => ({ params: { user_id: target.id, permission: "task:create" } });
let workspaces = 0;

export const peopleSamples = {
  listUsers: { prepare: () => ({ query: { limit: "3" } }) },
  readUser: { prepare: onTarget },
  setRoles: { prepare: (world) => ({ ...onTarget(world), body: { roles: ["USER", "OBSERVER"] } }) },
  suspendUser: {
    prepare: onTarget,
    restore: ({ admin, target }) => admin.client.restoreUser({ params: { user_id: target.id } }),
  },
  restoreUser: {
    async prepare(world) {
      await suspend(world);
      return onTarget(world);
    },
  },
  setOverride: {
    prepare: (world) => ({ ...onPermission(world), body: { effect: "deny", until: "2999-01-31T12:00:00Z" } }),
  },
  removeOverride: {
    async prepare(world) {
      const params = { user_id: world.target.id, permission: "task:create" } as const;
      const admin = await world.admin.recent();
      await admin.client.setOverride({ params, body: { effect: "deny" } });
      return { params };
    },
  },
  unlockUser: { prepare: onTarget },
  readRateLimits: { prepare: onTarget },
  resetRateLimits: { prepare: onTarget },
  endUserSessions: { prepare: onTarget },
  invite: { prepare: () => ({ body: { roles: ["USER", "WORKER"] } }) },
  listInvitations: { prepare: () => ({ query: { limit: "3" } }) },
  openWorkspace: {
    prepare: () => {
      workspaces += 1;
      return { body: { name: `opened-${workspaces}` } };
    },
  },
  listWorkspaces: { prepare: () => ({}) },
} satisfies Partial<Samples>;

async function suspend({ admin, target }: World): Promise<Person> {
  const params = { user_id: target.id };
  const { client } = await admin.recent();
  const { status } = (await client.readUser({ params })).body.user;
  if (status !== "suspended") await client.suspendUser({ params });
  return target;
}
