// Settings of a workspace as the audit log obeys them: who may read the log, whose cosignature counts, and which
// destinations get addresses in clear. And what the log says of its own configuration.
import { afterEach, describe, expect, it, vi } from "vitest";
import { configure } from "../../../src/config.ts";
import { parseWitnessKey, readCosignatures } from "../../../src/protocol/cosignature.ts";
import { openNote } from "../../../src/protocol/signed-note.ts";
import { clock } from "../harness/clock.ts";
import {
  crash,
  createdObjects,
  evict,
  inside,
  objectOf,
  ringAlarm,
  rowsOf,
  shipAll,
} from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { env, newAddress, send } from "../harness/worker.ts";
import { hurry, widenBuckets } from "../identity/settings.ts";
import { eventsOf } from "../identity/trail.ts";
import { keysOf, readLog } from "./logs.ts";
import { newWitness } from "./witness.ts";

await hurry();
await widenBuckets();
const ada = await admin("main");
const log = () => objectOf("AUDIT_LOG", "main");
const [witness, stranger] = [await newWitness("witness.example/w1"), await newWitness("witness.example/w1")];
afterEach(() => void vi.restoreAllMocks());

const change = async (body: object, by: Person = ada, if_match = "*") =>
  (await by.recent()).send("/v1/settings", {
    method: "PATCH",
    json: body,
    headers: { "If-Match": if_match },
  });
const get = (path: string) => send(`/v1/audit/main/${path}`, { address: newAddress() });
const text = async (path: string) => (await get(path)).text();
const cosign = (note: string) =>
  send("/v1/audit/main/checkpoint/cosignatures", { address: newAddress(), json: { note } });

async function publish(): Promise<void> {
  await shipAll();
  await ringAlarm(log());
}

describe("settings", () => {
  it("are for ADMIN, with a version that must be named, and leave an event without values", async () => {
    const bob = await signUp();
    expect((await bob.send("/v1/settings")).status).toBe(403);
    expect((await change({ publish_audit: true }, bob)).status).toBe(403);
    const read = await ada.send("/v1/settings");
    expect(await read.json()).toEqual({
      settings: { publish_audit: false, witnesses: [], sinks_in_clear: false },
    });
    const unnamed = await ada.send("/v1/settings", { method: "PATCH", json: { publish_audit: true } });
    expect(unnamed.status).toBe(428);
    const changed = await change({ publish_audit: true }, ada, read.headers.get("etag")!);
    expect(changed.status).toBe(200);
    expect((await change({ publish_audit: false }, ada, read.headers.get("etag")!)).status).toBe(412);
    for (const wrong of [{}, { unknown: true }, { witnesses: ["no key"] }, { publish_audit: "yes" }]) {
      expect((await change(wrong)).status).toBe(422);
    }
    const [event] = (await eventsOf("main")).filter(({ event_type }) => event_type === "settings.changed");
    expect(event).toMatchObject({
      id: changed.headers.get("audit-event"),
      details: { fields: ["publish_audit"] },
    });
    await change({ publish_audit: false });
  });

  it("are kept where they are obeyed, and an older order changes nothing", async () => {
    await change({ publish_audit: true });
    await publish();
    await env.AUDIT_LOG.getByName("main").adopt(
      { publish_audit: false, witnesses: [], sinks_in_clear: false },
      1,
    );
    await crash(log());
    expect((await get("checkpoint")).status).toBe(200);
  });
});

describe("a published log", () => {
  it("is found by nobody until its workspace publishes it, and by nobody afterwards", async () => {
    const paths = ["checkpoint", "keys", "tile/0/000.p/1", "tile/0/000"];
    await change({ publish_audit: false });
    await publish();
    for (const path of paths) expect((await get(path)).status, path).toBe(404);
    const before = await createdObjects();
    expect((await send("/v1/audit/nowhere/checkpoint", { address: newAddress() })).status).toBe(404);
    const made = (await createdObjects()).filter((name) => !before.includes(name));
    expect(made.filter((name) => !name.startsWith("STRANGERS"))).toEqual([]);
    await change({ publish_audit: true });
    expect((await get("checkpoint")).status).toBe(200);
  });

  it("shows checkpoint, keys and hash tiles, and no entry", async () => {
    await change({ publish_audit: true });
    await publish();
    const note = await text("checkpoint");
    expect(note).toBe(new TextDecoder().decode((await readLog("main", "checkpoint"))!));
    const keys = await keysOf("main");
    expect(await openNote(note, keys)).not.toBeNull();
    expect(await (await get("keys")).json()).toEqual({
      verifier_keys: (await ada.client.listVerifierKeys()).body.verifier_keys,
    });
    const size = Number(note.split("\n")[1]);
    const path = size < 256 ? `000.p/${size}` : "000";
    const tile = new Uint8Array(await (await get(`tile/0/${path}`)).arrayBuffer());
    expect(tile).toEqual(await readLog("main", `tile/0/${path}`));
    for (const level of ["entries", "data"]) expect((await get(`tile/${level}/${path}`)).status).toBe(422);
  });
});

describe("cosignatures", () => {
  it("of a configured witness stand under the checkpoint that they are of, and stay found when it has grown", async () => {
    await change({ publish_audit: true, witnesses: [witness.text] });
    await publish();
    const note = await text("checkpoint");
    expect((await get("checkpoint?cosigned=true")).status).toBe(404);
    expect((await cosign(await witness.cosign(note, clock.now_ms() / 1000))).status).toBe(204);
    const cosigned = await text("checkpoint");
    expect(cosigned.startsWith(note)).toBe(true);
    expect(
      await openNote(cosigned, await keysOf("main")),
      "those who know no witness still open it",
    ).not.toBeNull();
    const found = await readCosignatures(cosigned, [parseWitnessKey(witness.text)!]);
    expect(found).toMatchObject([{ witness: "witness.example/w1" }]);
    await signUp();
    await publish();
    expect(await text("checkpoint")).not.toContain("witness.example");
    expect(await text("checkpoint?cosigned=true")).toBe(cosigned);
    const newer = await witness.cosign(await text("checkpoint"), clock.now_ms() / 1000);
    expect((await cosign(newer)).status).toBe(204);
    expect((await cosign(cosigned)).status, "an older one takes its place no more").toBe(409);
    const [event] = (await eventsOf("main")).filter(({ event_type }) => event_type === "audit.cosigned");
    expect(event).toMatchObject({ user_id: null, targets: ["witness.example/w1"] });
  });

  it("that are known are no news: whoever sends them again, or earlier ones, adds nothing to the log", async () => {
    await change({ publish_audit: true, witnesses: [witness.text] });
    await signUp();
    await publish();
    const note = await text("checkpoint");
    const [earlier, later] = [
      await witness.cosign(note, clock.now_ms() / 1000),
      await witness.cosign(note, clock.now_ms() / 1000 + 60),
    ];
    for (const each of [earlier, later]) expect((await cosign(each)).status).toBe(204);
    const heard = async () =>
      (await eventsOf("main")).filter(({ event_type }) => event_type === "audit.cosigned").length;
    const before = await heard();
    for (const each of [later, earlier, later]) {
      const again = await cosign(each);
      expect([again.status, again.headers.get("audit-event")]).toEqual([204, null]);
    }
    expect(await heard()).toBe(before);
    expect(await text("checkpoint?cosigned=true")).toBe(later);
  });

  it("of one witness are the latest of each of its keys, in whatever order they come", async () => {
    await change({ publish_audit: true, witnesses: [witness.text, stranger.text] });
    await signUp();
    await publish();
    const note = await text("checkpoint");
    const signed = note.slice(0, note.lastIndexOf("\n\n") + 1);
    const now_s = clock.now_ms() / 1000;
    const [earlier, later] = [await witness.line(signed, now_s), await witness.line(signed, now_s + 60)];
    const other_key = await stranger.line(signed, now_s + 90);
    expect((await cosign(note + later + earlier)).status).toBe(204);
    expect(await text("checkpoint?cosigned=true")).toBe(note + later);
    expect((await cosign(note + other_key)).status).toBe(204);
    expect(await text("checkpoint?cosigned=true")).toBe(note + later + other_key);
  });

  it("of anybody else, of another text, or altered, are refused and change nothing", async () => {
    await change({ publish_audit: true, witnesses: [witness.text] });
    await publish();
    const note = await text("checkpoint");
    const [origin, size, root] = note.split("\n") as [string, string, string];
    const other = `${origin}\n${Number(size) + 1}\n${root}\n`;
    const good = await witness.cosign(note, 1_800_000_000);
    const wrong = [
      note,
      await stranger.cosign(note, 1_800_000_000),
      note + (await witness.line(other, 1_800_000_000)),
      `${other}\n${await witness.line(other, 1_800_000_000)}`,
      good.slice(0, -4) + (good.at(-4) === "A" ? "B" : "A") + good.slice(-3),
      await witness.cosign(note, 0),
      "",
    ];
    for (const each of wrong) expect((await cosign(each)).status, each).toBe(422);
    expect(await text("checkpoint")).not.toContain("witness.example");
    await change({ witnesses: [] });
    expect((await cosign(good)).status).toBe(422);
    await change({ publish_audit: false });
    expect((await cosign(good)).status).toBe(404);
  });

  it("pass on no line that a stranger has put beside them", async () => {
    await change({ publish_audit: true, witnesses: [witness.text] });
    await signUp();
    await publish();
    const note = await text("checkpoint");
    const noisy = (await stranger.cosign(note, 1_800_000_000)).replace(
      "witness.example/w1",
      "spam.example/buy",
    );
    const line = await witness.line(note.slice(0, note.lastIndexOf("\n\n") + 1), clock.now_ms() / 1000);
    expect((await cosign(noisy + line)).status).toBe(204);
    expect(await text("checkpoint?cosigned=true")).toBe(note + line);
  });
});

describe("destinations", () => {
  it("get pseudonyms, or addresses where the workspace says so; what Taskward stores itself never does", async () => {
    const lines: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
    const addresses = () => lines.filter((each) => each.includes("203.0.113.77"));
    await change({ sinks_in_clear: false });
    await signUp({ address: "203.0.113.77" });
    await publish();
    await ringAlarm(log());
    expect(addresses()).toEqual([]);
    await change({ sinks_in_clear: true });
    await signUp({ address: "203.0.113.77" });
    await publish();
    await ringAlarm(log());
    expect(addresses().length).toBeGreaterThan(0);
    for (const { key } of (await env.AUDIT_BUCKET.list({ prefix: "audit/main/" })).objects) {
      expect(await (await env.AUDIT_BUCKET.get(key))!.text(), key).not.toContain("203.0.113.77");
    }
    await change({ sinks_in_clear: false });
  });
});

describe("the configuration", () => {
  it("is an event at the first start under another one: which variables changed, and no value", async () => {
    await publish();
    const changes = async () =>
      (await eventsOf("main")).filter(({ event_type }) => event_type === "system.configuration_changed");
    expect(await changes(), "what it began under is no change").toEqual([]);
    await evict(log());
    await publish();
    expect(await changes(), "nor is another start").toEqual([]);
    const { marks } = configure(env);
    await inside(log(), (instance) => {
      const { config } = instance as { config: { marks: typeof marks } };
      config.marks = (salt) => {
        const { ISSUER_NAME: _gone, ...rest } = marks(salt);
        return { ...rest, KEY_RING: "another", AUDIT_CSV: "new" };
      };
    });
    await evict(log());
    await signUp();
    await publish();
    await publish();
    const found = await changes();
    expect(found).toMatchObject([{ user_id: null, details: { changed: ["AUDIT_CSV", "KEY_RING"] } }]);
    const [row] = await rowsOf<{ marks: string }>(log(), "SELECT marks FROM configuration");
    expect(row!.marks).not.toContain(env.BOOTSTRAP_KEY);
  });
});
