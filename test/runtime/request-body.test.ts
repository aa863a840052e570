// Bodies as an attacker shapes them: too long, of another type, no UTF-8, no JSON. Each is refused by its own reason,
// and the answer never repeats what was wrong.
import { beforeAll, describe, expect, it } from "vitest";
import { type Opened, open, type Problem } from "./harness/envelope.ts";
import { admin, type Person } from "./harness/people.ts";
import { newAddress, type Sending, send } from "./harness/worker.ts";

const CANARY = "canary-7f3a";
const JSON_TYPE = { "Content-Type": "application/json" };
const BODY_BYTES_MAX = 65_536;

let ada: Person;
beforeAll(async () => {
  ada = await admin("main");
});

/** A sign-in from an address of its own: whatever comes before its schema can be seen here. */
async function login(body: BodyInit, headers: Record<string, string> = JSON_TYPE): Promise<Opened> {
  return open(await send("/v1/auth/login", { method: "POST", address: newAddress(), body, headers }));
}
const as = async (person: Person, path: string, sending: Sending = {}) =>
  open(await person.send(path, sending));

/** Valid JSON of exactly so many bytes. */
const padded = (bytes: number) => `{"username":"${"x".repeat(bytes - '{"username":""}'.length)}"}`;

function inChunks(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(offset, offset + size));
      offset += size;
    },
  });
}

describe("bodies", () => {
  it("up to 65,536 bytes are read, one more is refused, whether declared or streamed", async () => {
    expect(await login(padded(BODY_BYTES_MAX))).toMatchObject({ status: 422 });
    expect(await login(padded(BODY_BYTES_MAX + 1))).toMatchObject({ status: 413, reason: "body_too_large" });
    expect(await login(inChunks(padded(BODY_BYTES_MAX), 999))).toMatchObject({ status: 422 });
    expect(await login(inChunks(padded(BODY_BYTES_MAX + 1), 999))).toMatchObject({ status: 413 });
  });

  it("an endless stream is refused as soon as it is too long", async () => {
    let chunks = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new Uint8Array(8_192).fill(0x20));
      },
    });
    expect(await login(endless)).toMatchObject({ status: 413 });
    expect(chunks).toBeLessThan(100);
  });

  it("bulk import alone takes a mebibyte", async () => {
    const { project } = (await ada.client.createProject({ body: { name: "Large" } })).body;
    const path = `/v1/projects/${project.id}/tasks/bulk`;
    // A thousand bytes each: one string alone may not be so long.
    const padding = (bytes: number) =>
      Array.from({ length: Math.ceil(bytes / 1_000) }, () => "x".repeat(997));
    const text = (bytes: number) => JSON.stringify({ tasks: [], padding: padding(bytes) });
    const send = (bytes: number) => as(ada, path, { method: "POST", body: text(bytes), headers: JSON_TYPE });
    expect(await send(1_000_000)).toMatchObject({ status: 422 });
    expect(await send(1_048_577)).toMatchObject({ status: 413 });
    const one = JSON.stringify({ tasks: [], padding: "x".repeat(1_000_000) });
    expect(await as(ada, path, { method: "POST", body: one, headers: JSON_TYPE })).toMatchObject({
      status: 400,
    });
  });

  it.each([
    ["no media type", {}],
    ["plain text, as a form of another site can send it", { "Content-Type": "text/plain" }],
    ["a form", { "Content-Type": "application/x-www-form-urlencoded" }],
    ["several parts", { "Content-Type": "multipart/form-data; boundary=x" }],
    ["something like JSON", { "Content-Type": "application/json-patch+json" }],
    ["JSON after another type", { "Content-Type": "text/plain, application/json" }],
    ["JSON as a parameter", { "Content-Type": "text/plain; x=application/json" }],
    ["a content encoding", { ...JSON_TYPE, "Content-Encoding": "gzip" }],
  ])("with %s are refused unread", async (_, headers) => {
    const body = new TextEncoder().encode('{"username":"ada"}');
    expect(await login(body, headers as Record<string, string>)).toMatchObject({
      status: 415,
      reason: "unsupported_media_type",
    });
  });

  it("are JSON whatever the case and the parameters of the media type", async () => {
    for (const type of ["Application/JSON", "application/json; charset=utf-8", "application/json;x=y"]) {
      expect(await login("{}", { "Content-Type": type })).toMatchObject({ status: 422 });
    }
  });

  it.each([
    ["a broken sequence", [0x22, 0xc3, 0x28, 0x22]],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
    ["half of a surrogate pair", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a code point beyond Unicode", [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ["UTF-16", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])("that are not UTF-8 are refused: %s", async (_, bytes) => {
    expect(await login(new Uint8Array(bytes))).toMatchObject({ status: 400, reason: "malformed_json" });
  });

  it.each([
    "",
    " ",
    "{",
    "{}{}",
    "{'a':1}",
    '{"a":1,}',
    "NaN",
    "[1,]",
    "\u0000{}",
    `{"a":${CANARY}}`,
    "0x10",
  ])("that are not JSON are refused without a word of theirs: %j", async (text) => {
    const opened = await login(text);
    expect(opened).toMatchObject({ status: 400, reason: "malformed_json" });
    expect(opened.text).not.toContain(CANARY);
    expect((opened.body as Problem).errors).toHaveLength(1);
  });

  it("may nest 32 levels and no more, objects and lists alike, and braces in strings do not count", async () => {
    const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
    const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    for (const shape of [nested, objects]) {
      expect(await login(shape(32))).toMatchObject({ status: 422 });
      expect(await login(shape(33))).toMatchObject({ status: 400, reason: "malformed_json" });
      expect(await login(shape(10_000))).toMatchObject({ status: 400 });
    }
    expect(await login(`{"username":"${"[".repeat(1_000)}"}`)).toMatchObject({ status: 422 });
  });

  it("that name a prototype change nobody's", async () => {
    const opened = await login(
      '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
    );
    expect(opened).toMatchObject({ status: 422 });
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});
