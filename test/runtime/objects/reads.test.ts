// Reads on their way to the audit: what an isolate has merged, told to the log and to a shard, each of which may fail, be
// slow, or hear it twice. Every read is counted once, under the name of whoever read, and costs its reader's object nothing.
import { createExecutionContext } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import type { Happening } from "../../../src/audit/event.ts";
import { configure } from "../../../src/config.ts";
import { Reads, reads } from "../../../src/edge/reads.ts";
import { encodeBase64Url } from "../../../src/protocol/base64url.ts";
import { verifyBearerToken } from "../../../src/protocol/bearer-token.ts";
import type { UnsequencedEvent } from "../../../src/schema/audit-event.ts";
import { fromText, toText } from "../../../src/schema/messages/admission.ts";
import type { EventBatch } from "../../../src/schema/messages/outbox.ts";
import type { AdmissionPolicy } from "../../../src/schema/messages/request.ts";
import type { ReadBatch } from "../../../src/schema/messages/strangers.ts";
import worker from "../../../src/worker.ts";
import { clock } from "../harness/clock.ts";
import { crash, objectOf, ringAlarm, rowsOf } from "../harness/objects.ts";
import { admin, signUp } from "../harness/people.ts";
import { env, requestTo } from "../harness/worker.ts";
import { audited, eventsOf } from "../identity/trail.ts";
import { later } from "./lab.ts";

await admin("main");
await admin("globex");

const MINUTE_SECONDS = 60;

const by = (name: string, workspace = "main"): Happening["by"] => ({
  ...{ workspace, principal_id: `usr_${name}`, username: name, roles: ["USER"], permissions: 0 },
  ...{ mfa_enabled: false, session_id: `ses_${name}`, address: "192.0.2.1", request_id: "req_1" },
});

const read = (name: string, change: Partial<Happening> = {}): Happening => ({
  ...{ type: "task.read", at_ms: clock.now_ms(), by: by(name), rule: "role_member", targets: ["tsk_1"] },
  ...change,
});

const NEVER = new Promise<never>(() => {});

/** A wait that is over at once, but for those: what somebody is given to answer. */
const waitFor =
  (...never: number[]) =>
  (ms: number): Promise<void> =>
    never.includes(ms) ? NEVER : Promise.resolve();
const ANSWER_MS = 250;
const KEEP_MS = 3_000;
/** Nobody is late. */
const patiently = waitFor(ANSWER_MS, KEEP_MS);

type Logs = (workspace: string, batch: EventBatch) => Promise<{ next_sequence: number }>;
type Shards = (shard: string, batch: ReadBatch) => Promise<void>;

/** The objects as reads see them: those of the test's environment, but where a test says otherwise. */
function objects({ append, keepReads }: { append?: Logs; keepReads?: Shards }): typeof env {
  const log: Logs = (workspace, batch) => env.AUDIT_LOG.getByName(workspace).append(batch);
  const shard: Shards = (name, batch) => env.STRANGERS.getByName(name).keepReads(batch);
  return {
    AUDIT_LOG: {
      getByName: (name: string) => ({ append: (batch: EventBatch) => (append ?? log)(name, batch) }),
    },
    STRANGERS: {
      getByName: (name: string) => ({ keepReads: (batch: ReadBatch) => (keepReads ?? shard)(name, batch) }),
    },
  } as unknown as typeof env;
}

/** Takes whatever it is told. */
function listeners() {
  const told: UnsequencedEvent[] = [];
  const kept: (ReadBatch & { shard: string })[] = [];
  const append: Logs = async (_, { rows }) => {
    told.push(...rows);
    return { next_sequence: rows.length + 1 };
  };
  const keepReads: Shards = async (shard, batch) => void kept.push({ shard, ...batch });
  return { told, kept, append, keepReads };
}

const countOf = (events: readonly UnsequencedEvent[]) =>
  events.reduce((sum, { metadata }) => sum + metadata.count, 0);

/** What the logs have of somebody's reads, by workspace, once the minute is over. */
async function countIn(workspace: string, user_id: string): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await eventsOf(workspace);
    clock.advance(MINUTE_SECONDS + 1);
  }
  return countOf((await eventsOf(workspace)).filter((event) => event.user_id === user_id));
}

describe("a read that is admitted", () => {
  it("is an event under the reader's name, with the rule that allowed it", async () => {
    const eve = await signUp();
    await eve.client.currentSession();
    const events = await audited("main", { type: "session.read", user_id: eve.id });
    const known = { decision: "allow", rule: "own", ip_address: eve.address, metadata: { count: 1 } };
    expect(events).toMatchObject([known]);
  });

  it("comes again within a minute: all others are one event, and none is lost or counted twice", async () => {
    const eve = await signUp();
    for (let second = 0; second < 5; second += 1) {
      await eve.client.currentSession();
      await eve.client.currentSession();
      await reads.tell(env);
      clock.advance(1);
    }
    const sought = { type: "session.read", user_id: eve.id, count: 10 };
    expect((await audited("main", sought)).map(({ metadata }) => metadata.count)).toEqual([1, 9]);
  });

  it("writes no row about itself into the object of its reader", async () => {
    const eve = await signUp();
    const principal = objectOf("PRINCIPAL", `main/${eve.id}`);
    for (let count = 0; count < 5; count += 1) await eve.client.currentSession();
    await ringAlarm(principal);
    const about = "SELECT event FROM observation UNION ALL SELECT row FROM outbox";
    expect(JSON.stringify(await rowsOf(principal, about))).not.toContain("session.read");
  });

  it("by a Worker of the version before, which asks admission to record it, is recorded all the same", async () => {
    const eve = await signUp();
    const claims = (await verifyBearerToken(configure(env).key_ring, "session", eve.token))!;
    const { session } = (await eve.client.currentSession()).body;
    const source = { address: eve.address, user_agent: eve.user_agent, tls_fingerprint: "", certificate: "" };
    const context = {
      request_id: "req_before",
      source: { ...source, place: "", country: "", latitude: null, longitude: null },
    };
    const policy: AdmissionPolicy = {
      ...{ operation: "listTasks", rate_class: "api", rate_cost: 1, permission: null },
      ...{ recent_authentication: false, under_suspicion: false, api_tokens: false, describe_session: false },
      read_event: "task.read",
    };
    const claim = { id: session.id, secret: encodeBase64Url(claims.secret), context, target: "prj_1" };
    const answer = await env.PRINCIPAL.getByName(`main/${eve.id}`).admit(toText(claim), toText(policy));
    expect(fromText(answer).decision.ok).toBe(true);
    const events = await audited("main", { type: "task.read", user_id: eve.id });
    expect(events).toMatchObject([{ rule: "own", request_id: "req_before", targets: ["prj_1"] }]);
  });
});

it("objects of the version before are told to record nothing: an event of no type would stop what they ship", async () => {
  const eve = await signUp();
  const policies: string[] = [];
  const PRINCIPAL = {
    getByName: (name: string) => ({
      admit: (claim: string, policy: string) => {
        policies.push(policy);
        return env.PRINCIPAL.getByName(name).admit(claim, policy);
      },
    }),
  };
  const context = createExecutionContext();
  const { address, token, user_agent } = eve;
  const request = requestTo("/v1/session", { token, address, headers: { "User-Agent": user_agent } });
  const answer = await worker.fetch(request, { ...env, PRINCIPAL } as unknown as typeof env, context);
  expect(answer.status).toBe(200);
  expect(policies.map((policy) => JSON.parse(policy))).toMatchObject([{ is_read: true, read_event: null }]);
});

describe("what an isolate has seen", () => {
  it("within a second is told in one call to each log, and one to a shard, whoever reads", async () => {
    const { told, kept, ...all } = listeners();
    const seen = new Reads(waitFor());
    for (let n = 0; n < 100; n += 1) seen.note(read(`p${n % 10}`), "main", objects(all));
    await seen.tell(objects(all));
    expect([told.length, kept.length]).toEqual([10, 1]);
    expect(told.length + kept[0]!.reads.reduce((sum, { count }) => sum + count, 0)).toBe(100);
  });

  it("is told by the first of a second's readers alone, and by another where that one was cut off", () => {
    const cut_off = new Reads(() => NEVER);
    const all = objects(listeners());
    expect(cut_off.note(read("a"), "main", all)).not.toBeNull();
    expect(cut_off.note(read("b"), "main", all)).toBeNull();
    clock.advance(1.5);
    expect(cut_off.note(read("c"), "main", all)).not.toBeNull();
  });

  it("and was being told when its teller was cut off is stored by the next, and counts once", async () => {
    const { kept, append, keepReads } = listeners();
    const seen = new Reads(patiently);
    seen.note(read("eve"), "main", env);
    void seen.tell(objects({ append: () => NEVER, keepReads }));
    clock.advance(5);
    seen.note(read("eve"), "main", env);
    await seen.tell(objects({ append, keepReads }));
    expect(kept).toEqual([]);
    clock.advance(5);
    await seen.tell(objects({ append, keepReads }));
    expect(kept[0]!.reads).toMatchObject([{ count: 1, first: { user_id: "usr_eve" } }]);
  });

  it("goes to the log of its own workspace alone", async () => {
    const seen = new Reads(patiently);
    for (const workspace of ["main", "globex"]) {
      for (let n = 0; n < 3; n += 1)
        seen.note(read(workspace, { by: by(workspace, workspace) }), workspace, env);
    }
    await seen.tell(env);
    const counts = ["main", "globex"].map(async (log) => [
      await countIn(log, "usr_main"),
      await countIn(log, "usr_globex"),
    ]);
    expect(await Promise.all(counts)).toEqual([
      [3, 0],
      [0, 3],
    ]);
  });

  it.each<[string, Logs]>([
    ["refuses", async () => Promise.reject(new Error("the audit log is behind"))],
    ["does not answer", () => NEVER],
    [
      "takes them, and its answer is lost",
      async (workspace, batch) => {
        await env.AUDIT_LOG.getByName(workspace).append(batch);
        throw new Error("lost on the way back");
      },
    ],
  ])("is stored and shipped, and counts once, where the log %s", async (how, append) => {
    const name = how.replaceAll(/\W/gu, "");
    const seen = new Reads(waitFor(KEEP_MS));
    const all = objects({ append });
    for (let n = 0; n < 3; n += 1) seen.note(read(name), "main", all);
    await seen.tell(all);
    expect(await countIn("main", `usr_${name}`)).toBe(3);
  });

  it("counts once where a shard has stored it and its answer is lost, and survives the shard's end", async () => {
    let answers = 0;
    const keepReads: Shards = async (shard, batch) => {
      await env.STRANGERS.getByName(shard).keepReads(batch);
      await crash(objectOf("STRANGERS", shard));
      answers += 1;
      if (answers === 1) throw new Error("lost on the way back");
    };
    const seen = new Reads(patiently);
    for (let n = 0; n < 7; n += 1) seen.note(read("twice"), "main", env);
    await seen.tell(objects({ keepReads }));
    expect(answers).toBe(2);
    expect(await countIn("main", "usr_twice")).toBe(7);
  });

  it("is told again to a shard that does not answer, and counts once", async () => {
    let asked = 0;
    const keepReads: Shards = async (shard, batch) => {
      asked += 1;
      if (asked === 1) return NEVER;
      return env.STRANGERS.getByName(shard).keepReads(batch);
    };
    // Time runs out for the first answer alone.
    const seen = new Reads((ms) => (ms === KEEP_MS && asked === 0 ? Promise.resolve() : patiently(ms)));
    for (let n = 0; n < 4; n += 1) seen.note(read("silence"), "main", env);
    await seen.tell(objects({ keepReads }));
    expect(asked).toBe(2);
    expect(await countIn("main", "usr_silence")).toBe(4);
  });

  it("goes to the log at once where the shard is of the version before, and keeps none", async () => {
    type Before = { keepNothing(): Promise<void> };
    const keepReads: Shards = (shard) => (env.STRANGERS.getByName(shard) as unknown as Before).keepNothing();
    const seen = new Reads(patiently);
    for (let n = 0; n < 6; n += 1) seen.note(read("before"), "main", env);
    await seen.tell(objects({ keepReads }));
    expect(await countIn("main", "usr_before")).toBe(6);
  });

  it("is remembered by its shard for two minutes, and not for ever", async () => {
    const shard = objectOf("STRANGERS", "strangers/7");
    const known = async () => (await rowsOf(shard, "SELECT id FROM read_batch")).length;
    await env.STRANGERS.getByName("strangers/7").keepReads({ id: "rds_1", reads: [] });
    clock.advance(MINUTE_SECONDS + 1);
    await ringAlarm(shard);
    expect(await known()).toBe(1);
    clock.advance(MINUTE_SECONDS);
    await ringAlarm(shard);
    expect(await known()).toBe(0);
  });

  it("goes to another shard while the one that failed is asked again for what it was given", async () => {
    const { kept, keepReads, append } = listeners();
    const shards = ["strangers/1", "strangers/2"];
    const again = later();
    const seen = new Reads(
      (ms) => (ms === 500 ? again.promise : patiently(ms)),
      () => shards.shift()!,
    );
    let failures = 0;
    const fails: Shards = async (shard, batch) => {
      if (shard !== "strangers/1" || failures > 0) return keepReads(shard, batch);
      failures += 1;
      throw new Error("overloaded");
    };
    const all = objects({ append, keepReads: fails });
    const tell = (times: number): Promise<void> => {
      for (let n = 0; n < times; n += 1) seen.note(read("eve"), "main", all);
      return seen.tell(all);
    };
    await tell(1);
    const first = tell(2);
    await vi.waitFor(() => expect(failures).toBe(1));
    await tell(3);
    again.resolve();
    await first;
    expect(kept.map(({ shard, reads: [only] }) => [shard, only!.count])).toEqual([
      ["strangers/2", 3],
      ["strangers/1", 2],
    ]);
  });

  it("is stored by one shard for a minute, and then by another, so that an outage of a log crowds none", async () => {
    const { kept, ...all } = listeners();
    let drawn = 0;
    const seen = new Reads(patiently, () => `strangers/${drawn++}`);
    for (let tell = 0; tell < 4; tell += 1) {
      for (let n = 0; n < 2; n += 1) seen.note(read("eve"), "main", objects(all));
      await seen.tell(objects(all));
      clock.advance(20);
    }
    expect(kept.map(({ shard }) => shard)).toEqual([0, 0, 0, 1].map((n) => `strangers/${n}`));
  });

  it("is said to be missing, with its count, where a shard cannot store it however often it is asked", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    let tries = 0;
    const keepReads: Shards = async () => {
      tries += 1;
      throw new Error("storage is gone");
    };
    const { append } = listeners();
    const seen = new Reads(patiently);
    for (let n = 0; n < 4; n += 1) seen.note(read("eve"), "main", env);
    await seen.tell(objects({ append, keepReads }));
    expect(tries).toBe(5);
    expect(said.mock.calls).toEqual([[expect.stringMatching(/"count":3.*"message":"storage is gone"/u)]]);
    said.mockRestore();
  });
});
