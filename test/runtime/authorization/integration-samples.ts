// Requests on integrations that succeed: on one that all cases share, or on one of their own where it does not survive.
import { randomId } from "../../../src/protocol/random.ts";
import {
  failedDelivery,
  type Integration,
  isoNow,
  newIntegration,
  signed,
  THINGS,
} from "../harness/hooks.ts";
import type { Samples } from "./samples.ts";
import type { World } from "./world.ts";

const onIntegration = ({ integration }: World) => ({ params: { integration_id: integration.id } });
const rotated = new WeakMap<World, Integration>();

export const integrationSamples = {
  createIntegration: ({ project_id }) => ({
    body: { project_id, name: "For one case", kind: "standard_webhooks", mapping: THINGS },
  }),
  listIntegrations: ({ project_id }) => ({ query: { project_id, limit: "3" } }),
  readIntegration: onIntegration,
  async updateIntegration(world) {
    const { etag } = await world.owner.client.readIntegration(onIntegration(world));
    return { ...onIntegration(world), body: { name: "Changed" }, if_match: etag! };
  },
  async rotateIntegrationSecret(world) {
    const one = rotated.get(world) ?? (await newIntegration(world.owner, world.project_id));
    rotated.set(world, one);
    return { params: { integration_id: one.id }, body: { overlap_seconds: 0 } };
  },
  async deleteIntegration({ owner, project_id }) {
    return { params: { integration_id: (await newIntegration(owner, project_id)).id } };
  },
  listHookFailures: (world) => ({ ...onIntegration(world), query: { limit: "3" } }),
  async replayHookFailure({ integration }) {
    return { params: { integration_id: integration.id, failure_id: await failedDelivery(integration) } };
  },
  receiveHook({ integration: { id, path, secret } }) {
    const body = { id: randomId("thing_"), title: "Write", state: "begun", at: isoNow() };
    const headers = signed(secret, JSON.stringify(body));
    return { params: { integration: path.split("/").at(-1)! }, body, headers, whose: id };
  },
} satisfies Partial<Samples>;
