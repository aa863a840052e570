// What the tools cannot use, of a file, a variable or a flag: said in a sentence with the exit code of a wrong command
// line, nothing sent and nothing made.
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it, test } from "vitest";
import { agentKey } from "../../../src/cli/agent-key.ts";
import { commandNamed } from "../../../src/cli/client/command.ts";
import { CredentialsError, saveCredentials } from "../../../src/cli/client/credentials.ts";
import { readInvocation } from "../../../src/cli/client/request.ts";
import { copy, save } from "../../../src/cli/log-source.ts";
import { readPlan } from "../../../src/cli/plan-file.ts";
import { signerOf } from "../../../src/protocol/signed-note.ts";
import { KEY_1, KEY_2 } from "../protocol/fixtures.ts";
import { logOf } from "../protocol/log-in-memory.ts";

const folder = mkdtempSync(join(tmpdir(), "taskward-wrong-input-"));
const directory = join(folder, "directory");
mkdirSync(directory, { mode: 0o700 });
const PLAN = fileURLToPath(new URL("../../../plans/community-library.json", import.meta.url));
const JWK = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
afterAll(() => rmSync(folder, { recursive: true }));

function run(tool: string, args: readonly string[], env: Record<string, string> = {}) {
  const file = fileURLToPath(new URL(`../../../src/cli/${tool}.ts`, import.meta.url));
  // Where nobody listens: whatever is sent fails in another way than what is refused here.
  const elsewhere = ["agent", "client/main"].includes(tool) ? ["--origin", "http://127.0.0.1:9"] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args, ...elsewhere], {
    encoding: "utf8",
    env: { ...process.env, TASKWARD_CREDENTIALS: join(folder, "none.json"), ...env },
  });
  return { status, stdout, stderr };
}

test.each(["work-seconds", "lease-seconds", "patience-seconds", "tasks"])(
  "npm run agent refuses a --%s that is no number before it registers anybody",
  (option) => {
    const { status, stderr } = run("agent", ["--register", "x", "--project", "prj_x", `--${option}`, "soon"]);
    expect(stderr.trim()).toBe('✗ "soon" is no number.');
    expect(status).toBe(1);
  },
);

test.each([
  ["verify-audit", 2],
  ["refill-audit", 2],
  ["keys", 1],
  ["agent", 1],
])("npm run %s refuses a token with the line break of its file", (tool, code) => {
  const args = tool === "agent" ? ["--register", "x", "--project", "prj_x"] : [];
  const { status, stderr } = run(tool, args, { TASKWARD_TOKEN: "tws_secret\r" });
  expect(stderr.trim()).toMatch(/^✗ What TASKWARD_TOKEN holds is no token.*$/u);
  expect(stderr).not.toContain("secret");
  expect(status).toBe(code);
});

test.each([
  ["client/main", 2],
  ["agent", 1],
])("%s refuses a key that is not there or cannot be read, and makes none", (tool, code) => {
  const command = tool === "agent" ? ["--project", "prj_x"] : ["list-projects"];
  for (const key of [directory, join(folder, "absent.jwk"), join(folder, "absent", "key.jwk")]) {
    const before = readdirSync(folder);
    const { status, stderr } = run(tool, [...command, "--key", key, "--key-id", "twk_1.a.main.b"]);
    expect(stderr.trim().split("\n"), stderr).toHaveLength(1);
    expect(stderr).toContain(key);
    expect(status).toBe(code);
    expect(readdirSync(folder)).toEqual(before);
  }
});

test("a new key that cannot be kept is said in a sentence", () => {
  const key = join(folder, "absent", "key.jwk");
  const { status, stderr } = run("agent", ["--register", "x", "--project", "prj_x", "--key", key]);
  expect(stderr.trim().split("\n"), stderr).toHaveLength(1);
  expect(stderr).toContain(key);
  expect(status).toBe(1);
});

test("the id of a key with the line break of its file is refused", () => {
  const key = join(folder, "own.jwk");
  writeFileSync(key, JSON.stringify(JWK));
  const id = { TASKWARD_KEY_ID: "twk_1.a.main.b\r" };
  for (const [tool, ...args] of [
    ["client/main", "list-projects"],
    ["agent", "--project", "prj_x"],
  ] as const) {
    const { stderr } = run(tool, [...args, "--key", key], id);
    expect(stderr.trim(), tool).toMatch(/^✗ .*key id.*$/u);
  }
});

test("a session cannot be kept in, or read from, what is no file", () => {
  const { status, stderr } = run("client/main", ["list-projects"], { TASKWARD_CREDENTIALS: directory });
  expect(stderr.trim()).toMatch(/^✗ .* cannot be read\. .*$/u);
  expect(status).toBe(2);
  const credentials = { origin: "http://localhost:1", workspace: "main", username: "a", session_token: "t" };
  expect(() => saveCredentials(directory, credentials)).toThrow(CredentialsError);
  expect(readdirSync(folder).filter((name) => name.endsWith(".new"))).toEqual([]);
});

test("files may begin with a byte order mark, as Windows writes it", async () => {
  const body = join(folder, "body.json");
  writeFileSync(body, '\ufeff{"name":"Home"}\r\n');
  const invocation = readInvocation(commandNamed("create-project")!, ["--body", `@${body}`]);
  expect(invocation.request.body).toEqual({ name: "Home" });
  const key = join(folder, "marked.jwk");
  writeFileSync(key, `\ufeff${JSON.stringify(JWK)}\r\n`);
  expect(await agentKey(key)).toMatchObject({ algorithm: "ed25519" });
  const plan = join(folder, "plan.json");
  writeFileSync(plan, `\ufeff${readFileSync(PLAN, "utf8")}`);
  expect(readPlan(plan)).toEqual(readPlan(PLAN));
});

test("no link leads to what is no web address", () => {
  const key = { BOOTSTRAP_KEY: "A".repeat(43) };
  const { status, stdout } = run("bootstrap-link", ["--origin", "mailto:ada@example.com"], key);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});

it("never says by its exit code that a log was altered where it was a file of its own that could not be used", async () => {
  const log = join(folder, "log");
  const signer = await signerOf("log.example/v1/audit/main", KEY_1);
  const entries = [JSON.stringify({ index: 0 })];
  for (const [path, bytes] of await logOf(entries, [1], signer)) save(log, path, bytes);
  expect(run("verify-audit", ["--folder", log])).toMatchObject({ status: 0 });
  expect(run("verify-audit", ["--folder", log, "--seen", directory])).toMatchObject({ status: 2 });
  const nowhere = join(log, "checkpoint", "seen");
  expect(run("verify-audit", ["--folder", log, "--seen", nowhere])).toMatchObject({ status: 2 });
});

it("verifier keys may be lines as Windows ends them", async () => {
  const log = join(folder, "windows");
  const signers = await Promise.all([KEY_1, KEY_2].map((key) => signerOf("log.example/v1/audit/main", key)));
  const entries = [JSON.stringify({ index: 0 })];
  for (const [path, bytes] of await logOf(entries, [1], signers[0]!)) save(log, path, bytes);
  const { keys } = copy(log);
  writeFileSync(join(log, "verifier-keys"), [...keys, ...keys, ""].join("\r\n"));
  expect(copy(log).keys).toEqual([...keys, ...keys]);
});
