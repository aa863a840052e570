// The terminal client: every operation is a command whose flags become the request that the table describes.
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, describe, expect, it, test, vi } from "vitest";
import { operationList } from "../../../src/api/operations/index.ts";
import { commandNamed, commands, nameOf } from "../../../src/cli/client/command.ts";
import {
  CredentialsError,
  credentialsFile,
  loadCredentials,
  saveCredentials,
} from "../../../src/cli/client/credentials.ts";
import { bashCompletion, commandHelp, overview } from "../../../src/cli/client/help.ts";
import { show } from "../../../src/cli/client/output.ts";
import { readInvocation, UsageError } from "../../../src/cli/client/request.ts";
import { clientFor } from "../../../src/cli/client/session.ts";
import { signIn } from "../../../src/cli/client/sign-in.ts";
import { printable } from "../../../src/cli/printable.ts";

const folder = mkdtempSync(join(tmpdir(), "taskward-client-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string, ...args: string[]) => readInvocation(commandNamed(name)!, args);
const PROJECT = `prj_${"0".repeat(26)}`;
const TASK = `tsk_${"0".repeat(26)}`;

/** As a shell reads a line of plain and quoted words. */
const shellWords = (text: string): string[] =>
  [...text.matchAll(/(?:'[^']*'|\\'|[^\s'])+/gu)].map(([word]) =>
    word.replaceAll(/'([^']*)'|\\(')/gu, "$1$2"),
  );

describe.each(operationList.map(([id, operation]) => ({ id, operation })))("$id", ({ id, operation }) => {
  const command = commandNamed(nameOf(id))!;

  it("is a command of its own, in the overview and in completion", () => {
    expect(commands.filter(({ name }) => name === command.name)).toHaveLength(1);
    expect(overview()).toContain(`  ${command.name} `);
    expect(bashCompletion()).toContain(command.name);
  });

  it("says in its help what it takes", () => {
    const help = commandHelp(command);
    for (const { name } of command.flags) expect(help).toContain(`--${name}`);
    expect(help).not.toMatch(/undefined|\[object/u);
  });

  it("says an example in its help, which it takes itself", () => {
    const words = shellWords(commandHelp(command).split("\n").at(-1)!);
    expect(words.slice(0, 5)).toEqual(["npm", "run", "client", "--", command.name]);
    const { request } = readInvocation(command, words.slice(5));
    if (typeof operation.example === "object") expect(request.body).toEqual(operation.example);
  });

  it("takes its example as a body", () => {
    if (operation.example === undefined || !operation.body) return;
    const args = command.flags.filter(({ place }) => place === "params").map(() => "x");
    const { request } = readInvocation(command, [...args, "--body", JSON.stringify(operation.example)]);
    expect(request.body).toEqual(operation.example);
    expect(v.safeParse(operation.body, request.body).success).toBe(true);
  });
});

it("flags become fields of the body, in their types", () => {
  const { request } = read(
    "create-task",
    PROJECT,
    ...["--title", "Write", "--skills", "go", "--skills", "sql", "--due-at", "null"],
    ...["--estimate.optimistic", "1", "--estimate.likely", "2", "--estimate.pessimistic", "3.5"],
  );
  expect(request).toEqual({
    params: { project_id: PROJECT },
    body: {
      title: "Write",
      skills: ["go", "sql"],
      due_at: null,
      estimate: { optimistic: 1, likely: 2, pessimistic: 3.5 },
    },
  });
});

it("what the path needs may be named or stand in its order", () => {
  const params = { project_id: PROJECT, task_id: TASK };
  expect(read("read-task", PROJECT, TASK).request).toEqual({ params });
  expect(read("read-task", "--task-id", TASK, PROJECT).request).toEqual({ params });
});

it("flags win over the body, which may come from a file", () => {
  const file = join(folder, "body.json");
  writeFileSync(file, '{"title":"From the file","priority":"high"}');
  const { request } = read("create-task", PROJECT, "--body", `@${file}`, "--title", "From the flag");
  expect(request.body).toEqual({ title: "From the flag", priority: "high" });
});

it("a version may be given bare, and is any where none is given", () => {
  const change = [PROJECT, TASK, "--title", "Print"];
  expect(read("update-task", ...change).request.if_match).toBe("*");
  expect(read("update-task", ...change, "--if-match", "3").request.if_match).toBe('"v3"');
  expect(read("update-task", ...change, "--if-match", '"v3"').request.if_match).toBe('"v3"');
});

it.each([
  [["create-task", PROJECT], "create-task needs --title."],
  [["read-task", PROJECT], "read-task needs --task-id."],
  [["read-task", PROJECT, TASK, "more"], 'read-task takes no "more".'],
  [["read-task", PROJECT, TASK, "--colour", "red"], "Unknown option '--colour'"],
  [["create-task", PROJECT, "--title", "a", "--estimate.likely", "soon"], "--estimate.likely is a number."],
  [["create-task", PROJECT, "--body", "{"], "--body holds no JSON"],
])("%j is refused with what is wrong", (args, message) => {
  const [name, ...rest] = args as [string, ...string[]];
  expect(() => read(name, ...rest)).toThrow(UsageError);
  expect(() => read(name, ...rest)).toThrow(message);
});

describe("credentials", () => {
  const credentials = {
    origin: "http://localhost:1",
    workspace: "main",
    username: "ada",
    session_token: "tws_x",
  };

  it("are kept for their owner alone, also where the file was there before", () => {
    const file = join(folder, "deep", "credentials.json");
    saveCredentials(file, credentials);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "deep")).mode & 0o777).toBe(0o700);
    chmodSync(file, 0o644);
    expect(() => loadCredentials(file)).toThrow("chmod 600");
    saveCredentials(file, credentials);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadCredentials(file)).toEqual(credentials);
  });

  it("that cannot be read are refused, and absent ones are nobody's", () => {
    const file = join(folder, "broken.json");
    writeFileSync(file, "{}", { mode: 0o600 });
    expect(() => loadCredentials(file)).toThrow(CredentialsError);
    expect(loadCredentials(join(folder, "absent.json"))).toBeNull();
  });

  it("stand where the environment says", () => {
    expect(credentialsFile({ TASKWARD_CREDENTIALS: "/a" })).toBe("/a");
    expect(credentialsFile({ XDG_CONFIG_HOME: "/c" })).toBe("/c/taskward/credentials.json");
    expect(credentialsFile({ XDG_CONFIG_HOME: "" })).toMatch(/\.config\/taskward\/credentials\.json$/u);
  });
});

test("with a key it signs each request, and sends no session", async () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = join(folder, "worker.pem");
  writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  let sent = new Headers();
  vi.stubGlobal("fetch", async (_url: string, { headers }: { headers: Headers }) => {
    sent = headers;
    return Response.json({ projects: [], count: 0, next_cursor: null });
  });
  try {
    const client = await clientFor({ origin: "https://tasks.test", key, "key-id": "twk_1.k1.main.wrk" });
    await client.listProjects({ query: {} });
  } finally {
    vi.unstubAllGlobals();
  }
  expect(sent.get("signature-input")).toContain('keyid="twk_1.k1.main.wrk"');
  expect(sent.get("signature")).toMatch(/^\w+=:[A-Za-z0-9+/=]{88}:$/u);
  expect(sent.has("authorization")).toBe(false);
});

test("a key without its id is refused before anything is sent", async () => {
  await expect(clientFor({ key: "worker.pem" })).rejects.toThrow("--key needs --key-id");
});

describe("what others wrote", () => {
  it("moves no cursor and hides nothing", () => {
    expect(printable("a\u001b[2Jb\u202ec\nd")).toBe("a\\u001b[2Jb\\u202ec ↵ d");
  });

  it("is shown in tables and lines without control characters", () => {
    const written: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((text: string) => void written.push(text));
    show({ tasks: [{ id: TASK, title: "\u001b]0;owned\u0007" }], count: 1, next_cursor: "abc" });
    show({ task: { title: "\u009b31m" } });
    log.mockRestore();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(written.join("\n").replaceAll(/\u001b\[\d+m/gu, "")).not.toMatch(/[\u0007\u001b\u009b]/u);
    expect(written.join("\n")).toContain("--cursor abc");
  });
});

test.each([
  ["123456", { mfa_code: "123456" }],
  ["123 456", { mfa_code: "123456" }],
  ["AAAA-BBBB-CCCC-DDDD", { mfa_code: "AAAA-BBBB-CCCC-DDDD", use_backup_code: true }],
  ["", {}],
])("a code is sent as an app or a sheet of backup codes shows it: %j", async (TASKWARD_CODE, sent) => {
  const bodies: object[] = [];
  vi.stubGlobal("fetch", async (url: string, { body = "{}" }: { body?: string }) => {
    if (url.endsWith("/nonce")) return Response.json({ nonce: "n", timestamp: 1 });
    bodies.push(JSON.parse(body));
    const user = { id: "usr_a", username: "ada", roles: [], mfa_enabled: true };
    return Response.json({ session_token: "tws_a", session: {}, user });
  });
  const who = { workspace: "main", username: "ada" };
  const silent = { ask: async () => "", askSecret: async () => "", close: () => undefined };
  try {
    await signIn("https://tasks.test", who, silent, { TASKWARD_PASSWORD: "p", TASKWARD_CODE });
  } finally {
    vi.unstubAllGlobals();
  }
  expect(bodies).toEqual([{ ...who, password: "p", nonce: "n", timestamp: 1, ...sent }]);
});
