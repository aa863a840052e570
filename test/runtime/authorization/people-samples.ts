// Requests on people that succeed: whatever happens, happens to one target that nobody else needs.
import { randomId } from "../../../src/protocol/random.ts";
import { clock } from "../harness/clock.ts";
import { Factor, signUp } from "../harness/people.ts";
import { env, newAddress } from "../harness/worker.ts";
import type { Samples } from "./samples.ts";
import type { World } from "./world.ts";

const onTarget = ({ target }: World) => ({ params: { user_id: target.id } });
const onPermission = ({ target }: World) =>
  ({ params: { user_id: target.id, permission: "task:create" } }) as const;
const inAnHour = () => new Date(clock.now_ms() + 3_600_000).toISOString();
let workspaces = 0;

/** The id of a block that the operators have heard of. */
async function blockSomebody(): Promise<string> {
  const at_ms = clock.now_ms();
  const id = randomId("blk_");
  const row = { kind: "block", id, address: newAddress(), times: 1 } as const;
  await env.WORKSPACE.getByName("main").receive({
    ...{ version: 1, source: "strangers/sample", incarnation: id, first_sequence: 1 },
    rows: [{ ...row, blocked_at_ms: at_ms, until_ms: at_ms + 3_600_000 }],
  });
  return id;
}

export const peopleSamples = {
  listUsers: () => ({ query: { limit: "3" } }),
  readUser: onTarget,
  setRoles: (world) => ({ ...onTarget(world), body: { roles: ["USER", "OBSERVER"] } }),
  suspendUser: (world) => ({
    ...onTarget(world),
    restore: () => world.admin.client.restoreUser(onTarget(world)),
  }),
  async restoreUser(world) {
    const { client } = await world.admin.recent();
    const { status } = (await client.readUser(onTarget(world))).body.user;
    if (status !== "suspended") await client.suspendUser(onTarget(world));
    return onTarget(world);
  },
  eraseUser: async () => ({ params: { user_id: (await signUp()).id } }),
  setOverride: (world) => ({
    ...onPermission(world),
    body: { effect: "deny", until: inAnHour() },
  }),
  async removeOverride(world) {
    const { client } = await world.admin.recent();
    await client.setOverride({ ...onPermission(world), body: { effect: "deny", until: inAnHour() } });
    return onPermission(world);
  },
  sweepKeys: ({ target }) => ({ params: { principal_id: target.id } }),
  unlockUser: onTarget,
  readRateLimits: onTarget,
  resetRateLimits: onTarget,
  async resetMfa(world) {
    const { target } = world;
    const { client } = await world.admin.recent();
    const { status } = (await client.readUser(onTarget(world))).body.user;
    if (status === "suspended") await client.restoreUser(onTarget(world));
    if (!target.factor) {
      const { mfa } = (await (await target.signIn()).client.beginMfa()).body;
      const factor = new Factor(mfa);
      await target.client.confirmMfa({ body: { mfa_code: factor.code() } });
      target.factor = factor;
    }
    const restore = () => {
      target.factor = null;
    };
    return { ...onTarget(world), restore };
  },
  endUserSessions: onTarget,
  invite: () => ({ body: { roles: ["USER", "WORKER"] } }),
  listInvitations: () => ({ query: { limit: "3" } }),
  openWorkspace: () => {
    workspaces += 1;
    return { body: { name: `opened-${workspaces}` } };
  },
  listWorkspaces: () => ({}),
  listBlocks: () => ({ query: { limit: "3" } }),
  liftBlock: async () => ({ params: { block_id: await blockSomebody() } }),
} satisfies Partial<Samples>;
