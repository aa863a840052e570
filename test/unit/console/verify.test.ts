// The proof that the browser checks: whatever of it is altered, it says so.
import { beforeAll, describe, expect, test } from "vitest";
import { ALL_EVENTS, queryOf } from "../../../src/console/app/audit/filter.ts";
import { type Given, type Pinned, verifyEvent } from "../../../src/console/app/audit/verify.ts";
import { skillsFrom, skillsText } from "../../../src/console/app/workers/skills.ts";
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { formatCheckpoint } from "../../../src/protocol/checkpoint.ts";
import {
  completeRoot,
  consistencyRanges,
  type Hash,
  inclusionRanges,
  leafHash,
  rangeHash,
  rootHash,
} from "../../../src/protocol/merkle-tree.ts";
import { formatVerifierKey, type NoteSigner, signerOf, signNote } from "../../../src/protocol/signed-note.ts";

const ORIGIN = "localhost/main";
const entries = Array.from({ length: 13 }, (_, at) => JSON.stringify({ id: `evt_${at}`, index: at }));
const leaves = entries.map((entry) => leafHash(utf8(entry)));
const subtree = (from: readonly Hash[]) => (level: number, index: number) =>
  completeRoot(from.slice(index * 2 ** level, (index + 1) * 2 ** level));

let signer: NoteSigner;
let stranger: NoteSigner;
beforeAll(async () => {
  signer = await signerOf(ORIGIN, new Uint8Array(32).fill(1));
  stranger = await signerOf(ORIGIN, new Uint8Array(32).fill(2));
});

const noteOf = (size: number, by = signer, from = leaves) =>
  signNote(formatCheckpoint({ origin: ORIGIN, size, root: rootHash(size, subtree(from)) }), [by]);

async function given(index: number, size: number, more: Partial<Given> = {}): Promise<Given> {
  const read = subtree(leaves);
  const hashes = inclusionRanges(index, size).map((range) => encodeBase64(rangeHash(range, read)));
  return {
    event_id: `evt_${index}`,
    proof: {
      ...{ index, entry: entries[index]!, leaf_hash: encodeBase64(leaves[index]!), hashes },
      checkpoint: await noteOf(size),
    },
    verifier_keys: [formatVerifierKey(signer)],
    pinned: null,
    consistency: async (from, to) =>
      consistencyRanges(from, to).map((range) => encodeBase64(rangeHash(range, read))),
    ...more,
  };
}

const pinnedAt = async (size: number, by = signer, from = leaves): Promise<Pinned> => ({
  note: await noteOf(size, by, from),
  verifier_keys: [formatVerifierKey(by)],
  seen_at: "2026-11-22T00:00:00.000Z",
});

test("every event of every size is found in the log, and the log has grown from each size before", async () => {
  for (const size of [1, 2, 7, 13])
    for (let index = 0; index < size; index += 1)
      for (const before of [1, Math.ceil(size / 2), size]) {
        const verdict = await verifyEvent(await given(index, size, { pinned: await pinnedAt(before) }));
        expect(verdict).toMatchObject({ ok: true, checkpoint: { size } });
      }
});

describe("is not verified", () => {
  const refused = async (changed: Given, step: string) => {
    const { ok, steps } = await verifyEvent(changed);
    expect(ok).toBe(false);
    expect(steps.at(-1)).toMatchObject({ ok: false, text: expect.stringContaining(step) });
  };

  test("an entry that is another event, or was altered", async () => {
    const good = await given(3, 13);
    await refused({ ...good, event_id: "evt_4" }, "is this event");
    const entry = good.proof.entry.replace("}", ',"more":1}');
    await refused({ ...good, proof: { ...good.proof, entry } }, "leads over");
    await refused({ ...good, proof: { ...good.proof, entry: "not JSON" } }, "is this event");
  });

  test("a proof with a hash too few, another place, or what is no hash", async () => {
    const good = await given(3, 13);
    for (const hashes of [good.proof.hashes.slice(1), [...good.proof.hashes, good.proof.hashes[0]!], ["%%%"]])
      await refused({ ...good, proof: { ...good.proof, hashes } }, "leads over");
    await refused({ ...good, proof: { ...good.proof, index: 4 } }, "leads over");
  });

  test("a checkpoint that somebody else signed", async () => {
    const good = await given(3, 13);
    const checkpoint = await noteOf(13, stranger);
    await refused({ ...good, proof: { ...good.proof, checkpoint } }, "signed for this log");
    await refused({ ...good, verifier_keys: [] }, "signed for this log");
  });

  test("a log that shrank, or was exchanged for another with valid signatures", async () => {
    await refused(await given(3, 7, { pinned: await pinnedAt(13) }), "has only grown");
    const other = leaves.map((hash, at) => (at === 2 ? leafHash(utf8("another")) : hash));
    await refused(await given(3, 13, { pinned: await pinnedAt(7, signer, other) }), "has only grown");
    await refused(await given(3, 13, { pinned: await pinnedAt(13, signer, other) }), "has only grown");
    const empty = async () => [];
    await refused(await given(3, 13, { pinned: await pinnedAt(7), consistency: empty }), "has only grown");
  });
});

test("a broken note in the browser's storage counts as none", async () => {
  const broken: Pinned = { note: "broken", verifier_keys: [], seen_at: "" };
  expect((await verifyEvent(await given(3, 13, { pinned: broken }))).ok).toBe(true);
});

test("a filter asks for what is filled in alone", () => {
  expect(queryOf(ALL_EVENTS)).toEqual({});
  expect(queryOf({ ...ALL_EVENTS, decision: "deny", target: " tsk_1 ", since: "2026-11-22T10:00" })).toEqual({
    decision: "deny",
    target: "tsk_1",
    since: new Date("2026-11-22T10:00").toISOString(),
  });
});

test("skills are read as they are written", () => {
  expect(skillsFrom(" Translation 4, writing,, c++ 2 ")).toEqual([
    { name: "translation", level: 4 },
    { name: "writing", level: 3 },
    { name: "c++", level: 2 },
  ]);
  const skills = [{ name: "typescript", level: 5 }];
  expect(skillsFrom(skillsText(skills))).toEqual(skills);
});
