// A real server's audit log, verified from outside: by `npm run verify-audit` over the API and from a copy, and by an
// independent verifier that nobody here wrote; after a crash it has only grown, and an altered copy is refused.
import { execFile } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Client } from "../../src/api/client.ts";
import { independentNote, verifyIndependently } from "../independent/verifier.ts";
import { type SignedIn, signInAdmin, signInUser, WIDE_RATE_LIMITS } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const PROGRAM = fileURLToPath(new URL("../../src/cli/verify-audit.ts", import.meta.url));
const PUBLISHED_MS_MAX = 20_000;
const POLL_MS = 250;

const folder = mkdtempSync(join(tmpdir(), "taskward-audit-"));
const copy = join(folder, "log");
const seen = join(folder, "seen");
let server: Server;
let ada: SignedIn;
let bob: SignedIn;
let token: string;

beforeAll(async () => {
  server = await startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } });
  ada = (await signInAdmin(server, ["198.51.100.1"]))[0]!;
  bob = await signInUser(server, "bob", "198.51.100.2");
  const body = { name: "Verifier", permissions: ["system:audit" as const] };
  token = (await ada.client.createToken({ body })).body.token;
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

/** The exit code of `npm run verify-audit`, and what it says. */
function verify(...args: string[]): Promise<{ code: number; text: string }> {
  const env = { ...process.env, TASKWARD_TOKEN: token };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr });
    });
  });
}

/** The proof of an event, once it is under a checkpoint. */
async function proved(client: Client, entry: string) {
  for (const deadline_ms = Date.now() + PUBLISHED_MS_MAX; ; await wait(POLL_MS)) {
    const { status, body } = await client.proveEntry({ params: { entry } });
    if (status === 200) return body.proof!;
    if (Date.now() > deadline_ms) throw new Error(`${entry} was not published in time`);
  }
}

const sizeOf = (checkpoint: string): string => checkpoint.split("\n")[1]!;

it("is verified over the API, and its proofs by a verifier that nobody here wrote", async () => {
  const events: string[] = [];
  for (let made = 0; made < 40; made += 1)
    events.push((await bob.client.createProject({ body: { name: `Project ${made}` } })).audit_event!);
  const early = await proved(bob.client, events[0]!);
  events.push((await bob.client.createProject({ body: { name: "One more" } })).audit_event!);
  const inclusion = [early];
  for (const event of events) inclusion.push(await proved(bob.client, event));
  const checkpoint = inclusion.at(-1)!.checkpoint;
  const query = { from: sizeOf(early.checkpoint), to: sizeOf(checkpoint) };
  const { proof } = (await bob.client.proveConsistency({ query })).body;
  const result = await verify("--origin", server.origin, "--save", copy, "--seen", seen);
  expect(result, result.text).toMatchObject({ code: 0 });
  expect(result.text).toMatch(/\/v1\/audit\/main: \d+ entries, all as they were signed\./);
  if (independentNote !== "") return console.warn(`the independent verifier${independentNote}`);
  const file = join(folder, "proofs.json");
  const consistency = [{ old_checkpoint: early.checkpoint, checkpoint, hashes: proof.hashes }];
  writeFileSync(file, JSON.stringify({ inclusion, consistency }));
  const saved = readFileSync(join(copy, "checkpoint"), "utf8");
  expect(verifyIndependently(copy, file)).toBe(`ok ${sizeOf(saved)}`);
});

it("has only grown after a crash in the middle of writes", async () => {
  const writing = Array.from({ length: 20 }, (_, made) =>
    bob.client.createProject({ body: { name: `Crash ${made}` } }).catch(() => null),
  );
  await wait(POLL_MS);
  await server.kill();
  const answers = await Promise.all(writing);
  await server.restart();
  for (const answer of answers) if (answer) await proved(bob.client, answer.audit_event!);
  // Whoever has it open reads all of what it held: it is replaced, not written over.
  const open = openSync(seen, "r");
  const before = readFileSync(seen, "utf8");
  const result = await verify("--origin", server.origin, "--save", copy, "--seen", seen);
  expect(result, result.text).toMatchObject({ code: 0 });
  expect(result.text).toContain("since it was last seen");
  expect(readFileSync(open, "utf8")).toBe(before);
  expect(readFileSync(seen, "utf8")).not.toBe(before);
  closeSync(open);
});

it("is refused as a copy with one altered byte, with the entry's name", async () => {
  const kept = readFileSync(join(copy, "checkpoint"), "utf8");
  const size = Number(sizeOf(kept));
  const fresh = await verify("--folder", copy);
  // Copies of older partial tiles are beginnings of the newer ones.
  expect(fresh, fresh.text).toMatchObject({ code: 0 });
  const path = join(copy, `tile/entries/000${size < 256 ? `.p/${size}` : ""}`);
  const bytes = readFileSync(path);
  const at = bytes.indexOf("project.created");
  bytes[at] = bytes[at]! ^ 1;
  writeFileSync(path, bytes);
  const result = await verify("--folder", copy);
  expect(result.code).toBe(1);
  expect(result.text).toMatch(/entry \d+, tile\/entries\/000.*: not what its leaf hash says/);
});

it("tells what is wrong with its command line, and never passes what it could not read", async () => {
  expect(await verify("--folder", folder)).toMatchObject({ code: 2 });
  expect(await verify("--unknown")).toMatchObject({ code: 2 });
  expect(await verify("--origin", server.origin, "--key", "no key")).toMatchObject({ code: 2 });
  token = "";
  expect(await verify("--origin", server.origin)).toMatchObject({ code: 2 });
});
