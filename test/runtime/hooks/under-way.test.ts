// What happens to an integration while a delivery is on its way in: what is decided about it counts, and nothing else.
import { beforeAll, expect, it, vi } from "vitest";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { Halt } from "../harness/halt.ts";
import { type Integration, isoNow, newIntegration, sendThing } from "../harness/hooks.ts";
import { inside, objectOf, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";

let owner: Person;
let project_id: string;
let made = 0;
beforeAll(async () => {
  await admin("main");
  owner = await signUp();
  project_id = (await owner.client.createProject({ body: { name: "Inbox" } })).body.project.id;
});

function deliver(integration: Integration) {
  made += 1;
  const thing = { id: `t${made}`, state: "begun", title: `Thing ${made}`, at: isoNow() };
  return sendThing(integration, thing);
}

/** Sends a delivery, and does that while it is being sealed. */
async function deliverDuring(integration: Integration, meanwhile: () => Promise<unknown>) {
  const halt = new Halt();
  const { encrypt } = crypto.subtle;
  // The audit log may be sealing something of its own just now.
  const isDelivery = (text: BufferSource) => new TextDecoder().decode(text).includes('"title":"Thing ');
  const spy = vi.spyOn(crypto.subtle, "encrypt").mockImplementation(async (...request) => {
    if (isDelivery(request[2])) {
      spy.mockRestore();
      await halt.here();
    }
    return encrypt.apply(crypto.subtle, request);
  });
  const delivering = deliver(integration);
  await halt.reached();
  await meanwhile();
  halt.end();
  return open(await delivering);
}

it("what is cleaned up meanwhile changes nothing: the delivery is taken", async () => {
  const integration = await newIntegration(owner, project_id);
  const principal = objectOf("PRINCIPAL", `main/${integration.id}`);
  await deliver(integration);
  clock.advance(86_401);
  const taken = await deliverDuring(integration, async () => {
    await inside(principal, (object) => (object as { alarm(): Promise<void> }).alarm());
    expect(await rowsOf(principal, "SELECT 1 FROM inbound_delivery"), "cleaned up").toEqual([]);
  });
  expect(taken).toMatchObject({ status: 202, body: { delivery: { status: "applied" } } });
});

it.each([
  ["suspended", { status: "suspended" as const }],
  ["given another role", { role: "viewer" as const }],
])("one that is %s meanwhile takes it under nothing that held before", async (_, body) => {
  await owner.signIn();
  const integration = await newIntegration(owner, project_id);
  await (await owner.awake()).recent();
  const refused = await deliverDuring(integration, () =>
    owner.client.updateIntegration({ params: { integration_id: integration.id }, body, if_match: "*" }),
  );
  expect(refused).toMatchObject({ status: 503, reason: "unavailable" });
});
