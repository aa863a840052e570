// Refusals that come before anything is done, for every operation and every caller: no credential, a forged or
// ended one, an empty bucket, an authentication too old, a body that is no JSON.
import { beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "../../src/api/operation.ts";
import { operationList } from "../../src/api/operations/index.ts";
import { RATE_CLASSES } from "../../src/schema/role.ts";
import { admission, callersOf, type Subject } from "./authorization/oracle.ts";
import { madeUp, type Shot, shoot, unlisted } from "./authorization/shot.ts";
import { createWorld, type World } from "./authorization/world.ts";
import { clock } from "./harness/clock.ts";
import type { Opened } from "./harness/envelope.ts";
import { allOf, crash, inside, objectOf } from "./harness/objects.ts";
import { forged } from "./harness/people.ts";
import { newAddress, type Sending, send } from "./harness/worker.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const behindSignIn = operationList.filter(([, { caller }]) => caller === "session");

/** Sends as that subject does, with an API token where it has one. */
function shootAs(subject: Subject, operation: Operation, shot: Shot, more: Sending = {}): Promise<Opened> {
  const as = subject.role === null ? null : world.people[subject.name]!;
  const token = world.tokens[subject.name];
  return shoot(operation, shot, as, { ...(token && { token }), ...more });
}

describe.each(behindSignIn)("%s wants a living session", (_, operation) => {
  it("without a credential it answers 401 and tells no limits", async () => {
    const opened = await shoot(operation, madeUp(operation), null);
    expect(opened).toMatchObject({ status: 401, reason: "authentication_required" });
    expect(opened.headers.has("ratelimit")).toBe(false);
  });

  it("a token with one altered character answers 401, and the session goes on", async () => {
    const as = world.people["ADMIN stranger"]!;
    const opened = await shoot(operation, madeUp(operation), as, { token: forged(as.token) });
    expect(opened).toMatchObject({ status: 401, reason: "authentication_required" });
  });

  it("a session that was signed out answers 401", async () => {
    const { visitor, ended_token: token } = world;
    const opened = await shoot(operation, madeUp(operation), visitor, { token });
    expect(opened).toMatchObject({ status: 401, reason: "session_ended" });
    clock.advance(6); // the buckets of the one who signed out are their own
  });
});

it("a forged token reaches no object", async () => {
  const before = (await allOf("PRINCIPAL")).length;
  const [version, key, workspace, principal, session, secret, mac] = world.owner.token.split(".");
  const forgeries = [
    [version, key, workspace, `usr_${"0".repeat(26)}`, session, secret, mac],
    [version, key, "another", principal, session, secret, mac],
    [version, "k0", workspace, principal, session, secret, mac],
    ["tws_2", key, workspace, principal, session, secret, mac],
    ["twh_1", key, workspace, principal, session, secret, mac],
    [version, key, workspace, principal, `ses_${"0".repeat(26)}`, secret, mac],
    [version, key, workspace, principal, session, "A".repeat(43), mac],
    [version, key, workspace, principal, session, secret, "A".repeat(43)],
    [version, key, workspace, principal, session, secret, `${mac}A`],
    [version, key, workspace, principal, session, secret, mac, mac],
    [version, key, workspace, principal, session, secret],
  ].map((parts) => parts.join("."));
  const others = [
    "",
    ".",
    "......",
    "tws_1",
    `${world.owner.token}.`,
    "x".repeat(9_000),
    "tws_1.$%7Bjndi%7D",
  ];
  for (const token of [...forgeries, ...others]) {
    const answer = await send("/v1/session", { headers: { Authorization: `Bearer ${token}` } });
    expect(answer.status, token).toBe(401);
    expect(await answer.text()).not.toContain(secret);
  }
  expect((await allOf("PRINCIPAL")).length).toBe(before);
});

describe.each(operationList.filter(([, { body }]) => body))("%s takes JSON", (_, operation) => {
  beforeAll(() => clock.advance(60));

  it("from whoever may send it at all, what is no JSON answers 400 before anything is done", async () => {
    for (const subject of callersOf(operation)) {
      const admitted = admission(operation, subject);
      if (operation.recent_authentication && admitted === 200) await world.people[subject.name]!.recent();
      const { body: _body, ...shot } = madeUp(operation);
      const headers = { "Content-Type": "application/json" };
      const opened = await shootAs(subject, operation, shot, { body: '{"title": canary-7f3a', headers });
      expect(opened, subject.name).toMatchObject({ status: admitted === 200 ? 400 : admitted });
      if (admitted === 200) expect(opened.reason).toBe("malformed_json");
      // The id is drawn by chance, and could hold the word.
      expect(opened.text.replace(/req_\w+/u, "")).not.toContain("canary");
    }
  });
});

describe("an authentication older than ten minutes", () => {
  beforeAll(() => clock.advance(601));

  it.each(operationList.filter(([, { recent_authentication }]) => recent_authentication))(
    "asks those who may %s to step up, and refuses the others as ever",
    async (_, operation) => {
      clock.advance(30); // class `login`: more of these than a burst
      for (const subject of callersOf(operation)) {
        const admitted = admission(operation, subject);
        const opened = await shootAs(subject, operation, madeUp(operation));
        // Programs prove themselves with each request.
        if (admitted === 200 && (subject.signed || subject.token)) {
          expect(opened.status, subject.name).not.toBe(401);
          continue;
        }
        expect(opened, subject.name).toMatchObject({ status: admitted === 200 ? 401 : admitted });
        if (admitted !== 200) continue;
        expect(opened.reason).toBe("step_up_required");
        expect(opened.headers.get("www-authenticate")).toContain('error="insufficient_user_authentication"');
      }
    },
  );
});

describe("an empty bucket", () => {
  const address = newAddress();

  beforeAll(async () => {
    for (const person of new Set(Object.values(world.people)))
      await drain(`${person.workspace}/${person.id}`);
    for (let sent = 0; sent < 100; sent += 1) await send("/v1/auth/nonce", { method: "POST", address });
    for (let sent = 0; sent < 10; sent += 1) await send("/v1/auth/login", { method: "POST", address });
  });

  // An integration's own bucket is asked once its signature holds: hooks/limits.
  const limited = operationList.filter(([, { caller }]) => caller !== "integration");
  it.each(limited)("refuses %s to every caller, whatever else they lack", async (_, operation) => {
    for (const subject of callersOf(operation)) {
      const anonymous = operation.caller === "anonymous";
      const opened = await shootAs(subject, operation, madeUp(operation), anonymous ? { address } : {});
      if (!anonymous && subject.role === null) {
        expect(opened.status).toBe(401);
        continue;
      }
      expect(opened, subject.name).toMatchObject({ status: 429, reason: "rate_limited" });
      const { class: rate_class, cost = 1 } = operation.rate;
      const seconds = Number(opened.headers.get("retry-after"));
      expect(seconds).toBeGreaterThanOrEqual(cost);
      expect(opened.headers.get("ratelimit")).toMatch(new RegExp(`^"${rate_class}";r=0;t=\\d+$`));
    }
  });
});

it("no operation refused with a reason that its contract does not list", () => {
  expect([...unlisted]).toEqual([]);
});

/** Empties all buckets of a principal; its memory goes, so that it reads them. */
async function drain(name: string): Promise<void> {
  const stub = objectOf("PRINCIPAL", name);
  await inside(stub, (_, { storage }) => {
    for (const rate_class of RATE_CLASSES) {
      const row = [rate_class, 0, clock.now_ms()];
      storage.sql.exec(
        "INSERT OR REPLACE INTO bucket (rate_class, tokens, updated_at_ms) VALUES (?, ?, ?)",
        ...row,
      );
    }
  });
  await crash(stub);
}
