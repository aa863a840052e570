// The key of a workspace's certificate authority under another ring: it moves on, and issues and signs lists once the
// key that it was sealed under is gone.
import { beforeAll, expect, it } from "vitest";
import { refusalOf } from "../../../src/protocol/certificate-check.ts";
import { authoritiesOf, derOf, listOf } from "../harness/certificates.ts";
import { clock } from "../harness/clock.ts";
import { objectOf, rowsOf } from "../harness/objects.ts";
import { admin, type Person } from "../harness/people.ts";
import { newPublicJwk, newWorkerName } from "../harness/workers.ts";
import { retire, rotate } from "../identity/rings.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";

let ada: Person;
beforeAll(async () => {
  await hurry();
  await widenBuckets();
  ada = await admin("main");
});

async function register() {
  const public_jwk = await newPublicJwk();
  const { body } = await ada.client.registerWorker({ body: { name: newWorkerName(), public_jwk } });
  return body;
}

const boxes = () =>
  rowsOf<{ id: string; box: ArrayBuffer }>(objectOf("WORKSPACE", "main"), "SELECT id, box FROM authority");
const sealedUnder = async () =>
  (await boxes()).map(({ box }) => new TextDecoder().decode(new Uint8Array(box).subarray(2, 4)));

/** Issues and revokes a certificate, each checked as others check it. */
async function works(): Promise<void> {
  const { worker, certificate } = await register();
  const authorities = await authoritiesOf(ada);
  const uri = `urn:taskward:main:${worker.id}`;
  const judged = { uri, now_ms: clock.now_ms() };
  expect(await refusalOf(derOf(certificate), authorities, judged)).toBeNull();
  const before = await listOf(ada);
  await ada.client.revokeWorker({ params: { worker_id: worker.id } });
  const after = await listOf(ada);
  expect(after.number).toBeGreaterThan(before.number);
  expect(after.serial_numbers.length).toBe(before.serial_numbers.length + 1);
}

it("once its certificates were read, the old key of the ring can go", async () => {
  await works();
  const certificates = await authoritiesOf(ada);
  const old = await rotate("p2");
  await ada.recent();
  expect(await sealedUnder(), "nobody has asked for it yet").not.toEqual(["p2"]);
  expect(await authoritiesOf(ada)).toEqual(certificates);
  expect(await sealedUnder()).toEqual(["p2"]);
  await retire(old, ada);
  expect(await authoritiesOf(ada), "the same authority").toEqual(certificates);
  await works();
});

it("all of them move on, those that only sign their lists too", async () => {
  await works();
  await (await ada.recent()).client.rotateAuthority();
  const retired = await boxes();
  expect(retired).toHaveLength(2);
  const old = await rotate("p3");
  await ada.recent();
  await authoritiesOf(ada);
  expect(await sealedUnder()).toEqual(["p3", "p3"]);
  await retire(old, ada);
  clock.advance(86_400);
  await ada.signIn();
  for (const { id } of retired) expect((await listOf(ada, id)).number).toBeGreaterThan(0);
  await works();
});
