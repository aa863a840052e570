// Destinations of audit events that are real: rsyslog takes every event over TCP, and an HTTP server that insists on the
// documented requests of Cloud Logging gets each once, though it refuses for a while first.
import { type ChildProcess, spawn } from "node:child_process";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type SignedIn, signInAdmin, signInUser, WIDE_RATE_LIMITS } from "./people.ts";
import { freePort, listens, type Server, startServer } from "./server.ts";

const DELIVERED_MS_MAX = 40_000;
const POLL_MS = 250;
const REFUSALS = 2;

const folder = mkdtempSync(join(tmpdir(), "taskward-sinks-"));
const syslog_file = join(folder, "messages");
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rsyslogd = ["/usr/sbin/rsyslogd", "/sbin/rsyslogd"].find(existsSync);

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
let receiver: ChildProcess | null = null;
let server: Server;
let ada: SignedIn;
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
  const syslog_port = await freePort();
  if (rsyslogd) {
    const config = join(folder, "rsyslog.conf");
    writeFileSync(
      config,
      `global(workDirectory="${folder}" maxMessageSize="64k")
module(load="imtcp")
input(type="imtcp" port="${syslog_port}" address="127.0.0.1")
template(name="raw" type="string" string="%pri% %app-name% %msgid% %msg%\\n")
action(type="omfile" file="${syslog_file}" template="raw")
`,
    );
    receiver = spawn(rsyslogd, ["-n", "-f", config, "-i", join(folder, "pid")], { stdio: "ignore" });
    while (!(await listens(syslog_port))) await wait(50);
  }
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
});
afterAll(async () => {
  await server?.stop();
  google?.close();
  receiver?.kill();
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
  const { sinks } = (await ada.client.listSinks()).body;
  expect(sinks.find(({ name }) => name === "cloud_logging")).toMatchObject({ status: "healthy" });
  if (!receiver) return console.warn("rsyslogd is not installed: its half of this test is skipped");
  const lines = () => (existsSync(syslog_file) ? readFileSync(syslog_file, "utf8") : "");
  await delivered(events, (id) => lines().includes(id));
  const line = lines()
    .split("\n")
    .find((each) => each.includes(events[0]!))!;
  const [, pri, app, message_id, json] = /^(\d+) (\S+) (\S+) \ufeff?(\{.*\})$/.exec(line)!;
  expect([pri, app, message_id]).toEqual(["110", "taskward", "project.created"]);
  expect(JSON.parse(json!)).toMatchObject({ id: events[0], user_id: bob.user_id });
});
