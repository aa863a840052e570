// A secret that its owner ends at once ends at once, whatever the clocks of the machines say that decide and obey.
import { beforeAll, expect, it, vi } from "vitest";
import { Principal } from "../../../durable-objects/principal/object.ts";
import { clock } from "../harness/clock.ts";
import { isoNow, newIntegration, sendThing } from "../harness/hooks.ts";
import { admin, type Person, signUp } from "../harness/people.ts";

let owner: Person;
beforeAll(async () => {
  await admin("main");
  owner = await signUp();
});

it("a secret without overlap is refused by an object whose clock is behind its project's", async () => {
  const { project } = (await owner.client.createProject({ body: { name: "Inbox" } })).body;
  const old = await newIntegration(owner, project.id);
  const { receive } = Principal.prototype;
  const behind = vi.spyOn(Principal.prototype, "receive").mockImplementation(function (
    this: Principal,
    batch,
  ) {
    clock.stepBack(5);
    return receive.call(this, batch);
  });
  clock.advance(5);
  const params = { integration_id: old.id };
  const { body } = await owner.client.rotateIntegrationSecret({ params, body: { overlap_seconds: 0 } });
  behind.mockRestore();
  const deliver = (secret: string, id: string) =>
    sendThing({ ...old, secret }, { id, state: "begun", title: "Thing", at: isoNow() });
  expect((await deliver(old.secret, "old")).status).toBe(401);
  expect((await deliver(body.secret!, "new")).status).toBe(202);
  clock.advance(5);
});
