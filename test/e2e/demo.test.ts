// `npm run demo` from outside: a newcomer runs it against a fresh server, again, without one, and with
// plans that are wrong.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WIDE_RATE_LIMITS } from "./people.ts";
import { freePort, type Server, startServer } from "./server.ts";

const DEMO = fileURLToPath(new URL("../../src/cli/demo.ts", import.meta.url));
const DEMO_MS_MAX = 120_000;
const ESCAPE = String.fromCharCode(27);

/** Runs the demo to its end; its output is no terminal, so it has no colours. */
async function demo(args: readonly string[], env: Record<string, string> = {}) {
  const { FORCE_COLOR: _, ...environment } = process.env;
  const child = spawn(process.execPath, [DEMO, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environment, ...env },
  });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  const [code] = await once(child, "close");
  return { code: code as number | null, ...text };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "taskward-demo-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function planFile(name: string, plan: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(plan));
  return file;
}

const against = (server: Server, ...args: string[]) =>
  demo(["--origin", server.origin, ...args], { TASKWARD_DEV_VARS: join(server.data, ".dev.vars") });

describe("against a fresh server as it comes", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());

  test(
    "every step goes as it is told, and a second run finds a workspace of its own",
    async () => {
      const workspaces = new Set<string>();
      for (const _ of [1, 2]) {
        const { code, stdout, stderr } = await against(server);
        expect(stderr).toBe("");
        expect(code, stdout).toBe(0);
        expect(stdout).not.toContain(ESCAPE);
        const told = [
          /Ada registers with the one-use bootstrap token +POST \/v1\/auth\/register +→ 201$/m,
          /8 backup codes/,
          /Ada signs in with password, code and a fresh nonce +POST \/v1\/auth\/login +→ 200$/m,
          /Her account is confirmed.* → 200$/m,
          /44 tasks come in with one request.* → 201$/m,
          /All 44 are there$/m,
          /For Bob there is no such project.* → 404 not_found$/m,
          /Ada makes him a viewer of it.* → 200$/m,
          /But a viewer adds no tasks.* → 403 permission_denied$/m,
          /The very same sign-in once more.* → 401 authentication_failed$/m,
          /Bob's token, sent from another place.* → 401 session_ended$/m,
          /Now it has ended for Bob as well.* → 401 session_ended$/m,
          /Each of the \d+ changes is in it/,
          /task\.imported +allow/,
          /access\.refused +deny/,
          /session\.binding_violated +deny/,
          /Her token is worth nothing any more.* → 401 session_ended$/m,
          /All of it went as told\.$/m,
        ];
        for (const line of told) expect(stdout).toMatch(line);
        workspaces.add(/workspace of the demo's own: (demo-[0-9a-f]{6})$/m.exec(stdout)![1]!);
      }
      expect(workspaces.size).toBe(2);
    },
    DEMO_MS_MAX,
  );
});

describe("what is refused", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } });
  });
  afterAll(() => server?.stop());

  test(
    "a plan whose dependencies form a cycle is refused by the server, and the demo says so",
    async () => {
      const tasks = [
        { ref: "hen", title: "Raise the hen", depends_on: ["egg"] },
        { ref: "egg", title: "Lay the egg", depends_on: ["hen"] },
      ];
      const { code, stdout, stderr } = await against(
        server,
        "--plan",
        await planFile("cycle.json", { name: "Hens", tasks }),
      );
      expect(code).toBe(1);
      expect(stdout).toContain("Ada creates a project");
      expect(stderr).toContain("409 dependency_cycle");
    },
    DEMO_MS_MAX,
  );

  test(
    "a bootstrap key of another deployment is refused, with a hint",
    async () => {
      const file = join(folder, "other-key");
      await writeFile(file, "A".repeat(43));
      const { code, stderr } = await against(server, "--bootstrap-key-file", file);
      expect(code).toBe(1);
      expect(stderr).toContain("Is the bootstrap key the one that this server runs with?");
      expect(stderr).not.toContain("AAAA");
    },
    DEMO_MS_MAX,
  );
});

test("without a server the demo says how to start one", async () => {
  const { code, stdout, stderr } = await demo(["--origin", `http://localhost:${await freePort()}`]);
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain('Start it with "npm start"');
});

test("a malformed plan is refused before anything is sent, with the places that are wrong", async () => {
  const tasks = [{ ref: "a", title: "Fine" }, { ref: "b b" }];
  const plan = await planFile("malformed.json", { name: "Wrong", tasks });
  const { code, stderr } = await demo(["--plan", plan]);
  expect(code).toBe(1);
  expect(stderr).toContain("tasks.1.title");
  expect(stderr).toContain("tasks.1.ref");
});

test.each([
  ["--origin", "localhost"],
  ["--origin", "http://localhost:8787/v1"],
  ["--colour", "red"],
])("the command line %s %s is refused", async (...args) => {
  const { code, stdout, stderr } = await demo(args);
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/is no origin|--help/);
});
