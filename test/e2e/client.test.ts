// `npm run client` from outside: signing in, commands for people and for scripts, what must be refused, and the menu.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../src/api/client.ts";
import { type Server, startServer } from "./server.ts";

const CLIENT = fileURLToPath(new URL("../../src/cli/client/main.ts", import.meta.url));
const PASSWORD = "a staple for the battery of a horse";

let server: Server;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "taskward-client-"));
  server = await startServer();
  const register = createClient({ origin: server.origin }).register;
  // Nobody may register before there is a workspace, which its first ADMIN opens.
  await register({
    body: { username: "ada", password: PASSWORD, enable_mfa: true, bootstrap_token: server.bootstrap_token },
  });
  await register({ body: { username: "bob", password: PASSWORD, enable_mfa: false } });
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the client as `bob` would; `input` is what he types. */
async function client(args: readonly string[], input = "", env: Record<string, string> = {}) {
  const { FORCE_COLOR: _, TASKWARD_TOKEN: __, ...environment } = process.env;
  const child = spawn(process.execPath, [CLIENT, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      ...environment,
      TASKWARD_CREDENTIALS: join(folder, "credentials.json"),
      TASKWARD_PASSWORD: PASSWORD,
      TASKWARD_CODE: "",
      ...env,
    },
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (err += chunk));
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code: code as number, out, err };
}

const json = async (...args: string[]) => JSON.parse((await client([...args, "--json"])).out);

test("before a sign-in a command says how to sign in, and ends with 3", async () => {
  const { code, err } = await client(["list-projects", "--origin", server.origin]);
  expect(code).toBe(3);
  expect(err).toContain("sign-in");
});

test("a flag before the command says where flags stand, and ends with 2", async () => {
  const { code, err } = await client(["--origin", server.origin, "list-projects"]);
  expect(code).toBe(2);
  expect(err).toContain("Flags stand behind the command");
});

test("a session is kept for its owner alone, and used from then on", async () => {
  const signed = await client([
    "sign-in",
    "--origin",
    server.origin,
    "--workspace",
    "main",
    "--username",
    "bob",
  ]);
  expect([signed.code, signed.err]).toEqual([0, ""]);
  expect(signed.out).toContain(`Signed in as bob of main at ${server.origin}.`);
  expect((await stat(join(folder, "credentials.json"))).mode & 0o777).toBe(0o600);

  const { project } = await json("create-project", "--name", "Launch");
  const { task } = await json("create-task", project.id, "--title", "Write", "--skills", "writing");
  expect((await json("read-task", project.id, task.id)).task).toMatchObject({
    title: "Write",
    skills: ["writing"],
  });
  const listed = await client(["list-tasks", project.id]);
  expect(listed.out).toContain("Write");
  expect(listed.out).toContain(task.id);
  const updated = await json(
    "update-task",
    project.id,
    task.id,
    "--status",
    "in_progress",
    "--if-match",
    "1",
  );
  expect(updated.task.status).toBe("in_progress");

  expect((await client(["export-plan", project.id, "--format", "csv"])).out).toContain('"t1","Write"');

  const stale = await client(["update-task", project.id, task.id, "--title", "x", "--if-match", "1"]);
  expect([stale.code, stale.err]).toEqual([4, expect.stringContaining("update-task: 412")]);
  const wrong = await client(["create-task", project.id, "--title", "x", "--priority", "top"]);
  expect([wrong.code, wrong.err]).toEqual([4, expect.stringMatching(/create-task: 422.*\/priority/su)]);
});

test("what must be refused is refused", async () => {
  const args = ["security-tests", "--origin", server.origin, "--workspace", "main", "--username", "bob"];
  const { code, out } = await client(args);
  expect([code, out.match(/✓/gu)?.length]).toEqual([0, 3]);
  expect(out).not.toContain("✗");
});

test("the menu does what its numbers say, goes on after a mistake, and leaves", async () => {
  const { code, out, err } = await client([], "4\n77\n3\nFrom the menu\n\n4\n18\n0\n");
  expect(code).toBe(0);
  for (const part of ["Who you are", "Projects", "Planning with AI", "Tasks", "Security tests"])
    expect(out).toContain(part);
  expect(out).toContain("Launch");
  expect(out).toContain("There is no ");
  expect(out.split("From the menu").length).toBeGreaterThan(2);
  expect(err).toBe("");
});

test("after signing out the session is dead and forgotten", async () => {
  expect((await client(["sign-out"])).out).toContain("Signed out.");
  expect((await client(["list-projects", "--origin", server.origin])).code).toBe(3);
});

test("where nothing answers, it says so and ends with 5", async () => {
  const { code, err } = await client(["nonce", "--origin", "http://127.0.0.1:9"]);
  expect([code, err]).toEqual([5, expect.stringContaining("npm start")]);
});
