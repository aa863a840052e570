import { it } from "vitest";
import { KINDS, allOf, rowsOf, tablesOf, ringAlarm } from "./harness/objects.ts";
import { admin } from "./harness/people.ts";
import { clock } from "./harness/clock.ts";

it("probe", async () => {
  const bea = await admin("globex");
  clock.advance(601);
  await bea.recent();
  await bea.client.invite({ body: { roles: ["USER"] } });
  for (let i = 0; i < 3; i++) {
  for (const kind of KINDS) for (const stub of await allOf(kind)) {
    if (!(await tablesOf(stub)).includes("outbox")) continue;
    console.log(i, kind, JSON.stringify(await rowsOf(stub, "SELECT name, clock_ms from object")), JSON.stringify(await rowsOf(stub, "SELECT destination, sequence, substr(row, 1, 100) r FROM outbox")));
    console.log(await ringAlarm(stub));
  }}
});
