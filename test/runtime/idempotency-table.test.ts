// Every operation that takes an Idempotency-Key, as the table says: carried out once, with one event, and answered the
// same; or, where the answer bore a secret, refused with what was created.
import { beforeAll, describe, expect, it } from "vitest";
import { operationList } from "../../src/api/operations/index.ts";
import { callersOf, outcome } from "./authorization/oracle.ts";
import { samples } from "./authorization/samples.ts";
import { shoot } from "./authorization/shot.ts";
import { createWorld, type World } from "./authorization/world.ts";
import { clock } from "./harness/clock.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const taking = operationList.filter(([, { idempotency_key }]) => idempotency_key !== undefined);

describe.each(taking)("%s", (id, operation) => {
  beforeAll(() => clock.advance(120));

  it("is carried out once under one key", async () => {
    const subject = callersOf(operation).find((each) => outcome(id, operation, each) < 300)!;
    const as = world.people[subject.name]!;
    if (operation.recent_authentication) await as.recent();
    const shot = await samples[id](world, as);
    const token = world.tokens[subject.name];
    const send = () =>
      shoot(operation, shot, as, { headers: { "Idempotency-Key": `once-${id}` }, ...(token && { token }) });
    const first = await send();
    expect(first, first.text).toMatchObject({ status: operation.reply.status });
    const again = await send();
    if (operation.idempotency_key === "names_created") {
      expect(again).toMatchObject({ status: 409, reason: "already_created" });
      return;
    }
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers.get("audit-event")).toBe(first.headers.get("audit-event"));
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });
});
