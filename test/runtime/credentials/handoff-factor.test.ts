// A hand-off whose account loses its second factor while it is under way: nothing is left that the other device passes.
import { expect, it } from "vitest";
import { configure } from "../../../src/config.ts";
import { verifyBearerToken } from "../../../src/protocol/bearer-token.ts";
import { randomSecret } from "../../../src/protocol/random.ts";
import type { PrincipalRpc } from "../../../src/schema/messages/principal.ts";
import type { Actor, RequestContext } from "../../../src/schema/messages/request.ts";
import { clock } from "../harness/clock.ts";
import { inside, objectOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { env, newAddress } from "../harness/worker.ts";

await admin("main");

it("a hand-off is refused where the second factor is removed while it is decided, whatever code comes", async () => {
  const bob = await signUp({ mfa: true });
  const { ticket } = (await bob.client.beginHandoff()).body;
  const claims = (await verifyBearerToken(configure(env).key_ring, "handoff", ticket))!;
  const source = { address: newAddress(), user_agent: "phone/1", tls_fingerprint: "", certificate: "" };
  const where = { place: "", country: "", latitude: null, longitude: null };
  const context: RequestContext = { request_id: "req_handoff", source: { ...source, ...where } };
  const actor = { principal_id: bob.id, session_id: bob.session_id, username: bob.username, roles: [] };
  const object = objectOf("PRINCIPAL", `main/${bob.id}`);
  const moved = await inside(object, async (instance) => {
    const principal = instance as unknown as PrincipalRpc;
    const attempt = await principal.beginAttempt(context);
    const proof = {
      attempt,
      password_matches: null,
      rehashed_phc: null,
      code: "000000",
      use_backup_code: false,
    };
    const fresh = { nonce: randomSecret(), timestamp_ms: clock.now_ms() };
    const accepting = principal.acceptHandoff(claims.id, claims.secret, { ...proof, ...fresh }, context);
    const removed = await principal.removeMfa(actor as unknown as Actor, "phc");
    expect(removed.ok).toBe(true);
    return accepting;
  });
  expect(moved).toMatchObject({ ok: false, refusal: { rule: "handoff_without_factor" } });
});
