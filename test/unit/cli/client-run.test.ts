// The terminal client as a process, before a service that answers as each test says: exit codes, whose session ends,
// what goes into a pipe and what to a terminal.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, test, vi } from "vitest";
import { ProblemError } from "../../../src/api/client.ts";
import { loadCredentials, saveCredentials } from "../../../src/cli/client/credentials.ts";
import { menu } from "../../../src/cli/client/menu.ts";
import { show } from "../../../src/cli/client/output.ts";
import { explain } from "../../../src/cli/client/run.ts";

const CLIENT = fileURLToPath(new URL("../../../src/cli/client/main.ts", import.meta.url));
const PROJECT = `prj_${"0".repeat(26)}`;
const folder = mkdtempSync(join(tmpdir(), "taskward-client-run-"));
const file = join(folder, "credentials.json");

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: { readonly call: string; readonly authorization: string | undefined }[] = [];
let server: Server;
let origin = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({
      call: `${request.method} ${request.url}`,
      authorization: request.headers.authorization,
    });
    answer(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  asked = [];
  rmSync(file, { force: true });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const signedIn = (at = origin) =>
  saveCredentials(file, { origin: at, workspace: "main", username: "ada", session_token: "tws_kept" });

const json = (status: number, body?: object) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status, body && { "Content-Type": "application/json" });
  response.end(body && JSON.stringify(body));
};

function start(args: readonly string[], env: Record<string, string> = {}) {
  const { FORCE_COLOR: _, TASKWARD_TOKEN: __, ...environment } = process.env;
  const child = spawn(process.execPath, [CLIENT, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...environment, TASKWARD_CREDENTIALS: file, ...env },
  });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (err += piece));
  return { child, said: () => err };
}

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const { child, said } = start(args, env);
  const pieces: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
  child.stdin.end();
  const [code] = await once(child, "close");
  return { code: code as number, out: Buffer.concat(pieces), err: said() };
}

describe("a command line that no request can be made of ends with 2 and a sentence", () => {
  it.each([
    [["list-projects", "--origin", "localhost"], {}, "no origin"],
    [["list-projects", "--origin", "http://localhost/v1"], {}, "no origin"],
    [["read-project", ".."], {}, "--project-id"],
    [["read-project", ""], {}, "--project-id"],
    [["create-project", "--body", "null"], {}, "no JSON object"],
    [["create-project", "--body", "[]"], {}, "no JSON object"],
    [
      ["create-task", PROJECT, "--body", '{"title":"a","estimate":5}', "--estimate.likely", "3"],
      {},
      "estimate",
    ],
    [["create-project", "--name", "a", "--idempotency-key", "→"], {}, "--idempotency-key"],
    [["update-project", PROJECT, "--name", "a", "--if-match", "\n"], {}, "--if-match"],
    [["list-projects"], { TASKWARD_TOKEN: "a b" }, "TASKWARD_TOKEN"],
    [["sign-out", "now"], {}, "sign-out"],
  ] as [string[], Record<string, string>, string][])("%j %j", async (args, env, words) => {
    const { code, err } = await run(args, env);
    expect(err).toContain(words);
    expect(err).not.toContain("    at ");
    expect(code).toBe(2);
  });
});

test.each(["sign-in", "sign-out", "security-tests", "completion"])("%s --help only helps", async (name) => {
  signedIn();
  answer = json(204);
  const { code, out } = await run([name, "--help"]);
  expect(code).toBe(0);
  expect(out.toString()).toContain("Exit codes");
  expect(asked).toEqual([]);
  expect(loadCredentials(file)).not.toBeNull();
});

test("sign-out ends the session that is kept, not that of a token in the environment", async () => {
  signedIn();
  answer = json(204);
  expect((await run(["sign-out"], { TASKWARD_TOKEN: "twp_other" })).code).toBe(0);
  expect(asked).toEqual([{ call: "POST /v1/auth/logout", authorization: "Bearer tws_kept" }]);
  expect(loadCredentials(file)).toBeNull();
});

test("a session is found again however its origin is written", async () => {
  answer = json(200, { projects: [], count: 0, next_cursor: null });
  signedIn(`${origin}/`);
  expect((await run(["list-projects", "--origin", origin])).code).toBe(0);
  signedIn();
  expect((await run(["list-projects", "--origin", `${origin.replace("http", "HTTP")}/`])).code).toBe(0);
  expect(asked.map(({ authorization }) => authorization)).toEqual(["Bearer tws_kept", "Bearer tws_kept"]);
});

test.each([{ more: [] }, { more: ["--json"] }])(
  "a document goes byte for byte into a pipe $more",
  async ({ more }) => {
    const bytes = Buffer.from('{"index":0,"note":"é\\u001b"}\n\r\u001b[2J\xff', "latin1");
    signedIn("http://localhost:9");
    answer = (_, response) => {
      response.writeHead(200, { "Content-Type": "application/octet-stream" });
      response.end(bytes);
    };
    const tile = ["read-public-tile", "main", "0", "000", "--origin", origin];
    const { code, out, err } = await run([...tile, ...more]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toEqual(bytes);
  },
);

test("a reader who has had enough is no fault", async () => {
  const { child, said } = start([]);
  const [first] = (await once(child.stdout, "data")) as [Buffer];
  expect(first.toString()).toContain("Who you are");
  child.stdout.destroy();
  await once(child.stdout, "close");
  child.stdin.write("99\n99\n99\n");
  const [code] = await once(child, "close");
  expect(said()).toBe("");
  expect(code).toBe(0);
});

describe("on a terminal", () => {
  const { isTTY } = process.stdout;
  const written: string[] = [];
  const keep = (text: unknown) => {
    written.push(String(text));
    return true;
  };
  beforeAll(() => {
    process.stdout.isTTY = true;
  });
  afterEach(() => {
    vi.restoreAllMocks();
    written.length = 0;
  });
  afterAll(() => {
    process.stdout.isTTY = isTTY;
  });

  it.each([
    "a,b\r\n\u001b]0;owned\u0007\t1\rforged\u202e\n",
    new TextEncoder().encode("a,b\r\n\u001b]0;owned\u0007\t1\rforged\u202e\n"),
  ])("a document moves no cursor, and its lines stay lines", (body) => {
    vi.spyOn(process.stdout, "write").mockImplementation(keep);
    show(body);
    expect(written.join("")).toBe("a,b\r\n\\u001b]0;owned\\u0007\t1\\u000dforged\\u202e\n");
  });

  it("bytes that are no text are not written", () => {
    vi.spyOn(process.stdout, "write").mockImplementation(keep);
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    show(new Uint8Array([0x1b, 0x5b, 0xff]));
    expect(written).toEqual([]);
    expect(error.mock.calls[0]![0]).toContain("3 bytes that are no text");
  });

  it("a refusal moves no cursor either", () => {
    vi.spyOn(console, "error").mockImplementation(keep);
    const problem = {
      ...{ type: "/problems/conflict", title: "Conflict", status: 409, request_id: "r" },
      detail: "\u001b[2Jall is well",
      errors: [{ pointer: "/a\u001b[2J", detail: "\u009b2J" }],
    };
    expect(explain(new ProblemError("createTask", problem as never, new Headers()))).toBe(4);
    expect(written.join("")).toContain("all is well");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(written.join("").replaceAll(/\u001b\[\d+m/gu, "")).not.toMatch(/[\u001b\u009b]/u);
  });
});

test("in the menu an answer is what it says, also with a dash in front", async () => {
  const bodies: unknown[] = [];
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.stubEnv("TASKWARD_CREDENTIALS", file);
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    bodies.push(JSON.parse(body));
    return Response.json({ project: { id: PROJECT } }, { status: 201 });
  });
  const answers = ["3", "-5 degrees", "--json", "0"];
  const nothing = async () => undefined;
  const prompt = { ask: async () => answers.shift()!, askSecret: async () => "", close: () => undefined };
  try {
    await menu(prompt, { signIn: nothing, signOut: nothing, securityTests: nothing });
  } finally {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }
  expect(bodies).toEqual([{ name: "-5 degrees", description: "--json" }]);
});

test("whoever has the old file of credentials open reads nothing of a new sign-in", () => {
  writeFileSync(file, "{}", { mode: 0o644 });
  const open = openSync(file, "r");
  signedIn();
  expect(readFileSync(open, "utf8")).toBe("{}");
  closeSync(open);
  expect(loadCredentials(file)?.session_token).toBe("tws_kept");
});
