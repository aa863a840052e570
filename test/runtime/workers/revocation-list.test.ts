// A revocation list that is signed while the workspace revokes and forgets: what is kept of it names all that is revoked.
import { beforeAll, expect, it, vi } from "vitest";
import { listOf } from "../harness/certificates.ts";
import { clock } from "../harness/clock.ts";
import { Halt } from "../harness/halt.ts";
import { objectOf, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, type Person } from "../harness/people.ts";
import { newPublicJwk, newWorkerName } from "../harness/workers.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";

let ada: Person;
beforeAll(async () => {
  await hurry();
  await widenBuckets();
  ada = await admin("main");
});

const workspace = () => objectOf("WORKSPACE", "main");

async function newWorker(): Promise<{ worker_id: string; serial_number: string }> {
  const body = { name: newWorkerName(), public_jwk: await newPublicJwk() };
  const { worker } = (await ada.client.registerWorker({ body })).body;
  const [row] = await rowsOf<{ serial_number: string }>(
    workspace(),
    "SELECT serial_number FROM certificate WHERE worker_id = ?",
    worker.id,
  );
  return { worker_id: worker.id, serial_number: row!.serial_number };
}

const revoke = async ({ worker_id }: { worker_id: string }) =>
  ada.client.revokeWorker({ params: { worker_id } });

it("names what was revoked while it was signed, though as much was forgotten meanwhile", async () => {
  const past = await newWorker();
  await revoke(past);
  clock.advance(30 * 86_400);
  await ada.signIn();
  const live = await newWorker();
  // Past its end, and about to be forgotten.
  clock.advance(62 * 86_400 + 1);
  await ada.signIn();
  const halt = new Halt();
  const { sign } = crypto.subtle;
  const spy = vi.spyOn(crypto.subtle, "sign").mockImplementation(async (algorithm, key, data) => {
    if (typeof algorithm === "object" && algorithm.name === "ECDSA") {
      spy.mockRestore();
      await halt.here();
    }
    return sign.call(crypto.subtle, algorithm, key, data);
  });
  const listing = listOf(ada);
  await halt.reached();
  await ringAlarm(workspace());
  expect(
    await rowsOf(workspace(), "SELECT 1 FROM certificate WHERE serial_number = ?", past.serial_number),
  ).toEqual([]);
  await revoke(live);
  halt.end();
  expect((await listing).serial_numbers).toContain(live.serial_number);
  expect((await listOf(ada)).serial_numbers).toContain(live.serial_number);
});
