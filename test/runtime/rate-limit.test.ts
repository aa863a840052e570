// Token buckets of people: every class has its burst and its pace, whatever comes between. Time moves as told.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { operations } from "../../src/api/operations/index.ts";
import { clock } from "./harness/clock.ts";
import { type Opened, open } from "./harness/envelope.ts";
import { crash, evict, objectOf } from "./harness/objects.ts";
import { admin, forged, type Person, signUp } from "./harness/people.ts";
import type { Sending } from "./harness/worker.ts";
import { LIMITS, LOST_MAX, stateOf, takeAll } from "./rate-limit/taking.ts";

type Class = keyof typeof LIMITS;
const CLASSES = Object.keys(LIMITS) as Class[];

/** A request of each class that takes one token and changes nothing: refused after admission, or a read. */
const TAKES: Readonly<Record<Class, Sending & { path: string }>> = {
  login: { path: operations.stepUp.path, method: "POST", json: {} },
  api: { path: operations.currentSession.path },
  task: { path: "/v1/projects/prj_00000000000000000000000000/tasks", method: "POST", json: {} },
  project: { path: operations.createProject.path, method: "POST", json: {} },
};

let eve: Person;
beforeAll(async () => {
  await admin("main");
});
beforeEach(async () => {
  eve = await signUp();
});

const take = (rate_class: Class, person = eve): Promise<Opened> => {
  const { path, ...sending } = TAKES[rate_class];
  return person.send(path, sending).then(open);
};
const principal = (person = eve) => objectOf("PRINCIPAL", `main/${person.id}`);

describe.each(CLASSES)("class %s", (rate_class) => {
  const { burst, per_minute } = LIMITS[rate_class];
  const token_seconds = 60 / per_minute;

  it("passes its burst and not one more, and counts down as it says", async () => {
    const first = stateOf(await take(rate_class));
    expect(first).toEqual({
      rate_class,
      burst,
      window_seconds: (burst * 60) / per_minute,
      remaining: burst - 1,
      reset_seconds: token_seconds,
    });
    for (let left = burst - 2; left >= 0; left -= 1) {
      expect(stateOf(await take(rate_class)).remaining).toBe(left);
    }
    const refused = await take(rate_class);
    expect(refused).toMatchObject({ status: 429, reason: "rate_limited" });
    expect(stateOf(refused)).toMatchObject({ remaining: 0, reset_seconds: burst * token_seconds });
  });

  it("passes again after Retry-After, and not a second earlier", async () => {
    await takeAll(() => take(rate_class), burst);
    const wait_seconds = Number((await take(rate_class)).headers.get("retry-after"));
    expect(wait_seconds).toBe(token_seconds);
    clock.advance(wait_seconds - 1);
    const early = await take(rate_class);
    expect(early.status).toBe(429);
    expect(early.headers.get("retry-after")).toBe("1");
    clock.advance(1);
    expect((await take(rate_class)).status).not.toBe(429);
    expect((await take(rate_class)).status).toBe(429);
  });

  it("passes when they were told for whoever asks each second meanwhile", async () => {
    const { refusal } = await takeAll(() => take(rate_class), burst);
    const wait_seconds = Number(refusal.headers.get("retry-after"));
    for (let waited = 1; waited < wait_seconds; waited += 1) {
      clock.advance(1);
      const early = await take(rate_class);
      expect(early.headers.get("retry-after")).toBe(String(wait_seconds - waited));
    }
    clock.advance(1);
    expect((await take(rate_class)).status).not.toBe(429);
  });

  it("refused requests cost nothing: whoever hammers does not wait longer", async () => {
    await takeAll(() => take(rate_class), burst);
    for (let count = 0; count < 20; count += 1) expect((await take(rate_class)).status).toBe(429);
    clock.advance(token_seconds);
    expect((await take(rate_class)).status).not.toBe(429);
  });

  it("never holds more than its burst, however long nobody came", async () => {
    await take(rate_class);
    clock.advance(1_500);
    expect((await takeAll(() => take(rate_class), burst)).passed).toBe(burst);
  });

  it("admits its burst among parallel requests, and no more", async () => {
    const answers = await Promise.all(Array.from({ length: burst + 15 }, () => take(rate_class)));
    expect(answers.filter(({ status }) => status !== 429)).toHaveLength(burst);
  });

  it("survives eviction amid requests: none gained, and at most a tenth of the burst lost", async () => {
    const taken = 7;
    for (let count = 0; count < taken; count += 1) await take(rate_class);
    await evict(principal());
    const left = (await takeAll(() => take(rate_class), burst)).passed;
    expect(left).toBeLessThanOrEqual(burst - taken);
    expect(left).toBeGreaterThanOrEqual(burst - taken - LOST_MAX[rate_class]);
  });

  it("survives a crash at any moment: none gained", async () => {
    let passed = 0;
    for (let round = 0; round < 12; round += 1) {
      const answers = await Promise.all(Array.from({ length: 11 }, () => take(rate_class)));
      passed += answers.filter(({ status }) => status !== 429).length;
      await crash(principal());
    }
    expect(passed).toBeLessThanOrEqual(burst);
  });
});

it.each(["api", "task", "project"] as const)(
  "who comes to class %s after ten seconds of rest has no less than they were told, evicted or not",
  async (rate_class) => {
    for (let count = 0; count < 15; count += 1) await take(rate_class);
    const { remaining } = stateOf(await take(rate_class));
    clock.advance(10);
    await evict(principal());
    expect(stateOf(await take(rate_class)).remaining).toBeGreaterThanOrEqual(remaining - 1);
  },
);

it("what refills nothing while the bucket is full is no allowance that a crash brings back", async () => {
  const taken = 9;
  await take("api");
  await take("api");
  clock.advance(9);
  for (let count = 0; count < taken; count += 1) await take("api");
  await crash(principal());
  expect(stateOf(await take("api")).remaining).toBeLessThan(LIMITS.api.burst - taken);
});

describe("buckets are kept apart", () => {
  it("by class: one that is empty leaves the others full", async () => {
    await takeAll(() => take("task"), LIMITS.task.burst);
    for (const other of CLASSES.filter((each) => each !== "task")) {
      expect(stateOf(await take(other)).remaining).toBe(LIMITS[other].burst - 1);
    }
  });

  it("by person, not by address: colleagues behind one address do not share", async () => {
    const bob = await signUp({ address: eve.address });
    await takeAll(() => take("task"), LIMITS.task.burst);
    expect((await take("task", bob)).status).not.toBe(429);
  });

  it("not by session nor API token: more credentials of one person are no more tokens", async () => {
    await takeAll(() => take("project"), LIMITS.project.burst);
    await eve.signIn();
    expect((await take("project")).status).toBe(429);
    const body = { name: "more", permissions: ["project:create" as const] };
    const { token } = (await (await eve.recent()).client.createToken({ body })).body;
    const { path, ...sending } = TAKES.project;
    expect((await eve.send(path, { ...sending, token })).status).toBe(429);
  });

  it("a bulk request takes its five tokens or none, and waits for all of them", async () => {
    const bulk = () =>
      eve
        .send("/v1/projects/prj_00000000000000000000000000/tasks/bulk", { method: "POST", json: {} })
        .then(open);
    for (let count = 0; count < 3; count += 1) await take("task");
    for (const left of [12, 7, 2]) expect(stateOf(await bulk()).remaining).toBe(left);
    const refused = await bulk();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("18");
    expect((await take("task")).status, "two tokens are left for smaller ones").not.toBe(429);
    clock.advance(24);
    expect((await bulk()).status).not.toBe(429);
  });

  it("a session or an API token that has ended, or a forged one, takes no token of its owner", async () => {
    const { token } = await eve.otherSession();
    await eve.send("/v1/auth/logout", { method: "POST", token });
    const body = { name: "ended", permissions: ["project:list" as const], expires_in_days: 1 };
    const revoked = (await eve.client.createToken({ body })).body;
    await eve.client.revokeToken({ params: { token_id: revoked.api_token.id } });
    const expired = (await eve.client.createToken({ body })).body;
    clock.advance(86_400);
    await eve.signIn();
    const before = stateOf(await take("api")).remaining;
    for (const ended of [token, revoked.token, expired.token, forged(eve.token)]) {
      for (let count = 0; count < 20; count += 1) {
        const opened = await eve.send("/v1/projects", { token: ended }).then(open);
        expect([opened.status, opened.headers.has("ratelimit")]).toEqual([401, false]);
      }
    }
    expect(stateOf(await take("api")).remaining).toBe(before - 1);
  });
});
