import { it } from "vitest";
import { KINDS, allOf, rowsOf, tablesOf, ringAlarm, inside } from "./harness/objects.ts";
import { admin, userWithRoles, signUp } from "./harness/people.ts";
import { clock } from "./harness/clock.ts";

async function show(tag: string, ring = false) {
  for (const kind of KINDS) for (const stub of await allOf(kind)) {
    if (!(await tablesOf(stub)).includes("outbox")) continue;
    const rows = await rowsOf<any>(stub, "SELECT destination, sequence, substr(row, 60, 60) r FROM outbox");
    const alarm = await inside(stub, (_, s) => s.storage.getAlarm());
    const [o] = await rowsOf<any>(stub, "SELECT name, clock_ms from object");
    const rang = ring ? await ringAlarm(stub) : null;
    console.log(tag, kind, o?.name, rows.length, rows.map((r) => r.destination + (r.destination=="audit" ? r.r : "")).join(), alarm && alarm - clock.now_ms(), rang);
  }
}
it("probe", async () => {
  const ada = await admin("acme");
  const roles = ["USER", "COORDINATOR", "ADMIN", "AUDITOR", "OBSERVER", "WORKER"] as const;
  for (const role of roles) {
    const person = await userWithRoles(ada, [role]);
    await person.client.currentSession();
  }
  const eve = await signUp({ workspace: "acme" });
  await show("a");
});
it("probe2", async () => {
const bea = await admin("globex");
  clock.advance(601);
  await bea.recent();
  await bea.client.invite({ body: { roles: ["USER"] } });
  await show("b");
  await show("c", true);
  await show("d", true);
  await show("e", true);
});
