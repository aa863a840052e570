// The terminal client holds a log to the checkpoint that it saw last: one that was cut, rewritten, forked or taken away
// is refused before any command reads it.
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ProblemError } from "../../../src/api/client.ts";
import { checkPinnedLog, ForkedLog } from "../../../src/cli/client/pinned-log.ts";
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { completeRoot, consistencyRanges, leafHash, rangeHash } from "../../../src/protocol/merkle-tree.ts";
import { type NoteSigner, signerOf } from "../../../src/protocol/signed-note.ts";
import { KEY_1 } from "../protocol/fixtures.ts";
import { logOf } from "../protocol/log-in-memory.ts";

const PLACE = "https://tasks.example/main";
const signer = await signerOf("tasks.example/v1/audit/main", KEY_1);
const entriesOf = (count: number, what = "event") =>
  Array.from({ length: count }, (_, at) => `${what} ${at}`);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "taskward-pins-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A service that shows the log of those entries, and proves what it can of it. */
async function serviceOf(entries: readonly string[], by: NoteSigner = signer) {
  const objects = await logOf(entries, [entries.length], by);
  const hashes = entries.map((entry) => leafHash(utf8(entry)));
  const subtree = (level: number, index: number) =>
    completeRoot(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level));
  return {
    readCheckpoint: async () => ({ body: objects.get("checkpoint")! }),
    proveConsistency: async ({ query }: { query: { from: string; to?: string } }) => {
      const ranges = consistencyRanges(Number(query.from), Number(query.to));
      const proof = ranges.map((range) => encodeBase64(rangeHash(range, subtree)));
      return { body: { proof: { from: 0, to: 0, hashes: proof, checkpoint: "" } } };
    },
  } as unknown as Parameters<typeof checkPinnedLog>[0];
}

const check = (log: Parameters<typeof checkPinnedLog>[0], place = PLACE) =>
  checkPinnedLog(log, place, join(folder, "credentials.json"));
const file = () => join(folder, "seen-checkpoints.json");

test("a log that grows is followed, from size to size", async () => {
  for (const size of [1, 2, 7, 7, 8, 300, 557]) await check(await serviceOf(entriesOf(size)));
  expect(JSON.parse(readFileSync(file(), "utf8"))[PLACE]).toContain("\n557\n");
  expect(statSync(file()).mode & 0o077).toBe(0);
});

test.each([
  ["cut", () => serviceOf(entriesOf(299))],
  ["of the same size, with another entry", () => serviceOf([...entriesOf(299), "another"])],
  ["rewritten and grown", () => serviceOf(entriesOf(600, "forged"))],
  ["forked at its last entry and grown", () => serviceOf([...entriesOf(299), ...entriesOf(20, "forked")])],
  [
    "of another name",
    async () => serviceOf(entriesOf(400), await signerOf("tasks.example/v1/audit/other", KEY_1)),
  ],
])("a log that is %s is refused, and what was seen is kept", async (_, make) => {
  await check(await serviceOf(entriesOf(300)));
  const before = readFileSync(file(), "utf8");
  const forged = await make();
  await expect(check(forged)).rejects.toThrow(ForkedLog);
  await expect(check(forged), "again, too").rejects.toThrow(/not the one that was seen before/);
  expect(readFileSync(file(), "utf8")).toBe(before);
  await check(await serviceOf(entriesOf(301)));
});

test("a log that shows no checkpoint any more is refused; one that shows none yet is not", async () => {
  const problem = { type: "/problems/not_found", title: "", status: 404, request_id: "req_1" };
  const none = {
    readCheckpoint: () =>
      Promise.reject(new ProblemError("readCheckpoint", problem as never, new Headers() as never)),
  } as unknown as Parameters<typeof checkPinnedLog>[0];
  await check(none);
  await check(await serviceOf(entriesOf(3)));
  await expect(check(none)).rejects.toThrow(ForkedLog);
});

test("each service and workspace has a pin of its own, and a file that cannot be read is no reason to trust", async () => {
  await check(await serviceOf(entriesOf(300)));
  await check(await serviceOf(entriesOf(5, "others")), "https://tasks.example/other");
  await check(await serviceOf(entriesOf(5)), "https://elsewhere.example/main");
  writeFileSync(file(), "{");
  await expect(check(await serviceOf(entriesOf(300)))).rejects.toThrow(ForkedLog);
});

test.each(["null", "5", '"x"', "[1]", `{"${PLACE}":null}`, `{"${PLACE}":"no checkpoint"}`, ""])(
  "a file that holds %j is named, with what to do, and stays as it is",
  async (text) => {
    writeFileSync(file(), text);
    const checked = check(await serviceOf(entriesOf(300)));
    await expect(checked).rejects.toThrow(ForkedLog);
    await expect(checked).rejects.toThrow(/seen-checkpoints\.json cannot be read.*before you delete it/);
    expect(readFileSync(file(), "utf8")).toBe(text);
  },
);

test("what was seen is replaced as a whole, so that nothing can cut it off in the middle", async () => {
  await check(await serviceOf(entriesOf(3)));
  const [before, old] = [readFileSync(file(), "utf8"), openSync(file(), "r")];
  await check(await serviceOf(entriesOf(300)));
  expect(readFileSync(old, "utf8"), "the old file is untouched").toBe(before);
  expect(readFileSync(file(), "utf8")).toContain("\\n300\\n");
  expect(readdirSync(folder)).toEqual(["seen-checkpoints.json"]);
});

test("what another command has seen of another log meanwhile is kept", async () => {
  const [log, other] = [await serviceOf(entriesOf(5)), await serviceOf(entriesOf(7, "others"))];
  const slow = {
    ...log,
    async readCheckpoint() {
      await check(other, "https://elsewhere.example/main");
      return log.readCheckpoint();
    },
  };
  await check(slow);
  expect(Object.keys(JSON.parse(readFileSync(file(), "utf8")))).toHaveLength(2);
});
