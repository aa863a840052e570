// Token buckets: every class has its burst and its pace, per client, whatever comes between. Time moves as told.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { operations } from "../../src/api/operations/index.ts";
import type { RateClass } from "../../src/schema/role.ts";
import { clock } from "./harness/clock.ts";
import { type Opened, open } from "./harness/envelope.ts";
import { allOf, crash, evict, objectOf } from "./harness/objects.ts";
import { admin, type Person, signUp } from "./harness/people.ts";
import { newAddress, type Sending, send } from "./harness/worker.ts";

/** As the design says; nothing here reads the configuration. */
const LIMITS = {
  login: { per_minute: 5, burst: 10 },
  api: { per_minute: 60, burst: 100 },
  task: { per_minute: 10, burst: 20 },
  project: { per_minute: 30, burst: 50 },
} as const satisfies Partial<Record<RateClass, { per_minute: number; burst: number }>>;
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

/** Takes until refused; answers how many passed and the refusal. */
async function takeAll(
  taking: () => Promise<Opened>,
  burst = 100,
): Promise<{ passed: number; refusal: Opened }> {
  const answers = await Promise.all(Array.from({ length: burst + 1 }, taking));
  const refusal = answers.find(({ status }) => status === 429);
  if (!refusal) throw new Error(`more than ${burst} passed`);
  return { passed: answers.filter(({ status }) => status !== 429).length, refusal };
}

function stateOf({ headers }: Opened) {
  const [, policy, burst, window_seconds] = /^"(\w+)";q=(\d+);w=(\d+)$/.exec(
    headers.get("ratelimit-policy")!,
  )!;
  const [, rate_class, remaining, reset_seconds] = /^"(\w+)";r=(\d+);t=(\d+)$/.exec(
    headers.get("ratelimit")!,
  )!;
  expect(rate_class).toBe(policy);
  return {
    rate_class,
    burst: Number(burst),
    window_seconds: Number(window_seconds),
    remaining: Number(remaining),
    reset_seconds: Number(reset_seconds),
  };
}

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

  it("survives eviction: none gained, and of class api at most ten lost", async () => {
    const taken = 7;
    for (let count = 0; count < taken; count += 1) await take(rate_class);
    await evict(principal());
    const left = (await takeAll(() => take(rate_class), burst)).passed;
    expect(left).toBeLessThanOrEqual(burst - taken);
    expect(left).toBeGreaterThanOrEqual(burst - taken - (rate_class === "api" ? 10 : 0));
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

it.each(["api", "task"] as const)(
  "class %s does not run dry for whoever keeps to half its pace, though eviction comes between any two requests",
  async (rate_class) => {
    const { burst, per_minute } = LIMITS[rate_class];
    for (let round = 0; round < 5; round += 1) {
      const { remaining } = stateOf(await take(rate_class));
      expect(remaining, `after ${round} evictions`).toBeGreaterThanOrEqual(burst - 11);
      await evict(principal());
      clock.advance(120 / per_minute);
    }
  },
);

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

  it("a session that has ended, or a forged token, takes no token of its owner", async () => {
    const { token } = await eve.otherSession();
    await eve.send("/v1/auth/logout", { method: "POST", token });
    const before = stateOf(await take("api")).remaining;
    const forged = `${eve.token.slice(0, -2)}${eve.token.endsWith("A") ? "E" : "A"}${eve.token.slice(-1)}`;
    for (let count = 0; count < 20; count += 1) await eve.send("/v1/session", { token: forged });
    expect(stateOf(await take("api")).remaining).toBe(before - 1);
  });
});

describe("callers without a name", () => {
  const nonce = (address: string | null, headers: Record<string, string> = {}) =>
    send("/v1/auth/nonce", { method: "POST", address, headers }).then(open);
  const login = (address: string | null, headers: Record<string, string> = {}) =>
    send("/v1/auth/login", { method: "POST", address, headers, json: {} }).then(open);

  it("have the same limits, by address", async () => {
    const [one, other] = [newAddress(), newAddress()];
    const { passed, refusal } = await takeAll(() => login(one), LIMITS.login.burst);
    expect(passed).toBe(LIMITS.login.burst);
    const wait_seconds = Number(refusal.headers.get("retry-after"));
    expect(wait_seconds).toBe(12);
    expect((await login(other)).status).toBe(422);
    expect(stateOf(await nonce(one)).remaining).toBe(LIMITS.api.burst - 1);
    clock.advance(wait_seconds - 1);
    expect((await login(one)).status).toBe(429);
    clock.advance(1);
    expect((await login(one)).status).toBe(422);
  });

  it("of one IPv6 /64 are one, in whatever spelling; the next /64 is another", async () => {
    const spellings = [
      "2001:db8:aa:1::1",
      "2001:DB8:AA:1:0:0:0:2",
      "2001:0db8:00aa:0001:ffff:ffff:ffff:ffff",
    ];
    for (let count = 0; count < LIMITS.login.burst; count += 1) await login(spellings[count % 3]!);
    for (const address of spellings) expect((await login(address)).status).toBe(429);
    expect((await login("2001:db8:aa:2::1")).status).toBe(422);
  });

  it("of one IPv4 address are one, also where it comes as an IPv6 address", async () => {
    await takeAll(() => login("192.0.2.251"), LIMITS.login.burst);
    for (const address of ["::ffff:192.0.2.251", "::FFFF:c000:02fb"]) {
      expect((await login(address)).status, address).toBe(429);
    }
    expect((await login("192.0.2.252")).status).toBe(422);
  });

  it("cannot be somebody else by a header that anybody can send", async () => {
    const address = newAddress();
    await takeAll(() => login(address), LIMITS.login.burst);
    for (const name of [
      "X-Forwarded-For",
      "True-Client-IP",
      "X-Real-IP",
      "Forwarded",
      "CF-Pseudo-IPv4",
      "Via",
    ]) {
      expect((await login(address, { [name]: "203.0.113.77" })).status, name).toBe(429);
    }
    const { passed } = await takeAll(
      () => login("203.0.113.77", { "X-Forwarded-For": newAddress() }),
      LIMITS.login.burst,
    );
    expect(passed, "nor empty somebody else's bucket").toBe(LIMITS.login.burst);
  });

  it("without any address share one bucket: they do not pass unlimited", async () => {
    expect((await takeAll(() => login(null), LIMITS.login.burst)).passed).toBeLessThanOrEqual(
      LIMITS.login.burst,
    );
  });

  it("gain nothing by parallel requests, nor by what a name or a workspace they try", async () => {
    const address = newAddress();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        send("/v1/auth/login", { address, json: { username: `u${index}`, workspace: `w${index}` } }),
      ),
    );
    expect(answers.filter(({ status }) => status !== 429)).toHaveLength(LIMITS.login.burst);
  });

  it("keep their buckets when their shard is evicted or crashes", async () => {
    const address = newAddress();
    await takeAll(() => login(address), LIMITS.login.burst);
    for (const stub of await allOf("STRANGERS")) await crash(stub);
    expect((await login(address)).status).toBe(429);
  });

  it("and people who sign in from the same address: a token of theirs is none of the address", async () => {
    await takeAll(() => login(eve.address), LIMITS.login.burst);
    expect((await take("login")).status).not.toBe(429);
  });
});
