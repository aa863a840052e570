// Backup and restore of a real server's data. Objects that are taken back beside a log in R2 that is not go on with that
// log; whoever kept a checkpoint sees when the log was taken back too.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Client } from "../../src/api/client.ts";
import { AuditTrail } from "./audit-trail.ts";
import { clientAt, type SignedIn, signInAdmin, signInUser, WIDE_RATE_LIMITS } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const PROGRAM = fileURLToPath(new URL("../../src/cli/verify-audit.ts", import.meta.url));
const PUBLISHED_MS_MAX = 30_000;
const POLL_MS = 250;
/** Where the local runtime keeps what are Durable Objects and R2 when deployed. */
const OBJECTS = join("v3", "do");

const folder = mkdtempSync(join(tmpdir(), "taskward-restore-"));
const [data, backup, seen] = ["data", "backup", "seen"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
let server: Server;
let ada: SignedIn;
let bob: SignedIn;
let token: string;

beforeAll(async () => {
  server = await startServer({ data, env: { RATE_LIMITS: WIDE_RATE_LIMITS } });
  ada = (await signInAdmin(server, ["198.51.100.1"]))[0]!;
  bob = await signInUser(server, "bob", "198.51.100.2");
  token = (await ada.client.createToken({ body: { name: "Auditor", permissions: ["system:audit"] } })).body
    .token;
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

/** The exit code of `npm run verify-audit`, and what it says. */
function verify(...args: string[]): Promise<{ code: number; text: string }> {
  const env = { ...process.env, TASKWARD_TOKEN: token };
  const parameters = [PROGRAM, "--origin", server.origin, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, parameters, { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr });
    });
  });
}

/** Makes a project, and waits until its event is under a checkpoint. */
async function proven({ client }: { client: Client }, name: string) {
  const { body, audit_event } = await client.createProject({ body: { name } });
  for (const deadline_ms = Date.now() + PUBLISHED_MS_MAX; ; await wait(POLL_MS)) {
    const { status } = await client.proveEntry({ params: { entry: audit_event! } });
    if (status === 200) return { project_id: body.project.id, event: audit_event! };
    if (Date.now() > deadline_ms) throw new Error(`${name} was not published in time`);
  }
}

async function whileStopped(work: () => void): Promise<void> {
  await server.stop();
  work();
  await server.restart();
}

it("objects taken back beside a log that was not go on with it, and it tells of that", async () => {
  const early = await proven(bob, "Before");
  await whileStopped(() => cpSync(data, backup, { recursive: true }));
  const late = await proven(bob, "After");
  const renewed = (await bob.client.renewSession()).body.session_token!;
  await proven(ada, "After, too");
  expect(await verify("--seen", seen)).toMatchObject({ code: 0 });
  await whileStopped(() => {
    rmSync(join(data, OBJECTS), { recursive: true });
    cpSync(join(backup, OBJECTS), join(data, OBJECTS), { recursive: true });
  });

  // What was made since is gone, sessions included; what was there is there.
  const statusOf = (ask: Promise<unknown>) => ask.then(() => 200).catch(({ status }) => status);
  const read = ({ client }: { client: Client }, { project_id }: { project_id: string }) =>
    statusOf(client.readProject({ params: { project_id } }));
  expect(await read(bob, early)).toBe(200);
  expect(await read(bob, late)).toBe(404);
  expect(await statusOf(clientAt(server, bob.address, renewed).whoAmI())).toBe(401);

  const anew = await proven(bob, "Anew");
  const result = await verify("--seen", seen);
  expect(result, result.text).toMatchObject({ code: 0 });
  expect(result.text).toContain("since it was last seen");
  const trail = new AuditTrail(ada.client);
  await trail.read();
  for (const { event } of [early, late, anew]) expect(trail.has(event)).toBe(true);
  expect(trail.events.map(({ event_type }) => event_type)).toContain("audit.recovered");
});

it("where the log was taken back too, it verifies, and whoever saw it before sees that", async () => {
  await proven(bob, "To be lost");
  expect(await verify("--seen", seen)).toMatchObject({ code: 0 });
  await whileStopped(() => {
    rmSync(data, { recursive: true });
    cpSync(backup, data, { recursive: true });
  });
  await proven(bob, "Another history");
  expect(await verify()).toMatchObject({ code: 0 });
  expect((await verify("--seen", seen)).code).toBe(1);
});
