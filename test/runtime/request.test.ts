// Requests as an attacker shapes them: paths, methods, queries and headers that no client sends.
// Each is refused by its own reason, and the answer never repeats what was wrong.
import { beforeAll, describe, expect, it } from "vitest";
import { open } from "./harness/envelope.ts";
import { shipAll } from "./harness/objects.ts";
import { admin, type Person } from "./harness/people.ts";
import { type Sending, send } from "./harness/worker.ts";

const CANARY = "canary-7f3a";

let ada: Person;
beforeAll(async () => {
  ada = await admin("main");
});

const as = async (person: Person, path: string, sending: Sending = {}) =>
  open(await person.send(path, sending));

describe("paths and methods", () => {
  it.each([
    ["/v1/session", "PUT", "GET, HEAD"],
    ["/v1/sessions", "POST", "DELETE, GET, HEAD"],
    ["/v1/auth/login", "GET", "POST"],
    ["/v1/auth/mfa", "PATCH", "DELETE, POST"],
    ["/v1/projects", "OPTIONS", "GET, HEAD, POST"],
    ["/v1/projects/prj_00000000000000000000000000", "POST", "DELETE, GET, HEAD, PATCH"],
    ["/healthz", "DELETE", "GET, HEAD"],
    ["/docs", "POST", "GET, HEAD"],
  ])("%s does not take %s and says what it takes", async (path, method, allow) => {
    const opened = await as(ada, path, { method });
    expect(opened).toMatchObject({ status: 405, reason: "method_not_allowed" });
    expect(opened.headers.get("allow")).toBe(allow);
  });

  it.each([
    "/v1",
    "/v1/",
    "/v2/session",
    "/v1/session/",
    "/V1/session",
    "//v1/session",
    "/v1//session",
    "/v1/session;x=1",
    "/v1/users/usr_1/passwords",
    "/v1/audit",
    "/.env",
    "/wrangler.toml",
    "/__scheduled",
    "/cdn-cgi/mf/scheduled",
    `/${CANARY}`,
    "/problems/no-such-reason",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/v1/session%00",
    "/v1/session%2f",
  ])("%s is nothing here", async (path) => {
    const opened = await as(ada, path);
    expect(opened).toMatchObject({ status: 404, reason: "not_found" });
    expect(opened.text).not.toContain(CANARY);
  });

  it("a broken escape in a path is the caller's mistake", async () => {
    const opened = await as(ada, "/v1/users/%E0%A4%A");
    expect([400, 404, 422]).toContain(opened.status);
  });

  it("dot segments are resolved before anything is decided", async () => {
    expect(await as(ada, "/v1/auth/../session")).toMatchObject({ status: 200 });
  });

  it("HEAD answers as GET does, without a body, and does not pass where GET would not", async () => {
    const head = await ada.send("/v1/session", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await send("/v1/session", { method: "HEAD" })).status).toBe(401);
    expect((await ada.send("/v1/auth/login", { method: "HEAD" })).status).toBe(405);
  });

  it("a header cannot make another method of a request", async () => {
    const headers = { "X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE" };
    expect(await as(ada, "/v1/sessions", { headers })).toMatchObject({ status: 200 });
    expect(await as(ada, "/v1/session")).toMatchObject({ status: 200 });
  });
});

describe("queries and headers", () => {
  it("a query parameter may come once, and must be known", async () => {
    for (const query of ["limit=1&limit=2", "limit=1&limit=1", "limit=1&%6cimit=2", "zz=1&zz=2"]) {
      expect(await as(ada, `/v1/users?${query}`)).toMatchObject({ status: 400, reason: "malformed_request" });
    }
    const opened = await as(ada, `/v1/users?limit=1&zz=${CANARY}&__proto__=${CANARY}`);
    expect(opened).toMatchObject({ status: 422, reason: "invalid_input" });
    expect(opened.text).not.toContain(CANARY);
    expect(await as(ada, "/v1/session?limit=1")).toMatchObject({ status: 422 });
  });

  it.each(["0", "-1", "201", "1.5", "1e2", "0x10", "+5", " 5", "", "٣", "9".repeat(400)])(
    "a limit of %j is refused",
    async (limit) => {
      const opened = await as(ada, `/v1/users?limit=${encodeURIComponent(limit)}`);
      expect(opened).toMatchObject({ status: 422, reason: "invalid_input" });
    },
  );

  it("a cursor is taken by nobody else, on no other list and with no other filter", async () => {
    await shipAll();
    const path = "/v1/audit/events?limit=1";
    const { next_cursor } = (await ada.client.listEvents({ query: { limit: "1" } })).body;
    expect(next_cursor).toBeTypeOf("string");
    const cursor = encodeURIComponent(next_cursor!);
    expect(await as(ada, `${path}&cursor=${cursor}`)).toMatchObject({ status: 200 });
    const bea = await admin("other");
    expect(await as(bea, `${path}&cursor=${cursor}`)).toMatchObject({ status: 422 });
    expect(await as(ada, `${path}&decision=allow&cursor=${cursor}`)).toMatchObject({ status: 422 });
    expect(await as(ada, `/v1/users?cursor=${cursor}`)).toMatchObject({ status: 422 });
    const moved = `${btoa("0").replaceAll("=", "")}.${next_cursor!.split(".")[1]}`;
    expect(await as(ada, `${path}&cursor=${moved}`)).toMatchObject({ status: 422 });
  });

  it.each(["v1", 'W/"v1"', '"v1", "v2"', '"1"', '""', "*x", '"v1" ', '"v-1"', '"v1e3"', '"v٣"', "null"])(
    "If-Match with %j changes nothing",
    async (if_match) => {
      const { project } = (await ada.client.createProject({ body: { name: "Kept" } })).body;
      const headers = { "If-Match": encodeURI(if_match).replaceAll("%22", '"').replaceAll("%20", " ") };
      const opened = await as(ada, `/v1/projects/${project.id}`, { method: "DELETE", headers });
      // White space around a header's value is not part of it (RFC 9110 §5.5): that one is the version.
      if (if_match === '"v1" ') return expect(opened.status).toBe(204);
      expect(opened).toMatchObject({ status: 400, reason: "malformed_request" });
      expect(
        (await ada.client.readProject({ params: { project_id: project.id } })).body.project.version,
      ).toBe(1);
    },
  );

  it("ids of requests are made here, not taken from the caller", async () => {
    const opened = await as(ada, "/v1/session", {
      headers: { "Request-Id": CANARY, "X-Request-Id": CANARY },
    });
    expect(opened.headers.get("request-id")).not.toContain(CANARY);
  });
});

it("pages are framed by nobody, say nothing of where they lead from, and share no window", async () => {
  for (const path of ["/docs", "/problems", "/link"]) {
    const { headers } = await send(path);
    const found = Object.fromEntries(
      ["x-frame-options", "referrer-policy", "cross-origin-opener-policy"].map((name) => [
        name,
        headers.get(name),
      ]),
    );
    expect(found).toEqual({
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
    });
    expect(headers.get("permissions-policy")).toContain("camera=()");
    expect(headers.get("content-security-policy")).toMatch(/frame-ancestors 'none'/);
  }
});
