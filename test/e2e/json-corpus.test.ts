// What is and what is not JSON (RFC 8259), posted to every operation that takes a body: an operation never
// fails over it (5xx), never takes what is not JSON for JSON, and answers each refusal as a problem. All read
// bodies by the same code, so of the large corpus every operation gets every sixth case, and every case goes
// to a sixth of the operations; our own cases go to all.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Operation } from "../../src/api/operation.ts";
import { operationList } from "../../src/api/operations/index.ts";
import { corporaNote, corporaRoot, readCorpusLines } from "../unit/corpora.ts";
import { clientAt, type SignedIn, signInAdmin, signInUser, WIDE_RATE_LIMITS } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const CONCURRENCY = 8;
const USERS = 8;
/** Reasons that are given only once the body has been read as JSON. */
const READ = ["invalid_input", "not_found"];

interface Case {
  readonly name: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Whether RFC 8259 lets a parser accept it. */
  readonly expect: "accept" | "reject" | "either";
}

const text = (name: string, body: string, expected: Case["expect"]): Case => ({
  name,
  body: new TextEncoder().encode(body),
  expect: expected,
});

const ownCases: readonly Case[] = [
  text("nothing", "", "reject"),
  text("white space alone", " \t\n", "reject"),
  text("half an object", '{"name":', "reject"),
  text("a trailing comma", '{"name":"x",}', "reject"),
  text("single quotes", "{'name':'x'}", "reject"),
  text("a comment", '{/* */"name":"x"}', "reject"),
  text("two values", "{}{}", "reject"),
  text("NaN", '{"priority":NaN}', "reject"),
  text("a raw line break in a string", '{"name":"a\nb"}', "reject"),
  text("brackets without end", "[".repeat(50_000), "reject"),
  { name: "bytes that are not UTF-8", body: Uint8Array.of(0x22, 0xff, 0xfe, 0x22), expect: "reject" },
  text("an overlong number", `{"n":${"9".repeat(5_000)}}`, "accept"),
  text("brackets, 30,000 deep", "[".repeat(30_000) + "]".repeat(30_000), "either"),
  text("a list", "[]", "accept"),
  text("null", "null", "accept"),
  text("a string", '"name"', "accept"),
  text("a key twice", '{"colour":1,"colour":2}', "accept"),
  text("a prototype as a key", '{"__proto__":{"name":"x"},"constructor":{"prototype":{}}}', "accept"),
  text("half of a surrogate pair", '{"title":"\\ud800"}', "accept"),
  text("a null byte, escaped", '{"title":"\\u0000"}', "accept"),
  text("a byte order mark", "\ufeff[]", "either"),
];

interface CorpusLine {
  readonly name: string;
  readonly expect: Case["expect"];
  readonly body_b64?: string;
  readonly repeat_b64?: string;
  readonly count?: number;
  readonly tail_b64?: string;
}

const bytes = (base64 = "") => Buffer.from(base64, "base64");
const corpusCases: readonly Case[] = (readCorpusLines("json/jsontestsuite.jsonl") as CorpusLine[])
  .filter(({ name }) => name !== undefined)
  .map((line) => ({
    name: line.name,
    expect: line.expect,
    body: Uint8Array.from(
      line.repeat_b64 === undefined
        ? bytes(line.body_b64)
        : Buffer.concat([...Array(line.count ?? 0).fill(bytes(line.repeat_b64)), bytes(line.tail_b64)]),
    ),
  }));

const withBody = operationList.filter(([, { body }]) => body !== undefined);

let server: Server;
let admins: SignedIn[];
let users: SignedIn[];
/** Path parameters by name. */
let samples: Record<string, string>;
let etag: string;

beforeAll(async () => {
  server = await startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } });
  admins = await signInAdmin(server, ["198.51.100.101", "198.51.100.102", "198.51.100.103"]);
  users = [];
  for (let n = 1; n <= USERS; n++) users.push(await signInUser(server, `user-${n}`, `198.51.100.${n}`));
  const { client } = admins[0]!;
  const created = await client.createProject({ body: { name: "JSON" } });
  const project_id = created.body.project.id;
  const { task } = (await client.createTask({ params: { project_id }, body: { title: "JSON" } })).body;
  const worker_id = `wrk_${"0".repeat(26)}`; // what is not JSON is refused before anybody looks for it
  samples = {
    project_id,
    task_id: task.id,
    user_id: users[0]!.user_id,
    worker_id,
    integration_id: `int_${"0".repeat(26)}`,
    plan_id: `pln_${"0".repeat(26)}`,
    permission: "task:assign",
    workspace: "main",
    webhook_id: `whk_${"0".repeat(26)}`,
  };
  etag = created.etag!;
});
afterAll(() => server?.stop());

/** Callers whom the operation admits, so that the body is what decides. */
function callersOf({
  caller,
  permission,
}: Operation): readonly { address: string; session_token?: string }[] {
  if (caller === "anonymous") return users.map(({ address }) => ({ address }));
  return /^(?:system|worker):|^task:assign$/u.test(permission ?? "") ? admins : users;
}

/** Posts one case; answers what is wrong with the answer, or null. Waits as long as the coarse limit asks, thrice at most. */
async function complaint(
  operation: Operation,
  body: Case,
  turn: number,
  waits_left = 3,
): Promise<string | null> {
  const callers = callersOf(operation);
  const { address, session_token } = callers[turn % callers.length]!;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (!samples[name]) throw new Error(`${operation.path} needs a sample of ${name} in this test`);
    return samples[name];
  });
  const answer = await fetch(server.origin + path, {
    method: operation.method,
    headers: {
      "content-type": "application/json",
      "cf-connecting-ip": address,
      ...(session_token && { authorization: `Bearer ${session_token}` }),
      ...(operation.if_match && { "if-match": etag }),
    },
    body: body.body,
  });
  if (answer.status === 429 && waits_left > 0) {
    await answer.arrayBuffer();
    await delay(Number(answer.headers.get("retry-after")) * 1000);
    return complaint(operation, body, turn, waits_left - 1);
  }
  const found = `${operation.method} ${operation.path}, ${body.name}: ${answer.status}`;
  if (answer.status >= 500) return `${found} ${await answer.text()}`;
  if (answer.status < 400) {
    await answer.arrayBuffer();
    return body.expect === "reject" ? `${found}, though this is not JSON` : null;
  }
  if (answer.headers.get("content-type") !== "application/problem+json") return `${found} is no problem`;
  const problem = (await answer.json()) as { type?: string; status?: number; request_id?: string };
  if (!problem.request_id || problem.status !== answer.status) return `${found}: ${JSON.stringify(problem)}`;
  const reason = problem.type?.replace("/problems/", "");
  if (body.body.length > (operation.body_bytes_max ?? 65_536))
    return reason === "body_too_large" ? null : `${found} ${reason} for ${body.body.length} bytes`;
  const isReasonOf = {
    reject: reason === "malformed_json",
    accept: READ.includes(reason ?? ""),
    either: reason === "malformed_json" || READ.includes(reason ?? ""),
  };
  return isReasonOf[body.expect] ? null : `${found} ${reason}`;
}

/** Posts every case to every `stride`-th operation, a few at a time. */
async function complaintsOf(cases: readonly Case[], stride = 1): Promise<string[]> {
  const todo = withBody.flatMap(([, operation], column) =>
    cases.filter((_, row) => (row + column) % stride === 0).map((body) => ({ operation, body })),
  );
  const complaints: string[] = [];
  let turn = 0;
  const worker = async () => {
    for (let next = todo[turn++]; next; next = todo[turn++]) {
      const found = await complaint(next.operation, next.body, turn);
      if (found) complaints.push(found);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return complaints;
}

describe("every operation that takes a body refuses what is not JSON as a problem, and never fails over it", () => {
  test("own cases", async () => {
    expect(await complaintsOf(ownCases)).toEqual([]);
  });

  test.skipIf(!corporaRoot)(
    `JSONTestSuite${corporaNote}`,
    async () => {
      expect(corpusCases.length).toBeGreaterThan(300);
      expect(await complaintsOf(corpusCases, 6)).toEqual([]);
    },
    600_000,
  );

  test("the server is well after all of it", async () => {
    const { body } = await clientAt(server, admins[0]!.address, admins[0]!.session_token).currentSession();
    expect(body.user.username).toBe("ada");
  });
});
