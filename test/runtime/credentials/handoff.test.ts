// Hand-off: a session moves once, within a minute, to a device that proves the second factor; it ends where it was.
import { describe, expect, it } from "vitest";
import { randomSecret } from "../../../src/protocol/random.ts";
import { clock } from "../harness/clock.ts";
import { evict, objectOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";

await admin("main");

const phone = { "User-Agent": "phone/1" };

async function ticketOf(person: Person): Promise<string> {
  return (await person.client.beginHandoff()).body.ticket;
}

interface Code {
  readonly mfa_code?: string | undefined;
  readonly use_backup_code?: boolean;
}

function accept(person: Person, ticket: string, code?: Code, address = newAddress()): Promise<Response> {
  const fresh = { nonce: randomSecret(), timestamp: clock.now_ms() / 1000 };
  const json = { ticket, ...fresh, ...(code ?? { mfa_code: person.code() }) };
  return send("/v1/session/handoff/accept", { json, address, headers: phone });
}

describe("a hand-off", () => {
  it("moves the session: it lives at the new place, bound to it, and has ended at the old one", async () => {
    const bob = await signUp({ mfa: true });
    const before = (await bob.client.currentSession()).body.session;
    clock.advance(100);
    const address = newAddress();
    const moved = await accept(bob, await ticketOf(bob), undefined, address);
    expect(moved.status).toBe(200);
    const { session_token, session } = await moved.json<{
      session_token: string;
      session: { expires_at: string };
    }>();
    expect(session.expires_at).toBe(before.expires_at);
    expect((await bob.send("/v1/session")).status).toBe(401);
    const there = { token: session_token, address, headers: phone };
    expect((await send("/v1/session", there)).status).toBe(200);
    expect((await send("/v1/session", { ...there, address: newAddress() })).status).toBe(401);
  });

  it("works once, also when eight devices try at the same time", async () => {
    const bob = await signUp({ mfa: true });
    const ticket = await ticketOf(bob);
    const codes = bob.backup_codes;
    const answers = await Promise.all(
      codes.map((mfa_code) => accept(bob, ticket, { mfa_code, use_backup_code: true })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(codes.length - 1);
  });

  it("needs the second factor: no code, a wrong one and a used one are refused", async () => {
    const bob = await signUp({ mfa: true });
    const ticket = await ticketOf(bob);
    expect((await accept(bob, ticket, { mfa_code: undefined })).status).toBe(422);
    expect((await accept(bob, ticket, { mfa_code: bob.factor!.wrong() })).status).toBe(401);
    const code = bob.code();
    expect((await accept(bob, ticket, { mfa_code: code })).status).toBe(200);
    expect((await accept(bob, await bob.signIn().then(ticketOf), { mfa_code: code })).status).toBe(401);
  });

  it("is refused after 60 seconds, survives an eviction, and a newer ticket voids an older one", async () => {
    const bob = await signUp({ mfa: true });
    const late = await ticketOf(bob);
    clock.advance(60);
    expect((await accept(bob, late)).status).toBe(401);
    const older = await ticketOf(bob);
    const newer = await ticketOf(bob);
    await evict(objectOf("PRINCIPAL", `main/${bob.id}`));
    expect((await accept(bob, older)).status).toBe(401);
    expect((await accept(bob, newer)).status).toBe(200);
  });

  it("is no way out of a suspicion, and leaves none of what raised the session's risk behind", async () => {
    const lisbon = { country: "PT", botManagement: { ja4: "a" } };
    const [bob, carl] = [await signUp({ mfa: true, cf: lisbon }), await signUp({ mfa: true, cf: lisbon })];
    const [of_bob, of_carl] = [await ticketOf(bob), await ticketOf(carl)];
    clock.advance(1);
    const elsewhere = { country: "ES", botManagement: { ja4: "b" } };
    expect((await bob.send("/v1/session", { cf: elsewhere })).status, "to authenticate again").toBe(401);
    expect((await accept(bob, of_bob)).status).toBe(401);
    expect((await carl.send("/v1/session", { cf: { ...lisbon, country: "ES" } })).status).toBe(200);
    const address = newAddress();
    const moved = await accept(carl, of_carl, undefined, address);
    const { session_token: token } = await moved.json<{ session_token: string }>();
    const there = await send("/v1/session", { token, address, headers: phone });
    expect((await there.json<{ session: object }>()).session).toMatchObject({
      risk: { score: 25, reasons: ["new_country"] },
    });
  });

  it("is no use when the session was ended meanwhile, or the ticket was altered", async () => {
    const bob = await signUp({ mfa: true });
    const ticket = await ticketOf(bob);
    const altered = `${ticket.slice(0, -1)}${ticket.endsWith("A") ? "B" : "A"}`;
    expect((await accept(bob, altered)).status).toBe(401);
    await bob.client.logout();
    expect((await accept(bob, ticket)).status).toBe(401);
  });

  it("is not offered to accounts without a second factor", async () => {
    const eve = await signUp();
    await expect(eve.client.beginHandoff()).rejects.toMatchObject({ status: 409 });
  });

  it("keeps the absolute deadline, however often a session moves", async () => {
    const bob = await signUp({ mfa: true });
    const { expires_at } = (await bob.client.currentSession()).body.session;
    for (let move = 0; move < 3; move += 1) {
      clock.advance(1_000);
      const address = newAddress();
      const moved = await accept(bob, await ticketOf(bob), undefined, address);
      bob.address = address;
      bob.user_agent = phone["User-Agent"];
      bob.useSession(await moved.json());
    }
    expect((await bob.client.currentSession()).body.session.expires_at).toBe(expires_at);
  });
});
