// When something on our side is wrong: the answer says that and no more, the log says what, and neither says a secret.
import { createExecutionContext } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import worker from "../../src/worker.ts";
import { open } from "./harness/envelope.ts";
import { inside, objectOf } from "./harness/objects.ts";
import { admin, type Person } from "./harness/people.ts";
import { coarseRateLimit, env, newAddress, requestTo } from "./harness/worker.ts";

const CANARY = "canary-7f3a";

let ada: Person;
beforeAll(async () => {
  ada = await admin("main");
});
afterEach(() => void vi.restoreAllMocks());

/** Sends a request into the worker with another environment; answers what came back and what was logged. */
async function sendInto(changes: Record<string, unknown>, path: string, method = "GET") {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  log.mockClear();
  const { token, address, user_agent } = ada;
  const request = requestTo(path, { method, token, address, headers: { "User-Agent": user_agent } });
  const opened = await open(await worker.fetch(request, { ...env, ...changes }, createExecutionContext()));
  const lines = log.mock.calls.map(([line]) => String(line));
  return { ...opened, log: lines.join("\n"), lines };
}

/** A namespace whose objects throw that. */
const throwing = (defect: Error) => ({
  getByName: () =>
    new Proxy({}, { get: (_, method) => (method === "then" ? undefined : () => Promise.reject(defect)) }),
});

describe("a broken configuration", () => {
  const broken: [string, unknown][] = [
    ["KEY_RING", undefined],
    ["KEY_RING", ""],
    ["KEY_RING", CANARY],
    ["KEY_RING", `[{"key_id":"k1","key":"${CANARY}"}]`],
    ["KEY_RING", "[]"],
    ["BOOTSTRAP_KEY", undefined],
    ["BOOTSTRAP_KEY", CANARY],
    ["RATE_LIMITS", CANARY],
    ["RATE_LIMITS", `{"login":{"per_minute":-1,"burst":10},"${CANARY}":1}`],
    ["SESSION_IDLE_SECONDS", CANARY],
    ["SESSION_IDLE_SECONDS", "0"],
    ["SESSION_BINDINGS", `{"address":"${CANARY}"}`],
    ["REGISTRATION", CANARY],
    ["ALLOW_LOOPBACK_TARGETS", CANARY],
    ["NONCE_TTL_SECONDS", `300 ${CANARY}`],
    ["PRINCIPAL", undefined],
    ["STRANGERS", undefined],
    ["AUDIT_LOG", undefined],
    ["AUDIT_BUCKET", undefined],
    ["COARSE_RATE_LIMIT", undefined],
  ];

  it.each(broken)("of %s as %j serves nothing, and the log names the variable alone", async (name, value) => {
    for (const [path, method] of [
      ["/v1/session", "GET"],
      ["/v1/auth/nonce", "POST"],
      ["/healthz", "GET"],
    ] as const) {
      const { status, reason, text, log } = await sendInto({ [name]: value }, path, method);
      expect({ path, status, reason }).toEqual({ path, status: 503, reason: "misconfigured" });
      expect(log).toContain(name);
      expect(log).not.toContain(CANARY);
      expect(text).not.toContain(CANARY);
      expect(text, "outsiders are not told which").not.toContain(name);
    }
  });

  it("names every variable that is wrong at once", async () => {
    const { log } = await sendInto(
      { KEY_RING: CANARY, REGISTRATION: CANARY, AUDIT_LOG: undefined },
      "/v1/session",
    );
    for (const name of ["KEY_RING", "REGISTRATION", "AUDIT_LOG"]) expect(log).toContain(name);
  });
});

describe("a defect", () => {
  it("in an object is answered 500 without details, and logged with the request's id", async () => {
    for (const kind of ["PRINCIPAL", "WORKSPACE"] as const) {
      const defect = new Error(`no such table: ${CANARY}`);
      const { status, reason, text, lines, headers } = await sendInto(
        { [kind]: throwing(defect) },
        "/v1/users",
      );
      expect({ status, reason }).toEqual({ status: 500, reason: "internal" });
      expect(text).not.toContain(CANARY);
      expect(lines).toHaveLength(1);
      const line = JSON.parse(lines[0]!) as { message: string };
      expect(line).toMatchObject({
        level: "error",
        reason: "internal",
        request_id: headers.get("request-id"),
      });
      expect(line.message).toContain(CANARY);
      for (const secret of [ada.token, ada.address]) expect(lines[0]).not.toContain(secret);
    }
  });

  it("in a real object, too: a table that is gone", async () => {
    const { project } = (await ada.client.createProject({ body: { name: "Broken" } })).body;
    const stub = objectOf("PROJECT", `main/${project.id}`);
    await inside(stub, (_, { storage }) => storage.sql.exec("DROP TABLE change"));
    const { status, text } = await sendInto({}, `/v1/projects/${project.id}/events`);
    expect(status).toBe(500);
    expect(text).not.toMatch(/table|SQL/);
    expect((await ada.client.readProject({ params: { project_id: project.id } })).status).toBe(200);
  });

  it.each([
    ["overloaded", { overloaded: true }],
    ["out of reach for now", { retryable: true }],
  ])("of an object that is %s is answered 503, to be tried again", async (_, mark) => {
    const defect = Object.assign(new Error(CANARY), mark);
    const { status, reason, headers, text } = await sendInto({ PRINCIPAL: throwing(defect) }, "/v1/session");
    expect({ status, reason }).toEqual({ status: 503, reason: "unavailable" });
    expect(headers.get("retry-after")).toBe("1");
    expect(text).not.toContain(CANARY);
  });

  it("of something that is no Error at all is answered alike", async () => {
    for (const thrown of [null, undefined, CANARY, { status: 200 }]) {
      const { status, text } = await sendInto({ PRINCIPAL: throwing(thrown as never) }, "/v1/session");
      expect(status).toBe(500);
      expect(text).not.toContain(CANARY);
    }
  });
});

describe("a coarse limiter", () => {
  it("passes 600 requests a minute of one address, and no more", async () => {
    const ask = async (address: string) =>
      (
        await worker.fetch(requestTo("/style.css", { address }), {
          ...env,
          COARSE_RATE_LIMIT: coarseRateLimit,
        })
      ).status;
    const [one, other] = [newAddress(), newAddress()];
    // The limiter counts in fixed windows: where the burst meets the end of one, either half of it is beyond 600.
    const statuses = await Promise.all(Array.from({ length: 1_210 }, () => ask(one)));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(600);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(await ask(other)).toBe(200);
  });

  it("that throws lets nobody through", async () => {
    const COARSE_RATE_LIMIT = { limit: () => Promise.reject(new Error(CANARY)) };
    let asked = false;
    const PRINCIPAL = {
      getByName() {
        asked = true;
        return env.PRINCIPAL.getByName("main/none");
      },
    };
    const { status, text } = await sendInto({ COARSE_RATE_LIMIT, PRINCIPAL }, "/v1/session");
    expect(status).toBeGreaterThanOrEqual(500);
    expect(text).not.toContain(CANARY);
    expect(asked).toBe(false);
  });

  it("that refuses answers 429 before any object is asked, and says how long to wait", async () => {
    const COARSE_RATE_LIMIT = { limit: async () => ({ success: false }) };
    const nobody = throwing(new Error("an object was asked"));
    const { status, reason, headers, log } = await sendInto(
      { COARSE_RATE_LIMIT, PRINCIPAL: nobody, STRANGERS: nobody },
      "/v1/session",
    );
    expect({ status, reason }).toEqual({ status: 429, reason: "rate_limited" });
    expect(Number(headers.get("retry-after"))).toBe(60);
    expect(log).toBe("");
  });

  it("is asked about the network, so that addresses within a /64 are one, and headers of clients none", async () => {
    const keys: string[] = [];
    const COARSE_RATE_LIMIT = {
      limit: async ({ key }: { key: string }) => {
        keys.push(key);
        return { success: true };
      },
    };
    const ask = (address: string | null, headers: Record<string, string> = {}) =>
      worker.fetch(requestTo("/docs", { address, headers }), { ...env, COARSE_RATE_LIMIT });
    await ask("2001:db8:7:1::1");
    await ask("2001:DB8:7:1:ffff:ffff:ffff:ffff");
    await ask("2001:db8:7:2::1");
    await ask("::ffff:192.0.2.9");
    await ask("192.0.2.9", {
      "X-Forwarded-For": "203.0.113.9",
      "True-Client-IP": "203.0.113.9",
      Forwarded: "for=1",
    });
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(keys[3]).toBe("192.0.2.9");
    expect(keys[4]).toBe("192.0.2.9");
  });
});
