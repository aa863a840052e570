// Requests on webhook endpoints that succeed. Each case has an endpoint of the fixture project of its own, which is
// deleted with the next one, so that there are never too many.
import type { Samples } from "./samples.ts";
import type { World } from "./world.ts";

const URL_OF_NOBODY = "http://127.0.0.1:9/taskward";

async function endpoint({ owner, project_id }: World) {
  const { client } = await owner.recent();
  const query = { project_id };
  for (const { id } of (await client.listWebhooks({ query })).body.webhooks) {
    await client.deleteWebhook({ params: { webhook_id: id } });
  }
  const { webhook } = (await client.createWebhook({ body: { url: URL_OF_NOBODY, project_id } })).body;
  return { params: { webhook_id: webhook.id } };
}

async function delivered(world: World) {
  const { params } = await endpoint(world);
  const { delivery } = (await world.owner.client.testWebhook({ params })).body;
  return { params: { ...params, delivery_id: delivery.id } };
}

export const webhookSamples = {
  async createWebhook(world) {
    await endpoint(world);
    return { body: { url: URL_OF_NOBODY, project_id: world.project_id, event_types: ["task.*"] } };
  },
  listWebhooks: ({ project_id }) => ({ query: { project_id, limit: "3" } }),
  readWebhook: endpoint,
  updateWebhook: async (world) => ({ ...(await endpoint(world)), body: { status: "paused" } }),
  deleteWebhook: endpoint,
  rotateWebhook: async (world) => ({ ...(await endpoint(world)), body: { overlap_seconds: 60 } }),
  testWebhook: endpoint,
  listDeliveries: async (world) => ({ ...(await endpoint(world)), query: { limit: "3", status: "dead" } }),
  readDelivery: delivered,
  replayDelivery: delivered,
  async replayDeliveries(world) {
    const from = "2026-01-31T00:00:00Z";
    return { ...(await endpoint(world)), body: { from, until: "2099-01-01T00:00:00Z", status: "settled" } };
  },
} satisfies Partial<Samples>;
