// The typed client against a stand-in for fetch: what it sends, what it refuses to send, what it makes of answers.
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  AnswerError,
  type ClientSettings,
  ConnectionError,
  createClient,
  type FetchInit,
  ProblemError,
} from "../../../src/api/client.ts";
import { operationList } from "../../../src/api/operations/index.ts";

const PROJECT = "prj_01h455vb4pex5vsknk084sn02q";
const TASK = "tsk_01h455vb4pex5vsknk084sn02q";

interface Sent {
  url: string;
  init: FetchInit;
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });

function clientOf(answer: () => Response | Promise<Response>, settings: Partial<ClientSettings> = {}) {
  const sent: Sent[] = [];
  const client = createClient({
    origin: "https://tasks.example",
    ...settings,
    fetch: async (url, init) => {
      sent.push({ url, init });
      return answer();
    },
  });
  return { client, sent };
}

const lastOf = (sent: Sent[]): Sent => sent.at(-1)!;

/** Calls past the types, as JavaScript can. */
type Untyped = Record<string, (request?: unknown) => Promise<unknown>>;

describe("what is sent", () => {
  test("there is a method for every operation", () => {
    const { client } = clientOf(() => json({}));
    for (const [id] of operationList) expect(client[id]).toBeTypeOf("function");
  });

  test("parameters, body, version and token each take their place", async () => {
    const { client, sent } = clientOf(() => json({ task: {} }), { session_token: "tws_1.x" });
    await client.updateTask({
      params: { project_id: PROJECT, task_id: TASK },
      body: { status: "in_progress" },
      if_match: '"3"',
    });
    const { url, init } = lastOf(sent);
    expect(url).toBe(`https://tasks.example/v1/projects/${PROJECT}/tasks/${TASK}`);
    expect(init.method).toBe("PATCH");
    expect(init.body).toBe('{"status":"in_progress"}');
    expect(init.redirect).toBe("manual");
    expect(Object.fromEntries(init.headers)).toEqual({
      accept: "application/json, application/problem+json",
      authorization: "Bearer tws_1.x",
      "content-type": "application/json",
      "if-match": '"3"',
    });
  });

  test("an operation without input needs no argument and sends no body", async () => {
    const { client, sent } = clientOf(() => new Response(null, { status: 204 }));
    expect((await client.logout()).body).toBeUndefined();
    expect(lastOf(sent).init.body).toBeUndefined();
    expect(lastOf(sent).init.headers.has("content-type")).toBe(false);
  });

  test("the query is encoded, and absent values stay absent", async () => {
    const { client, sent } = clientOf(() => json({ tasks: [], count: 0, next_cursor: null }));
    await client.listTasks({
      params: { project_id: PROJECT },
      query: { cursor: "a&b=c#d", status: undefined },
    });
    expect(lastOf(sent).url).toBe(`https://tasks.example/v1/projects/${PROJECT}/tasks?cursor=a%26b%3Dc%23d`);
  });

  test("no path parameter can change the path", async () => {
    const { client, sent } = clientOf(() => json({ user: {} }));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.constantFrom("..", "../x", "a/b", "?q", "#f", "%2e%2e")),
        async (user_id) => {
          sent.length = 0;
          try {
            await client.readUser({ params: { user_id } });
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError);
            expect(sent).toEqual([]);
            return;
          }
          const url = new URL(lastOf(sent).url);
          expect(url.pathname.split("/")).toHaveLength(4);
          expect(decodeURIComponent(url.pathname.slice("/v1/users/".length))).toBe(user_id);
          expect(url.search + url.hash).toBe("");
        },
      ),
    );
  });

  test.each(["", ".", ".."])("the path parameter %j is refused", async (user_id) => {
    const { client, sent } = clientOf(() => json({}));
    await expect(client.readUser({ params: { user_id } })).rejects.toThrow(TypeError);
    expect(sent).toEqual([]);
  });

  test.each([
    ["an unknown path parameter", "readUser", { params: { user_id: "u", more: "x" } }],
    ["a missing path parameter", "readUser", {}],
    ["an unknown query parameter", "listUsers", { query: { more: "x" } }],
    ["an inherited query parameter", "listUsers", { query: { toString: "x" } }],
    ["a body where none is taken", "logout", { body: {} }],
    ["a version where none is taken", "logout", { if_match: '"1"' }],
    ["an unknown part of a request", "logout", { parms: {} }],
  ])("%s is refused", async (_, id, request) => {
    const { client, sent } = clientOf(() => json({}));
    await expect((client as unknown as Untyped)[id]!(request)).rejects.toThrow(TypeError);
    expect(sent).toEqual([]);
  });

  test.each([
    "https://a.example/v1",
    "https://u:p@a.example",
    "https://a.example?x",
    "file:///a",
    "a.example",
  ])("the origin %s is refused", (origin) => expect(() => createClient({ origin })).toThrow(TypeError));

  test("a token with a line break is refused, without repeating it", () => {
    const make = () => createClient({ origin: "https://a.example", session_token: "tws_secret\nX: y" });
    expect(make).toThrow(/^malformed session token$/);
  });
});

test("a client with changes leaves the first as it was", async () => {
  const { client, sent } = clientOf(() => json({}), { headers: { "x-one": "1" } });
  const signedIn = client.with({ session_token: "tws_1.x", headers: { "x-two": "2" } });
  await signedIn.nonce();
  expect(Object.fromEntries(lastOf(sent).init.headers)).toMatchObject({
    authorization: "Bearer tws_1.x",
    "x-one": "1",
    "x-two": "2",
  });
  await client.nonce();
  expect(lastOf(sent).init.headers.has("authorization")).toBe(false);
  expect(lastOf(sent).init.headers.has("x-two")).toBe(false);
  await signedIn.with({ session_token: null }).nonce();
  expect(lastOf(sent).init.headers.has("authorization")).toBe(false);
});

describe("what comes back", () => {
  test("an answer carries body, version, audit event and request id", async () => {
    const project = { id: PROJECT, name: "Launch" };
    const { client } = clientOf(() =>
      json({ project }, 201, { etag: '"1"', "audit-event": "evt_1", "request-id": "req_1" }),
    );
    const answer = await client.createProject({ body: { name: "Launch" } });
    expect(answer).toMatchObject({
      status: 201,
      body: { project },
      etag: '"1"',
      audit_event: "evt_1",
      request_id: "req_1",
    });
    expectTypeOf(answer.status).toEqualTypeOf<201>();
    expectTypeOf(answer.body.project.version).toEqualTypeOf<number>();
  });

  test("a document in another media type is text, where the operation has any, and a fault elsewhere", async () => {
    const csv = () =>
      new Response("ref,title\r\n", { headers: { "content-type": "text/csv; charset=utf-8" } });
    const { client } = clientOf(csv);
    const params = { project_id: PROJECT };
    expect((await client.exportPlan({ params, query: { format: "csv" } })).body).toBe("ref,title\r\n");
    await expect(client.readProject({ params })).rejects.toThrow(AnswerError);
  });

  test("a refusal is a ProblemError with its reason and the seconds to wait", async () => {
    const problem = {
      type: "/problems/rate_limited",
      title: "Too many requests",
      status: 429,
      detail: "Wait.",
    };
    const { client } = clientOf(() =>
      json(problem, 429, { "content-type": "application/problem+json", "retry-after": "7" }),
    );
    const error = await client.nonce().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      message: "nonce: 429 Too many requests: Wait.",
      status: 429,
      reason: "rate_limited",
      retry_after_seconds: 7,
      problem,
    });
  });

  test.each([
    [
      "a page of HTML",
      () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "text/html" } }),
    ],
    [
      "JSON that is no problem",
      () => json({ error: "no" }, 500, { "content-type": "application/problem+json" }),
    ],
    ["a success of another status", () => json({ nonce: "x", timestamp: 1 }, 202)],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://evil.example/" } })],
    ["half a body", () => new Response('{"nonce":', { headers: { "content-type": "application/json" } })],
  ])("%s is an AnswerError", async (_, answer) => {
    const { client } = clientOf(answer);
    await expect(client.nonce()).rejects.toThrow(AnswerError);
  });

  test("no answer is a ConnectionError that names the operation and keeps the cause", async () => {
    const cause = new TypeError("refused");
    const { client } = clientOf(() => Promise.reject(cause));
    const error = await client.nonce().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ message: "nonce: no answer from https://tasks.example", cause });
  });

  test("an aborted call throws the signal's own reason", async () => {
    const { client } = clientOf(() => Promise.reject(new Error("aborted")));
    const reason = new Error("the reader left");
    await expect(client.nonce({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

test("the types take each operation's own input alone", () => {
  const { client } = clientOf(() => json({}));
  const untaken = () => {
    // @ts-expect-error a body is needed
    client.createProject();
    // @ts-expect-error the version is needed
    client.deleteTask({ params: { project_id: PROJECT, task_id: TASK } });
    // @ts-expect-error there is no such field
    client.createProject({ body: { name: "x", colour: "red" } });
    // @ts-expect-error nothing is taken
    client.logout({ body: {} });
  };
  expect(untaken).toBeTypeOf("function");
});

describe("paths with slashes and answers that are not JSON", () => {
  const bytes = new Uint8Array([0, 255, 10]);
  const octets = () => new Response(bytes, { headers: { "content-type": "application/octet-stream" } });

  test("a path parameter that may hold slashes keeps them, and nothing climbs out of it", async () => {
    const { client, sent } = clientOf(octets);
    await client.readTile({ params: { level: "0", path: "x001/234.p/5" } });
    expect(lastOf(sent).url).toBe("https://tasks.example/v1/audit/tile/0/x001/234.p/5");
    for (const path of ["", "../x", "x/../y", "x//y", "/x", "x/", "x/."])
      await expect(client.readTile({ params: { level: "0", path } }), path).rejects.toThrow(TypeError);
  });

  test("bytes arrive as they were sent, and another media type is no answer", async () => {
    const params = { level: "0", path: "000" };
    expect((await clientOf(octets).client.readTile({ params })).body).toEqual(bytes);
    await expect(clientOf(() => json({})).client.readTile({ params })).rejects.toThrow(AnswerError);
  });

  test("an answer that is still pending is no refusal", async () => {
    const { client } = clientOf(() => json({ proof: null }, 202));
    expect(await client.proveEntry({ params: { entry: "0" } })).toMatchObject({
      status: 202,
      body: { proof: null },
    });
    await expect(clientOf(() => json({}, 202)).client.listEvents()).rejects.toThrow(AnswerError);
  });
});
