// `npm start` from outside: its port, its secrets, and that it leaves nothing behind, however it ends.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort, listens, type Server, startServer } from "./server.ts";

const START = fileURLToPath(new URL("../../scripts/start.mjs", import.meta.url));
const VARIABLES = new URL("../../src/config/variables.ts", import.meta.url);
const STOP_MS_MAX = 5_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "taskward-start-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs start.mjs to its end; for starts that are refused. */
async function start(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [START, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TASKWARD_DATA: folder, TASKWARD_DEV_VARS: join(folder, ".dev.vars"), ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const [code] = await once(child, "close");
  return { code, output };
}

const healthy = async (server: Server) => (await fetch(`${server.origin}/healthz`)).status === 200;
const portOf = (server: Server) => Number(new URL(server.origin).port);
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a start is refused with what to do", () => {
  test("a port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const { code, output } = await start({ PORT: String(port) });
    other.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} is taken`);
    expect(output).toContain(`PORT=${port + 1} npm start`);
  });

  test.each(["0", "65536", "-1", "80a", "8787.5", " "])("PORT=%j", async (port) => {
    const { code, output } = await start({ PORT: port });
    expect(code).toBe(1);
    expect(output).toContain("from 1 to 65535");
  });

  test("an option that does not exist", async () => {
    const { code, output } = await start({}, "--prot");
    expect(code).toBe(1);
    expect(output).toContain("--help");
  });

  test("a secret that is malformed, which is left as it is", async () => {
    const file = join(folder, "malformed.vars");
    const text = "BOOTSTRAP_KEY=tooshort\n";
    await writeFile(file, text, { mode: 0o600 });
    const { code, output } = await start({ TASKWARD_DEV_VARS: file, PORT: String(await freePort()) });
    expect(code).toBe(1);
    expect(output).toContain("BOOTSTRAP_KEY");
    expect(output).not.toContain("tooshort");
    expect(await readFile(file, "utf8")).toContain(text);
  });

  test("a folder in the place of the secrets, which keeps its mode", async () => {
    const place = join(folder, "no-file");
    await mkdir(place);
    await chmod(place, 0o755);
    const { code, output } = await start({ TASKWARD_DEV_VARS: place, PORT: String(await freePort()) });
    expect(code).toBe(1);
    expect(output.trim()).toBe(`${place} is no file. TASKWARD_DEV_VARS names another file.`);
    expect((await stat(place)).mode & 0o777).toBe(0o755);
  });

  test("a place where no secrets can be made", async () => {
    const place = join(folder, "below-a-file", ".dev.vars");
    await writeFile(join(folder, "below-a-file"), "");
    const { code, output } = await start({ TASKWARD_DEV_VARS: place, PORT: String(await freePort()) });
    expect(code).toBe(1);
    expect(output).toContain(`${place} cannot hold the local secrets`);
    expect(output).not.toMatch(/\n +at /);
  });
});

test("--help names every variable that the Worker reads, and starts nothing", async () => {
  const { code, output } = await start({}, "--help");
  expect(code).toBe(0);
  const variables =
    /^export const Variables = \{$(.*?)^\};$/ms.exec(await readFile(VARIABLES, "utf8"))?.[1] ?? "";
  const names = [...variables.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name!);
  expect(names).toContain("KEY_RING");
  const handed_on = names.filter((name) => name !== "KEY_RING" && name !== "BOOTSTRAP_KEY");
  for (const name of ["PORT", "TASKWARD_DATA", ...handed_on]) expect(output).toContain(`  ${name} `);
});

describe("a running server", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());

  test("is ready when it says so", async () => {
    expect(await healthy(server)).toBe(true);
    expect(server.output()).toContain(`http://localhost:${portOf(server)}`);
  });

  test("leads to a demo that finds it", () => {
    expect(server.output()).toContain(`"npm run demo -- --origin http://localhost:${portOf(server)}"`);
  });

  test("made secrets that only their owner may read", async () => {
    const file = join(server.data, ".dev.vars");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, "utf8");
    expect(text).toMatch(/^KEY_RING='\[\{"key_id":"k1","key":"[\w-]{43}"\}\]'$/m);
    expect(text).toMatch(/^BOOTSTRAP_KEY=[\w-]{43}$/m);
  });

  test("shows the bootstrap token that its key derives", async () => {
    const text = await readFile(join(server.data, ".dev.vars"), "utf8");
    const key = Buffer.from(/^BOOTSTRAP_KEY=(.*)$/m.exec(text)?.[1] ?? "", "base64url");
    const mac = createHmac("sha256", key).update("taskward/bootstrap/main").digest("base64url");
    expect(server.bootstrap_token).toBe(`twb_${mac}`);
    expect(server.output()).toContain(`/#bootstrap=twb_${mac}`);
  });

  test("shows no secret on its own output", async () => {
    const text = await readFile(join(server.data, ".dev.vars"), "utf8");
    for (const [secret] of text.matchAll(/[\w-]{43}/g)) expect(server.output()).not.toContain(secret);
  });

  test("keeps its secrets on the second start, and takes back the mode", async () => {
    const file = join(server.data, ".dev.vars");
    const before = await readFile(file, "utf8");
    await chmod(file, 0o644);
    await server.restart();
    expect(await healthy(server)).toBe(true);
    expect(await readFile(file, "utf8")).toBe(before);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test("adds a secret that its file lacks, and keeps the others", async () => {
    const file = join(server.data, ".dev.vars");
    const before = await readFile(file, "utf8");
    const key_ring = /^KEY_RING=.*$/m.exec(before)?.[0] ?? "";
    await writeFile(file, `${key_ring}\nEXTRA=kept`);
    await server.restart();
    const after = await readFile(file, "utf8");
    expect(after.startsWith(`${key_ring}\nEXTRA=kept\n`)).toBe(true);
    expect(after).toMatch(/^BOOTSTRAP_KEY=[\w-]{43}$/m);
    expect(server.output()).toContain("BOOTSTRAP_KEY");
  });
});

test("a variable that the Worker refuses ends the start, and is named", async () => {
  const { code, output } = await start({ REGISTRATION: "perhaps", PORT: String(await freePort()) });
  expect(code).toBe(1);
  expect(output).toContain("REGISTRATION");
});

describe("nothing is left behind", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s ends everything in time, with exit code 0",
    async (signal) => {
      const server = await startServer();
      const began_at_ms = Date.now();
      process.kill(server.pids.start, signal);
      expect(await server.stop()).toBe(0);
      expect(Date.now() - began_at_ms).toBeLessThan(STOP_MS_MAX);
      expect(await listens(portOf(server))).toBe(false);
      expect(isAlive(server.pids.worker)).toBe(false);
    },
  );

  test("a killed server leaves its port free, and starts again on the same data", async () => {
    const server = await startServer();
    await server.kill();
    expect(await listens(portOf(server))).toBe(false);
    await server.restart();
    expect(await healthy(server)).toBe(true);
    await server.stop();
  });

  test.each(["start", "worker"] as const)("when only %s is killed, the rest follows", async (victim) => {
    const server = await startServer();
    process.kill(server.pids[victim], "SIGKILL");
    await expect.poll(() => listens(portOf(server)), { timeout: STOP_MS_MAX }).toBe(false);
    await expect.poll(() => isAlive(server.pids.worker), { timeout: STOP_MS_MAX }).toBe(false);
    await expect.poll(() => isAlive(server.pids.start), { timeout: STOP_MS_MAX }).toBe(false);
    await server.stop();
  });
});
