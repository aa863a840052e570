import { expect, it } from "vitest";
import { clock } from "./harness/clock.ts";
import { createdObjects, shipAll } from "./harness/objects.ts";
import { admin, signUp, userWithRoles } from "./harness/people.ts";

it("people of every role can be made through the API alone", async () => {
  const ada = await admin("acme");
  const roles = ["USER", "COORDINATOR", "ADMIN", "AUDITOR", "OBSERVER", "WORKER"] as const;
  for (const role of roles) {
    const person = await userWithRoles(ada, [role]);
    expect((await person.client.currentSession()).body.user).toMatchObject({ id: person.id, roles: [role] });
  }
  const eve = await signUp({ workspace: "acme" });
  expect((await eve.client.currentSession()).body.user.roles).toEqual(["USER"]);
});

it("test time reaches worker and objects, and step-up renews what it made old", async () => {
  const bea = await admin("globex");
  clock.advance(601);
  await expect(bea.client.invite({ body: { roles: ["USER"] } })).rejects.toMatchObject({
    reason: "step_up_required",
  });
  await bea.recent();
  const { audit_event } = await bea.client.invite({ body: { roles: ["USER"] } });
  await shipAll();
  const { events } = (await bea.client.listEvents({ query: {} })).body;
  expect(events.map(({ id }) => id)).toContain(audit_event);
  expect(await createdObjects()).toContain("WORKSPACE globex");
});
