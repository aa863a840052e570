// Sessions in a cookie: the token never reaches a script, and no other site's page can use it.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clock } from "./harness/clock.ts";
import { open } from "./harness/envelope.ts";
import { admin, type Person, signUp } from "./harness/people.ts";
import { ORIGIN, type Sending, send } from "./harness/worker.ts";

const NAME = "__Host-taskward-session";

let eve: Person;
let cookie: string;

beforeAll(async () => {
  await admin("main");
});
beforeEach(async () => {
  eve = await signUp();
  const { set_cookie } = await signInByCookie(eve);
  cookie = set_cookie.split(";")[0]!;
});

async function signInByCookie(person: Person) {
  const json = { ...person.credentials(), transport: "cookie" };
  const opened = await open(await person.send("/v1/auth/login", { json, token: null }));
  expect(opened.status).toBe(200);
  return { set_cookie: opened.headers.get("set-cookie")!, ...opened };
}

/** A request as a browser would send it: with the cookie, and with an Origin where one is given. */
async function browse(path: string, sending: Sending = {}, origin?: string) {
  const headers = { Cookie: cookie, ...(origin !== undefined && { Origin: origin }), ...sending.headers };
  return open(await eve.send(path, { token: null, ...sending, headers }));
}

describe("the cookie", () => {
  it("is for this host, for TLS, out of reach of scripts and other sites, and ends with the session", async () => {
    const { set_cookie, headers, body, text } = await signInByCookie(eve);
    const [pair, ...attributes] = set_cookie.split("; ");
    expect(pair).toMatch(new RegExp(`^${NAME}=tws_1\\.[\\w.-]+$`));
    expect(attributes.sort()).toEqual(["HttpOnly", "Max-Age=86400", "Path=/", "SameSite=Strict", "Secure"]);
    expect([...headers.keys()].filter((name) => name === "set-cookie")).toHaveLength(1);
    expect(body).not.toHaveProperty("session_token");
    expect(text).not.toContain("tws_");
  });

  it("is not set for a bearer, and its sign-in puts the token in the body alone", async () => {
    const opened = await open(await eve.send("/v1/auth/login", { json: eve.credentials(), token: null }));
    expect(opened.headers.has("set-cookie")).toBe(false);
    expect((opened.body as { session_token: string }).session_token).toMatch(/^tws_1\./);
  });

  it("renews into another cookie, and not into the body", async () => {
    const { status, headers, text } = await browse("/v1/session/renew", { method: "POST" }, ORIGIN);
    expect(status).toBe(200);
    expect(text).not.toContain("tws_");
    const renewed = headers.get("set-cookie")!.split(";")[0]!;
    expect(renewed).not.toBe(cookie);
    cookie = renewed;
    expect(await browse("/v1/session")).toMatchObject({ status: 200 });
  });

  it("is taken away at sign-out, and the session with it", async () => {
    const { status, headers } = await browse("/v1/auth/logout", { method: "POST" }, ORIGIN);
    expect(status).toBe(204);
    expect(headers.get("set-cookie")).toMatch(new RegExp(`^${NAME}=; Path=/; Max-Age=0; Secure; HttpOnly`));
    expect(headers.get("clear-site-data"), "the browser forgets pages that it keeps").toBe('"cache"');
    expect(await browse("/v1/session")).toMatchObject({ status: 401, reason: "session_ended" });
  });

  it("carries no API token", async () => {
    const body = { name: "import", permissions: ["project:list" as const] };
    const { token } = (await (await eve.recent()).client.createToken({ body })).body;
    expect((await eve.send("/v1/projects", { token })).status).toBe(200);
    cookie = `${NAME}=${token}`;
    expect(await browse("/v1/projects")).toMatchObject({ status: 401 });
  });
});

describe("a change by cookie", () => {
  it("passes from this service's own pages", async () => {
    const opened = await browse("/v1/projects", { json: { name: "Mine" } }, ORIGIN);
    expect(opened).toMatchObject({ status: 201 });
  });

  it.each([
    ["no Origin at all", undefined],
    ["an opaque origin", "null"],
    ["an empty one", ""],
    ["another site", "https://evil.test"],
    ["a subdomain", "https://pages.taskward.test"],
    ["a name that begins alike", "https://taskward.test.evil.test"],
    ["the parent domain", "https://test"],
    ["another port", "https://taskward.test:8443"],
    ["plain HTTP", "http://taskward.test"],
    ["another case", "HTTPS://TASKWARD.TEST"],
    ["a path", "https://taskward.test/"],
    ["a user", "https://evil@taskward.test"],
    ["two origins", "https://taskward.test, https://evil.test"],
    ["a wildcard", "*"],
  ])("is refused with %s", async (_, origin) => {
    for (const [path, method, json] of [
      ["/v1/projects", "POST", { name: "Theirs" }],
      ["/v1/sessions", "DELETE", undefined],
      ["/v1/auth/logout", "POST", undefined],
    ] as const) {
      const opened = await browse(path, { method, ...(json && { json }) }, origin);
      expect(opened, path).toMatchObject({ status: 403, reason: "origin_refused" });
    }
    expect(await browse("/v1/session"), "the session goes on").toMatchObject({ status: 200 });
    const { body } = await browse("/v1/projects");
    expect(body).toMatchObject({ count: 0 });
  });

  it("is not let through by a Referer, nor by a forwarded host", async () => {
    const headers = { Referer: `${ORIGIN}/`, "X-Forwarded-Host": "evil.test", Forwarded: "host=evil.test" };
    const opened = await browse("/v1/auth/logout", { method: "POST", headers }, "https://evil.test");
    expect(opened).toMatchObject({ status: 403 });
  });

  it("costs the owner of the session nothing when it comes from elsewhere", async () => {
    for (let count = 0; count < 25; count += 1)
      await browse("/v1/projects", { json: {} }, "https://evil.test");
    const { headers } = await browse("/v1/projects");
    expect(headers.get("ratelimit")).toMatch(/^"project";r=49;/);
  });

  it("reads pass without an Origin: browsers send none with them", async () => {
    expect(await browse("/v1/session")).toMatchObject({ status: 200 });
    expect(
      (await eve.send("/v1/session", { token: null, method: "HEAD", headers: { Cookie: cookie } })).status,
    ).toBe(200);
  });

  it("by bearer needs none: a header does not travel by itself", async () => {
    const opened = await open(await eve.send("/v1/projects", { json: { name: "Mine" } }));
    expect(opened).toMatchObject({ status: 201 });
  });
});

describe("more than one credential", () => {
  it("is refused, even where one of them is worth nothing", async () => {
    const both = [
      { headers: { Authorization: `Bearer ${eve.token}`, Cookie: cookie } },
      { headers: { Authorization: "Bearer nonsense", Cookie: cookie } },
      { headers: { Authorization: `Bearer ${eve.token}`, Cookie: `${NAME}=nonsense` } },
      { headers: { Authorization: `Basic ${btoa("a:b")}`, Cookie: cookie } },
      { headers: { Cookie: `${cookie}; ${cookie}` } },
      { headers: { Cookie: `${NAME}=; ${cookie}` } },
      { headers: { Cookie: `${cookie};${NAME}=nonsense` } },
    ];
    for (const sending of both) {
      const opened = await open(await eve.send("/v1/session", { token: null, ...sending }));
      expect(opened, JSON.stringify(sending)).toMatchObject({ status: 400, reason: "ambiguous_credentials" });
    }
  });

  it("does not arise from cookies of other names, nor from names in another case", async () => {
    cookie = `a=1; ${NAME.toLowerCase()}=x; x${NAME}=y; ${cookie}; ${NAME}x=z; theme="${NAME}=q"`;
    expect(await browse("/v1/session")).toMatchObject({ status: 200 });
  });

  it("two Authorization headers are no credential", async () => {
    const headers = new Headers({ "CF-Connecting-IP": eve.address, "User-Agent": eve.user_agent });
    headers.append("Authorization", `Bearer ${eve.token}`);
    headers.append("Authorization", `Bearer ${eve.token}`);
    const answer = await send("/v1/session", { address: null, headers: Object.fromEntries(headers) });
    expect(answer.status).toBe(401);
  });
});

it("a cookie is bound to its device like any session: elsewhere it ends", async () => {
  clock.advance(1);
  const stolen = await open(
    await send("/v1/session", { headers: { Cookie: cookie }, address: "192.0.2.253" }),
  );
  expect(stolen).toMatchObject({ status: 401, reason: "session_ended" });
  expect(await browse("/v1/session")).toMatchObject({ status: 401, reason: "session_ended" });
});
