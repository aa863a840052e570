// `npm run refill-audit`: just what a destination lacks is sent again, however it has escaped what it holds; to standard
// output or to syslog, and over TLS to nobody who is not trusted.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { save } from "../../../src/cli/log-source.ts";
import { signerOf } from "../../../src/protocol/signed-note.ts";
import { KEY_1 } from "../protocol/fixtures.ts";
import { logOf } from "../protocol/log-in-memory.ts";
import { hasOpenssl, Openssl } from "../protocol/openssl.ts";

const PROGRAM = fileURLToPath(new URL("../../../src/cli/refill-audit.ts", import.meta.url));
const SIZE = 600;
const folder = mkdtempSync(join(tmpdir(), "taskward-refill-"));
const log = join(folder, "log");

const idAt = (index: number) => `evt_${String(index).padStart(26, "0")}`;
const entryAt = (index: number) => {
  const id = idAt(index);
  const rest = { timestamp: "2026-01-01T00:00:00.000Z", event_type: "task.created", severity: "info" };
  return JSON.stringify({ id, index, ...rest, details: { text: 'a "quoted" "index":7', index: 8 } });
};
const entries = Array.from({ length: SIZE }, (_, index) => entryAt(index));

beforeAll(async () => {
  const objects = await logOf(entries, [SIZE], await signerOf("log.example/v1/audit/main", KEY_1));
  for (const [path, bytes] of objects) save(log, path, bytes);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function refill(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 64e6 };
    execFile(process.execPath, [PROGRAM, "--folder", log, ...args], options, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

function held(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const lineOf = (index: number) => `{"audit":${entries[index]}}`;
const upTo = (end: number) => Array.from({ length: end }, (_, index) => index);
const output = (indexes: readonly number[]) => indexes.map((index) => `${lineOf(index)}\n`).join("");

it("sends all, or a range, as lines as they are printed for Logpush", async () => {
  expect(await refill([])).toMatchObject({ code: 0, out: output(upTo(SIZE)) });
  const range = await refill(["--from", "250", "--to", "260"]);
  expect(range).toMatchObject({ code: 0, out: output(upTo(260).slice(250)) });
  expect(await refill(["--from", "590", "--to", "9999"])).toMatchObject({
    out: output(upTo(SIZE).slice(590)),
  });
  expect(await refill(["--from", "600"])).toMatchObject({
    code: 0,
    out: "",
    err: expect.stringContaining("0 events"),
  });
});

it("leaves out what the destination holds, however that has escaped it, and several files together", async () => {
  const escaped = JSON.stringify({
    Logs: upTo(300)
      .slice(9)
      .map((index) => ({ Message: [lineOf(index)] })),
  });
  const twice = JSON.stringify({ raw: JSON.stringify({ message: entries[400] }) });
  const files = [
    held(
      "syslog",
      upTo(590)
        .slice(310)
        .map((index) => `<110>1 x taskward - ${entries[index]}\n`)
        .join(""),
    ),
    held("logpush", `${escaped}\n${twice}\n`),
  ];
  // The texts of all of them speak of an index 7 and 8, which are no events of theirs.
  const missing = [...upTo(9), ...upTo(310).slice(300), ...upTo(SIZE).slice(590)];
  const outcome = await refill(files.flatMap((file) => ["--held", file]));
  expect(outcome).toMatchObject({ code: 0, out: output(missing) });
  expect(outcome.err).toContain("29 events sent, 571 were there already");
});

it("is not told by what somebody wrote into an event that another is held", async () => {
  const { id, index, ...rest } = JSON.parse(entryAt(3));
  const text = ["{", "{\\", ""].map((brace) => `${brace}${entryAt(5).slice(1)}`).join(" ");
  const line = JSON.stringify({ id, index, ...rest, details: { text } });
  for (const [name, held_line] of Object.entries({
    plain: line,
    escaped: JSON.stringify({ Message: [line] }),
  })) {
    const outcome = await refill(["--to", "7", "--held", held(name, `${held_line}\n`)]);
    expect(outcome.out, name).toBe(output([0, 1, 2, 4, 5, 6]));
  }
});

it("is not told by an event of another workspace, in the same file, that one of the same index is held", async () => {
  const other = lineOf(4).replace(idAt(4), idAt(900_004));
  const outcome = await refill(["--to", "6", "--held", held("others", `${other}\n${lineOf(5)}\n`)]);
  expect(outcome).toMatchObject({ code: 0, out: output([0, 1, 2, 3, 4]) });
});

it("leaves alone what is beyond retention where the destination holds it, and says so where not", async () => {
  const trimmed = join(folder, "trimmed");
  const objects = await logOf(entries, [SIZE], await signerOf("log.example/v1/audit/main", KEY_1));
  for (const [path, bytes] of objects) if (!path.endsWith("entries/000")) save(trimmed, path, bytes);
  const lines = upTo(256).map((index) => `${lineOf(index)}\n`);
  const all = held("trimmed-all", lines.join(""));
  expect(await refill(["--folder", trimmed, "--held", all, "--to", "258"])).toMatchObject({
    code: 0,
    out: output([256, 257]),
  });
  const some = held("trimmed-some", lines.slice(1).join(""));
  expect(await refill(["--folder", trimmed, "--held", some])).toMatchObject({
    code: 2,
    err: expect.stringContaining("beyond retention"),
  });
});

it("fills syslog with whole frames, over TLS only where the receiver is trusted", async () => {
  const range = ["--from", "255", "--to", "460"];
  const plain = createServer().listen(0, "127.0.0.1");
  const received = collect(plain);
  await once(plain, "listening");
  const { port } = plain.address() as AddressInfo;
  const sent = await refill([...range, "--syslog", `tcp://127.0.0.1:${port}`]);
  expect(sent, sent.err).toMatchObject({ code: 0, out: "" });
  plain.close();
  await once(plain, "close");
  expect(messagesIn(received.text)).toEqual(
    upTo(460)
      .slice(255)
      .map((index) => entries[index]),
  );
  expect(await refill([...range, "--syslog", `tcp://127.0.0.1:${port}`]), "nobody listens").toMatchObject({
    code: 2,
  });
  if (!hasOpenssl) return;
  const openssl = new Openssl();
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem"];
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-out", "own.pem"];
  openssl.run("req", "-x509", ...key, ...name);
  const secure = createTlsServer({ cert: openssl.read("own.pem"), key: openssl.read("key.pem") });
  secure.on("tlsClientError", () => undefined).listen(0, "127.0.0.1");
  const secret = collect(secure, "secureConnection");
  await once(secure, "listening");
  const to = ["--syslog", `tls://localhost:${(secure.address() as AddressInfo).port}`];
  expect(await refill([...range, ...to])).toMatchObject({ code: 2 });
  expect(secret.text).toBe("");
  const NODE_EXTRA_CA_CERTS = join(openssl.folder, "own.pem");
  const trusted = await refill([...range, ...to], { NODE_EXTRA_CA_CERTS });
  expect(trusted, trusted.err).toMatchObject({ code: 0 });
  secure.close();
  await once(secure, "close");
  openssl.remove();
  expect(messagesIn(secret.text)).toHaveLength(205);
});

it("does not say that it has sent what could not be written", async () => {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [PROGRAM, "--folder", log], { stdio: ["ignore", full, "pipe"] });
  let err = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (err += text));
  const [code] = await once(child, "close");
  closeSync(full);
  expect({ code, err: err.trim() }).toEqual({ code: 2, err: expect.stringMatching(/^✗ .*ENOSPC.*$/u) });

  const reader = spawn(process.execPath, [PROGRAM, "--folder", log], { stdio: ["ignore", "pipe", "pipe"] });
  reader.stdout.destroy();
  let said = "";
  reader.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  expect(await once(reader, "close")).toEqual([2, null]);
  expect(said.trim()).toMatch(/^✗ .*EPIPE.*$/u);
});

it("refuses what is wrong in its command line, and a log that is not signed or not there", async () => {
  const wrong = [
    ["--from", "x"],
    ["--syslog", "udp://a:1"],
    ["--syslog", "tcp://a"],
    ["--held", "none"],
    ["--x"],
  ];
  const refused = await Promise.all(wrong.map((args) => refill(args)));
  expect(refused).toMatchObject(wrong.map(() => ({ code: 2, out: "" })));
  expect(await refill(["--folder", folder])).toMatchObject({ code: 2, out: "" });
  const forged = join(folder, "forged");
  const other = await signerOf("log.example/v1/audit/main", new Uint8Array(32).fill(9));
  const objects = await logOf(entries, [SIZE], other);
  const keys = (await logOf(entries, [1], await signerOf("log.example/v1/audit/main", KEY_1))).get(
    "verifier-keys",
  )!;
  for (const [path, bytes] of objects) save(forged, path, path === "verifier-keys" ? keys : bytes);
  expect(await refill(["--folder", forged])).toMatchObject({ code: 2, out: "" });
});

/** What connections to a server have brought. */
function collect(server: ReturnType<typeof createServer>, event = "connection"): { text: string } {
  const received = { text: "" };
  server.on(event, (socket: import("node:net").Socket) => {
    socket.setEncoding("utf8").on("data", (text: string) => {
      received.text += text;
    });
  });
  return received;
}

/** The texts of octet-counted frames (RFC 6587), all whole. */
function messagesIn(text: string): string[] {
  const bytes = Buffer.from(text);
  const messages: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(" ", at);
    const end = space + 1 + Number(bytes.subarray(at, space).toString());
    const message = bytes.subarray(space + 1, end).toString();
    messages.push(
      /^<110>1 2026-01-01T00:00:00.000Z log.example taskward - task.created - \ufeff(.*)$/.exec(message)![1]!,
    );
    at = end;
  }
  return messages;
}
