// Destinations of audit events that are real: rsyslog takes every event over TCP, and an HTTP server that insists on the
// documented requests of Cloud Logging gets each once, though it refuses for a while first.
import { execFile } from "node:child_process";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type SignedIn, signInAdmin, signInUser, WIDE_RATE_LIMITS } from "./people.ts";
import { hasRsyslog, Rsyslog } from "./rsyslog.ts";
import { freePort, type Server, startServer } from "./server.ts";

const DELIVERED_MS_MAX = 40_000;
const POLL_MS = 250;
const REFUSALS = 2;

const folder = mkdtempSync(join(tmpdir(), "taskward-sinks-"));
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const REFILL = fileURLToPath(new URL("../../src/cli/refill-audit.ts", import.meta.url));

interface LogEntry {
  insertId: string;
  timestamp: string;
  severity: string;
  jsonPayload: { id: string; event_type: string; ip_address: string | null };
}

const written = new Map<string, LogEntry>();
const complaints: string[] = [];
let refused = 0;
let google: HttpServer;
let receiver: Rsyslog | null = null;
let server: Server;
let ada: SignedIn;
/** Of an AUDITOR's program, which comes from anywhere. */
let token: string;
let bob: SignedIn;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

const decoded = (part: string) =>
  JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;

/** What is wrong with a request for an access token (RFC 7523); null for nothing. */
function wrongWithGrant(body: string, audience: string): string | null {
  const form = new URLSearchParams(body);
  if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") return "grant_type";
  const [head, claims, signature] = form.get("assertion")!.split(".");
  const { alg } = decoded(head!);
  const { iss, scope, aud, iat, exp } = decoded(claims!);
  if (alg !== "RS256" || iss !== "audit@taskward.example" || aud !== audience) return "claims";
  if (scope !== "https://www.googleapis.com/auth/logging.write") return "scope";
  if (Number(exp) - Number(iat) > 3_600 || Math.abs(Number(iat) * 1000 - Date.now()) > 60_000) return "times";
  const signed = Buffer.from(`${head}.${claims}`);
  const key = createPublicKey(publicKey.export({ type: "spki", format: "pem" }));
  return verify("sha256", signed, key, Buffer.from(signature!, "base64url")) ? null : "signature";
}

/** What is wrong with an entries:write; null for nothing. */
function wrongWithEntries(request: IncomingMessage, body: string): string | null {
  if (request.headers.authorization !== "Bearer token-1") return "authorization";
  if (request.headers["content-type"] !== "application/json") return "content type";
  const { logName, resource, entries } = JSON.parse(body) as {
    logName: string;
    resource: { type: string; labels: object };
    entries: LogEntry[];
  };
  if (logName !== "projects/taskward-test/logs/audit%2Fevents") return `logName ${logName}`;
  if (resource.type !== "global") return "resource";
  for (const entry of entries) {
    if (!/^[A-Za-z0-9._-]{1,512}$/.test(entry.insertId)) return "insertId";
    if (!["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"].includes(entry.severity)) return "severity";
    if (Number.isNaN(Date.parse(entry.timestamp))) return "timestamp";
    if (entry.jsonPayload.id !== entry.insertId) return "jsonPayload";
    written.set(entry.insertId, entry);
  }
  return null;
}

beforeAll(async () => {
  google = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const origin = `http://127.0.0.1:${(google.address() as AddressInfo).port}`;
    response.setHeader("Content-Type", "application/json");
    if (request.url === "/token") {
      const wrong = wrongWithGrant(body, `${origin}/token`);
      if (wrong) complaints.push(`token: ${wrong}`);
      return response.end(
        JSON.stringify({ access_token: "token-1", expires_in: 3_600, token_type: "Bearer" }),
      );
    }
    if (refused < REFUSALS) {
      refused += 1;
      response.statusCode = 503;
      return response.end("{}");
    }
    const wrong = request.url === "/v2/entries:write" ? wrongWithEntries(request, body) : request.url!;
    if (wrong) {
      complaints.push(`entries: ${wrong}`);
      response.statusCode = 400;
    }
    return response.end("{}");
  }).listen(0, "127.0.0.1");
  const google_origin = `http://127.0.0.1:${await new Promise<number>((resolve) =>
    google.once("listening", () => resolve((google.address() as AddressInfo).port)),
  )}`;
  receiver = hasRsyslog ? await Rsyslog.start() : null;
  const syslog_port = receiver?.port ?? (await freePort());
  server = await startServer({
    env: {
      RATE_LIMITS: WIDE_RATE_LIMITS,
      AUDIT_SYSLOG: `tcp://127.0.0.1:${syslog_port}`,
      GCP_LOGGING_ENABLED: "true",
      GCP_PROJECT_ID: "taskward-test",
      GCP_LOG_NAME: "audit/events",
      GCP_LOGGING_ENDPOINT: google_origin,
      GCP_SERVICE_ACCOUNT: JSON.stringify({
        client_email: "audit@taskward.example",
        private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
        token_uri: `${google_origin}/token`,
      }),
    },
  });
  ada = (await signInAdmin(server, ["198.51.100.1"]))[0]!;
  bob = await signInUser(server, "bob", "198.51.100.2");
  const body = { name: "Refill", permissions: ["system:audit" as const] };
  token = (await ada.client.createToken({ body })).body.token;
});
afterAll(async () => {
  await server?.stop();
  google?.close();
  receiver?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Waits until a destination holds all of the events. */
async function delivered(events: readonly string[], has: (id: string) => boolean): Promise<void> {
  for (const deadline_ms = Date.now() + DELIVERED_MS_MAX; !events.every(has); await wait(POLL_MS)) {
    if (Date.now() > deadline_ms)
      throw new Error(
        `${events.filter((id) => !has(id)).length} of ${events.length} never came; ${complaints}`,
      );
  }
}

it("every change reaches each destination, with pseudonyms for addresses, though one refuses at first", async () => {
  const events: string[] = [];
  for (let made = 0; made < 30; made += 1)
    events.push((await bob.client.createProject({ body: { name: `Streamed ${made}` } })).audit_event!);
  await delivered(events, (id) => written.has(id));
  expect(complaints).toEqual([]);
  expect(refused).toBe(REFUSALS);
  for (const id of events) expect(written.get(id)!.jsonPayload.ip_address).toMatch(/^psn_/);
  // It holds them before the log has heard so.
  await expect
    .poll(
      async () =>
        (await ada.client.listSinks()).body.sinks.find(({ name }) => name === "cloud_logging")?.status,
      { timeout: DELIVERED_MS_MAX, interval: POLL_MS },
    )
    .toBe("healthy");
  if (!receiver) return console.warn("rsyslogd is not installed: its half of this test is skipped");
  const has = (id: string) => receiver!.lines().some((line) => line.includes(id));
  await delivered(events, has);
  const line = receiver.lines().find((each) => each.includes(events[0]!))!;
  const [, pri, app, message_id, json] = /^(\d+) (\S+) (\S+) \ufeff?(\{.*\})$/.exec(line)!;
  expect([pri, app, message_id]).toEqual(["110", "taskward", "project.created"]);
  expect(JSON.parse(json!)).toMatchObject({ id: events[0], user_id: bob.user_id });
});

/** What `npm run refill-audit` says, and its exit code. */
function refill(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, TASKWARD_TOKEN: token };
  const program = [REFILL, "--origin", server.origin, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { env, maxBuffer: 64e6 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const indexesIn = (lines: readonly string[]): number[] =>
  lines.map((line) => Number(/"index":(\d+)/.exec(line)![1])).sort((a, b) => a - b);

it("a gap at a destination that confirms nothing is filled from R2 by one command, with just what is missing", async () => {
  const range = ["--from", "5", "--to", "30"];
  const all = await refill(...range);
  expect(all, all.err).toMatchObject({ code: 0, err: expect.stringContaining("25 events sent, 0 were") });
  const lines = all.out.trimEnd().split("\n");
  expect(indexesIn(lines)).toEqual(Array.from({ length: 25 }, (_, at) => 5 + at));
  for (const line of lines) expect(line).toMatch(/^\{"audit":\{"id":"evt_.*\}\}$/);
  expect(all.out).not.toContain(bob.address);
  // As a service that collects logs would have escaped them, several in a line.
  const escaped = JSON.stringify({ Logs: lines.slice(0, 10).map((line) => ({ Message: [line] })) });
  const held = join(folder, "held");
  writeFileSync(held, `${escaped}\n${lines.slice(17).join("\n")}\n`);
  const gap = await refill(...range, "--held", held);
  expect(indexesIn(gap.out.trimEnd().split("\n"))).toEqual([15, 16, 17, 18, 19, 20, 21]);
  expect(gap.err).toContain("7 events sent, 18 were there already");
  if (!receiver) return;
  const before = receiver.lines();
  const sent = await refill(...range, "--held", held, "--syslog", `tcp://127.0.0.1:${receiver.port}`);
  expect(sent, sent.err).toMatchObject({ code: 0, out: "" });
  const again = before.filter((line) => indexesIn([line])[0]! >= 15 && indexesIn([line])[0]! < 22);
  await delivered(
    ["all of the gap"],
    () => receiver!.lines().filter((line) => again.includes(line)).length >= 14,
  );
  for (const line of again) expect(receiver.lines().filter((each) => each === line)).toHaveLength(2);
});
