// Requests on workers that succeed: on one that all cases share, or on one of their own where it does not survive.
import { Agent, newPublicJwk, newWorkerName, registerWorker } from "../harness/workers.ts";
import type { Samples } from "./samples.ts";
import type { World } from "./world.ts";

const onWorker = ({ worker_id }: World) => ({ params: { worker_id } });

/** Half of what a worker may have: the cases of one run stay below that. */
const KEYS_ENOUGH = 5;

async function withRoomForKeys(world: World) {
  const { keys } = (await world.admin.client.listKeys(onWorker(world))).body;
  if (keys.length > KEYS_ENOUGH) await world.admin.client.revokeKeys(onWorker(world));
  return onWorker(world);
}

async function inStatus(world: World, wanted: "active" | "paused") {
  const { client } = world.admin;
  const { status } = (await client.readWorker(onWorker(world))).body.worker;
  if (wanted === "paused" && status !== "paused") await client.pauseWorker(onWorker(world));
  if (wanted === "active" && status === "paused") await client.resumeWorker(onWorker(world));
  return onWorker(world);
}

export const workerSamples = {
  registerWorker: async () => ({
    body: {
      name: newWorkerName(),
      skills: [{ name: "writing", level: 3 }],
      capacity: 2,
      working_hours: { time_zone: "Europe/Berlin" },
      public_jwk: await newPublicJwk(),
    },
  }),
  listWorkers: () => ({ query: { limit: "3", skill: "writing", status: "active" } }),
  readWorker: onWorker,
  async updateWorker(world) {
    const { etag } = await world.admin.client.readWorker(onWorker(world));
    return { ...onWorker(world), body: { capacity: 3 }, if_match: etag! };
  },
  pauseWorker: (world) => inStatus(world, "active"),
  resumeWorker: (world) => inStatus(world, "paused"),
  heartbeat: ({ worker_id }, as) => ({ params: { worker_id: as instanceof Agent ? as.id : worker_id } }),
  async revokeWorker({ admin }) {
    const { worker_id } = await registerWorker(admin);
    return { params: { worker_id } };
  },
  listKeys: onWorker,
  addKey: async (world) => ({
    ...(await withRoomForKeys(world)),
    body: { public_jwk: await newPublicJwk() },
  }),
  async revokeKey(world, as) {
    const { admin, people, neighbour } = world;
    if (as !== admin && as !== people["COORDINATOR editor"]) {
      return { params: { worker_id: world.worker_id, key_id: neighbour.key_id! } };
    }
    const body = { public_jwk: await newPublicJwk() };
    const added = await admin.client.addKey({ ...(await withRoomForKeys(world)), body });
    return { params: { worker_id: world.worker_id, key_id: added.body.key.id } };
  },
  revokeKeys: onWorker,
  /** Of a worker of its own: how many certificates one may have is bounded. */
  async renewCertificate(world, as) {
    const { admin, people } = world;
    if (as !== admin && as !== people["COORDINATOR editor"]) return { ...onWorker(world), body: {} };
    const { worker_id, key_id } = await registerWorker(admin);
    return { params: { worker_id }, body: { key_id } };
  },
  readAuthorities: () => ({}),
  readRevocationList: () => ({}),
  rotateAuthority: () => ({}),
} satisfies Partial<Samples>;
