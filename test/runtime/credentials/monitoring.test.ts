// Monitoring: a session whose use looks wrong must authenticate again, or ends; owner and auditor see why.
import { describe, expect, it, vi } from "vitest";
import { Sealing } from "../../../durable-objects/principal/sealing.ts";
import { clock } from "../harness/clock.ts";
import { crash, evict, objectOf, shipAll } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";

const ada = await admin("main");
const lisbon = {
  city: "Lisbon",
  country: "PT",
  latitude: "38.72",
  longitude: "-9.14",
  botManagement: { ja4: "a" },
};
const sydney = { ...lisbon, city: "Sydney", country: "AU", latitude: "-33.87", longitude: "151.21" };
const changed = { ...lisbon, country: "ES", botManagement: { ja4: "b" } };

async function events(type: string, person: Person) {
  await shipAll();
  await ada.signIn();
  const { body } = await ada.client.listEvents({ query: { event_type: type, user_id: person.id } });
  return body.events;
}

describe("a session", () => {
  it("ends when it would have had to travel faster than an airliner", async () => {
    const bob = await signUp({ cf: lisbon });
    expect((await bob.send("/v1/session")).status).toBe(200);
    clock.advance(600);
    expect((await bob.send("/v1/session", { cf: sydney })).status).toBe(401);
    expect((await bob.send("/v1/session", { cf: lisbon })).status).toBe(401);
    const [event] = await events("session.ended_by_risk", bob);
    expect(event?.details).toMatchObject({ reasons: ["impossible_travel", "new_country"] });
  });

  it("must authenticate again after weaker signs, may leave meanwhile, and goes on after it has", async () => {
    const bob = await signUp({ cf: lisbon });
    clock.advance(60);
    const refused = await bob.send("/v1/session", { cf: changed });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("WWW-Authenticate")).toContain("insufficient_user_authentication");
    bob.cf = changed;
    expect((await bob.send("/v1/projects")).status).toBe(401);
    clock.advance(1);
    await bob.client.stepUp({ body: bob.proof() });
    const { session } = (await bob.client.currentSession()).body;
    expect(session.risk).toEqual({ score: 45, reasons: ["new_country", "new_fingerprint"] });
    const [event] = await events("session.risk_raised", bob);
    expect(event?.details).toMatchObject({ score: 45 });
  });

  it("that was cleared so is held up anew when somebody else uses it, but not where it was used before", async () => {
    const bob = await signUp({ cf: lisbon });
    clock.advance(60);
    expect((await bob.send("/v1/session", { cf: changed })).status).toBe(401);
    bob.cf = changed;
    clock.advance(1);
    await bob.client.stepUp({ body: bob.proof() });
    for (const cf of [changed, lisbon, changed]) {
      await evict(objectOf("PRINCIPAL", `main/${bob.id}`));
      expect((await bob.send("/v1/session", { cf })).status).toBe(200);
    }
    clock.advance(60);
    const thief = { ...lisbon, country: "FR", botManagement: { ja4: "c" } };
    expect((await bob.send("/v1/session", { cf: thief })).status).toBe(401);
    await evict(objectOf("PRINCIPAL", `main/${bob.id}`));
    expect((await bob.send("/v1/session", { cf: lisbon })).status).toBe(401);
    expect(await events("session.risk_raised", bob)).toHaveLength(2);
  });

  it("does not mind that a browser shuffles its TLS extensions for each connection", async () => {
    const shuffled = (tlsClientExtensionsSha1: string) => ({ country: "PT", tlsClientExtensionsSha1 });
    const bob = await signUp({ cf: shuffled("a") });
    for (const hash of ["b", "c"])
      expect((await bob.send("/v1/session", { cf: shuffled(hash) })).status).toBe(200);
    const abroad = { ...shuffled("d"), country: "ES" };
    expect((await bob.send("/v1/session", { cf: abroad })).status).toBe(200);
    const { session } = (await bob.client.currentSession()).body;
    expect(session.risk).toEqual({ score: 25, reasons: ["new_country"] });
  });

  it("stays under suspicion although what was raised could not be sealed before its object ended", async () => {
    const bob = await signUp({ cf: lisbon });
    clock.advance(60);
    vi.spyOn(Sealing.prototype, "sealState").mockRejectedValueOnce(new Error("cut off"));
    expect((await bob.send("/v1/session", { cf: changed })).status).toBe(500);
    await evict(objectOf("PRINCIPAL", `main/${bob.id}`));
    expect((await bob.send("/v1/session", { cf: lisbon })).status).toBe(401);
    bob.cf = lisbon;
    clock.advance(1);
    await bob.client.stepUp({ body: bob.proof() });
    const { session } = (await bob.client.currentSession()).body;
    expect(session.risk).toEqual({ score: 45, reasons: ["new_country", "new_fingerprint"] });
  });

  it("stays under suspicion across evictions and crashes", async () => {
    const bob = await signUp({ cf: lisbon });
    clock.advance(60);
    await bob.send("/v1/session", { cf: changed });
    await evict(objectOf("PRINCIPAL", `main/${bob.id}`));
    expect((await bob.send("/v1/session", { cf: lisbon })).status).toBe(401);
    await crash(objectOf("PRINCIPAL", `main/${bob.id}`));
    expect((await bob.send("/v1/session", { cf: lisbon })).status).toBe(401);
    expect((await bob.send("/v1/auth/logout", { method: "POST", cf: lisbon })).status).toBe(204);
  });

  it("that begins far from another live one is told to auditor", async () => {
    const bob = await signUp({ cf: lisbon });
    bob.cf = sydney;
    await bob.signIn();
    expect(await events("session.distant_sign_in", bob)).toHaveLength(1);
  });
});
