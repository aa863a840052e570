// Whatever ends a session, a right or a membership closes the streams that lived by it before it is answered, and no
// others; what cannot be confirmed closes itself; and no stream keeps a session alive.
import { expect, it, vi } from "vitest";
import { STREAM_LIMITS } from "../../../src/domain/stream.ts";
import { clock } from "../harness/clock.ts";
import { evict, inside, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, type Person, signUp, userWithRoles } from "../harness/people.ts";
import { type Agent, newAgent } from "../harness/workers.ts";
import { principalOf } from "../identity/attempts.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { newProject, newTask, projectObject } from "./project.ts";
import { listen, listenToEvents, upgrade } from "./reader.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");

const OPEN = 1;
const openSockets = (project_id: string): Promise<number> =>
  inside(
    projectObject(project_id),
    (_, state) => state.getWebSockets().filter(({ readyState }) => readyState === OPEN).length,
  );
const placesOf = (person: Person) => rowsOf(principalOf(person), "SELECT id FROM stream");

/** A project of somebody else in which the person is an editor, and both listen. */
async function listening(person: Person) {
  const owner = await signUp();
  const project_id = await newProject(owner);
  const member = { project_id, user_id: person.id };
  await owner.client.setMember({ params: member, body: { role: "editor" } });
  const streams = [await listen(person, project_id), await listenToEvents(person, project_id)];
  const bystander = await listen(owner, project_id);
  return { owner, project_id, member, streams, bystander };
}

type Listening = Awaited<ReturnType<typeof listening>>;
const elsewhere = async (person: Person) => {
  const { token } = await person.otherSession();
  return person.client.with({ session_token: token });
};

const REVOCATIONS: Record<string, (person: Person, project: Listening) => Promise<unknown>> = {
  "signing out": (person) => person.client.logout(),
  "ending the session from elsewhere": async (person) =>
    (await elsewhere(person)).endSession({ params: { session_id: person.session_id } }),
  "ending all others from elsewhere": async (person) => (await elsewhere(person)).endOtherSessions(),
  "a password change elsewhere": async (person) => {
    const body = { ...person.proof(), new_password: "a battery for the staple of a horse" };
    return (await elsewhere(person)).changePassword({ body });
  },
  "a second factor confirmed elsewhere": async (person) => {
    const other = await elsewhere(person);
    person.useFactor((await other.beginMfa()).body.mfa);
    return other.confirmMfa({ body: { mfa_code: person.code() } });
  },
  "a fourth session, to which this one gives way": async (person) => {
    clock.advance(1);
    for (let more = 0; more < 3; more += 1) await person.otherSession();
  },
  "an ADMIN ending the sessions": ({ id }) => ada.client.endUserSessions({ params: { user_id: id } }),
  "an ADMIN suspending the user": ({ id }) => ada.client.suspendUser({ params: { user_id: id } }),
  "an ADMIN changing the roles": ({ id }) =>
    ada.client.setRoles({ params: { user_id: id }, body: { roles: ["OBSERVER"] } }),
  "an ADMIN taking a permission away": ({ id }) =>
    ada.client.setOverride({
      params: { user_id: id, permission: "task:read" },
      body: { effect: "deny", until: new Date(clock.now_ms() + 3_600_000).toISOString() },
    }),
  "removal from the project": (_, { owner, member }) => owner.client.removeMember({ params: member }),
  "leaving the project": (person, { member }) => person.client.removeMember({ params: member }),
};

it.each(Object.entries(REVOCATIONS))(
  "%s closes the person's streams before it is answered",
  async (_, revoke) => {
    await ada.recent();
    const bob = await signUp();
    const project = await listening(bob);
    const { project_id, owner, streams, bystander } = project;
    await evict(projectObject(project_id));
    await revoke(bob, project);
    expect(await openSockets(project_id)).toBe(1);
    await newTask(owner, project_id);
    await bystander.until(3);
    for (const stream of streams) {
      expect(await stream.ended).toMatch(/^(?:session_ended|access_lost)$/);
      expect(stream.numbers).toEqual([]);
    }
    await bystander.leave();
  },
);

it("an owner who deletes the project ends all its streams, before the answer", async () => {
  const bob = await signUp();
  const { project_id, owner, streams, bystander } = await listening(bob);
  await owner.client.deleteProject({ params: { project_id }, if_match: "*" });
  expect(await openSockets(project_id)).toBe(0);
  for (const stream of [...streams, bystander]) expect(await stream.ended).toBe("access_lost");
});

it("a session ended for its use elsewhere takes its streams along", async () => {
  const bob = await signUp();
  const { streams, bystander } = await listening(bob);
  await bob.send("/v1/session", { address: "198.51.100.200" });
  for (const stream of streams) expect(await stream.ended).toBe("session_ended");
  await bystander.leave();
});

it("a hand-off takes the old device's streams along, a renewal leaves them", async () => {
  const bob = await signUp({ mfa: true });
  const { project_id, owner, streams, bystander } = await listening(bob);
  const renewed = (await bob.client.renewSession()).body;
  await newTask(owner, project_id);
  for (const stream of streams) expect(await stream.until(3)).toBe(3);
  bob.useSession(renewed);
  const own = await listen(bob, project_id);
  const { ticket } = (await bob.client.beginHandoff()).body;
  const { password: _password, mfa_code, ...proof } = bob.proof();
  const body = { ticket, ...proof, mfa_code: mfa_code! };
  await bob.client.with({ session_token: null }).acceptHandoff({ body });
  expect(await openSockets(project_id)).toBe(1);
  for (const stream of [...streams, own]) expect(await stream.ended).toBe("session_ended");
  await bystander.leave();
});

it("an API token's streams end with the token, and with its owner's suspension", async () => {
  await ada.recent();
  const bob = await signUp();
  const { project_id, bystander } = await listening(bob);
  const body = { name: "feed", permissions: ["project:read" as const, "task:read" as const] };
  for (const revoke of [
    (token_id: string) => bob.client.revokeToken({ params: { token_id } }),
    () => ada.client.suspendUser({ params: { user_id: bob.id } }),
  ]) {
    const { token, api_token } = (await bob.client.createToken({ body })).body;
    const stream = await listen(bob, project_id, null, { sending: { token } });
    await revoke(api_token.id);
    expect(await stream.ended).toBe("session_ended");
  }
  await bystander.leave();
});

it("an agent's streams end with the key that signed for them, and when it is revoked", async () => {
  await ada.recent();
  const owner = await signUp();
  const project_id = await newProject(owner);
  for (const revoke of [
    async ({ id: worker_id }: Agent) => {
      const { keys } = (await ada.client.listKeys({ params: { worker_id } })).body;
      return ada.client.revokeKey({ params: { worker_id, key_id: keys[0]!.id } });
    },
    (agent: Agent) => ada.client.revokeKeys({ params: { worker_id: agent.id } }),
    (agent: Agent) => ada.client.revokeWorker({ params: { worker_id: agent.id } }),
  ]) {
    clock.advance(60);
    const agent = await newAgent(ada);
    await owner.client.setMember({ params: { project_id, user_id: agent.id }, body: { role: "editor" } });
    const stream = await listen(agent, project_id);
    await revoke(agent);
    expect(await openSockets(project_id)).toBe(0);
    expect(await stream.ended).toBe("session_ended");
  }
});

it("whoever loses roles keeps no stream that an API token opened with them", async () => {
  await ada.recent();
  const carl = await userWithRoles(ada, ["ADMIN"]);
  const project_id = await newProject(await signUp());
  const body = { name: "feed", permissions: ["project:read" as const, "task:read" as const] };
  const { token } = (await carl.client.createToken({ body })).body;
  const stream = await listen(carl, project_id, null, { sending: { token } });
  await ada.client.setRoles({ params: { user_id: carl.id }, body: { roles: ["USER"] } });
  expect(await openSockets(project_id)).toBe(0);
  expect(await stream.ended).toBe("session_ended");
});

it("a stream that is about to open while its session ends does not open", async () => {
  const bob = await signUp();
  const project_id = await newProject(bob);
  const answer = await withPeer(project_id, (real) => ({
    ...real,
    async openStream(claim: never) {
      const opened = await real.openStream!(claim);
      expect(await bob.client.logout()).toMatchObject({ status: 204 });
      return opened;
    },
  }))(() => upgrade(bob, project_id));
  expect(answer.status).toBe(401);
  expect([await openSockets(project_id), await placesOf(bob)]).toEqual([0, []]);
});

it("a stream never keeps its session alive, and ends with it", async () => {
  const bob = await signUp();
  const project_id = await newProject(bob);
  const reader = await listen(bob, project_id);
  for (let seconds = 0; seconds < 1_775; seconds += 25) {
    clock.advance(25);
    await ringAlarm(projectObject(project_id));
    await evict(projectObject(project_id));
  }
  expect(await openSockets(project_id)).toBe(1);
  clock.advance(25);
  await ringAlarm(projectObject(project_id));
  expect(await reader.ended).toMatch(/^(?:session_ended|unconfirmed)$/);
  expect((await bob.send("/v1/session")).status).toBe(401);
});

it("a stream that cannot be confirmed for 5 s ends, and so it does when no alarm rings", async () => {
  for (const alarm of [true, false]) {
    const bob = await signUp();
    const project_id = await newProject(bob);
    const reader = await listen(bob, project_id);
    await withPeer(project_id, () => ({ confirmStreams: unreachable }))(async () => {
      clock.advance(26);
      await ringAlarm(projectObject(project_id));
      await newTask(bob, project_id);
      expect(await reader.until(2)).toBe(2);
      clock.advance(5);
      if (alarm) await ringAlarm(projectObject(project_id));
      else await newTask(bob, project_id);
      expect(await reader.ended).toBe("unconfirmed");
    });
    expect(reader.numbers).toEqual([2]);
  }
});

it("a confirmed stream lives on", async () => {
  const bob = await signUp();
  const project_id = await newProject(bob);
  const reader = await listen(bob, project_id);
  for (let renewal = 0; renewal < 4; renewal += 1) {
    clock.advance(26);
    await ringAlarm(projectObject(project_id));
  }
  await newTask(bob, project_id);
  expect(await reader.until(2)).toBe(2);
  await reader.leave();
});

it("a project that is out of reach delays a revocation no longer than its streams' lease", async () => {
  const bob = await signUp();
  const project_id = await newProject(bob);
  const reader = await listen(bob, project_id);
  let tried = 0;
  const begun = Promise.withResolvers<void>();
  const closeStreams = () => {
    tried += 1;
    begun.resolve();
    return unreachable();
  };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const left = withStub(principalOf(bob), "PROJECT", () => ({ closeStreams }))(() => bob.client.logout());
    await begun.promise;
    await inside(principalOf(bob), () => vi.advanceTimersByTimeAsync(STREAM_LIMITS.lease_ms));
    await left;
  } finally {
    vi.useRealTimers();
    vi.setSystemTime(clock.now_ms());
  }
  expect(tried).toBeGreaterThan(1);
  clock.advance(31);
  await ringAlarm(projectObject(project_id));
  expect(await reader.ended).toMatch(/^(?:session_ended|unconfirmed)$/);
});

const unreachable = () => Promise.reject(new Error("out of reach"));

type Stub = Record<string, (...given: never[]) => Promise<unknown>>;

/** Puts a stand-in between one object and its peers of a kind, while the work runs. */
function withStub(stub: DurableObjectStub, kind: "PRINCIPAL" | "PROJECT", standIn: (real: Stub) => object) {
  return async <Value>(work: () => Promise<Value>): Promise<Value> => {
    const swap = (change: (env: Record<string, unknown>) => void) =>
      inside(stub, (instance) => change((instance as { env: Record<string, unknown> }).env));
    let real!: { getByName(name: string): Stub };
    await swap((env) => {
      real = env[kind] as typeof real;
      env[kind] = {
        getByName(name: string) {
          const peer = real.getByName(name);
          const known = { openStream: (claim: never) => peer.openStream!(claim) };
          return new Proxy(standIn(known), {
            get: (stand, method) =>
              (stand as Stub)[method as string] ?? ((...given: never[]) => peer[method as string]!(...given)),
          });
        },
      };
    });
    try {
      return await work();
    } finally {
      await swap((env) => {
        env[kind] = real;
      });
    }
  };
}

const withPeer = (project_id: string, standIn: (real: Stub) => object) =>
  withStub(projectObject(project_id), "PRINCIPAL", standIn);
