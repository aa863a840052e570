// Checks that an event is in the audit log, without trusting the service: the entry's hash leads through the proof to
// the root that the checkpoint names, the checkpoint is signed, and the log has only grown from the checkpoint that
// this browser saw before. Nothing here asks for anything: what it needs is handed in.
import { decodeBase64 } from "../../../protocol/base64.ts";
import { type Checkpoint, parseCheckpoint } from "../../../protocol/checkpoint.ts";
import { type Hash, leafHash, verifyConsistency, verifyInclusion } from "../../../protocol/merkle-tree.ts";
import { openNote, parseVerifierKey, type VerifierKey } from "../../../protocol/signed-note.ts";

export interface InclusionProof {
  readonly index: number;
  readonly entry: string;
  readonly leaf_hash: string;
  readonly hashes: readonly string[];
  readonly checkpoint: string;
}

/** The newest checkpoint that was found good, as the browser keeps it. */
export interface Pinned {
  readonly note: string;
  /** Who may sign, as known when it was pinned. */
  readonly verifier_keys: readonly string[];
  readonly seen_at: string;
}

export interface Step {
  readonly text: string;
  readonly ok: boolean;
}

export interface Verdict {
  readonly ok: boolean;
  readonly steps: readonly Step[];
  readonly checkpoint: Checkpoint | null;
}

export interface Given {
  readonly event_id: string;
  readonly proof: InclusionProof;
  readonly verifier_keys: readonly string[];
  readonly pinned: Pinned | null;
  /** The hashes that lead from one size to another. */
  readonly consistency: (from: number, to: number) => Promise<readonly string[]>;
}

const keysOf = (texts: readonly string[]): VerifierKey[] =>
  texts.map(parseVerifierKey).filter((key) => key !== null);

const hashesFrom = (texts: readonly string[]): Hash[] | null => {
  const hashes = texts.map(decodeBase64);
  return hashes.includes(null) ? null : (hashes as Hash[]);
};

/** The checkpoint of a note that one of these keys signed for its log; null for any other. */
export async function openCheckpoint(note: string, keys: readonly VerifierKey[]): Promise<Checkpoint | null> {
  const opened = await openNote(note, keys);
  const checkpoint = opened && parseCheckpoint(opened.text);
  return checkpoint && opened.signed_by.some(({ name }) => name === checkpoint.origin) ? checkpoint : null;
}

/** Each step with whether it holds; it ends at the first that does not. Throws only what `consistency` throws. */
export async function verifyEvent(given: Given): Promise<Verdict> {
  const { event_id, proof, verifier_keys, pinned } = given;
  const steps: Step[] = [];
  const check = (ok: boolean, text: string): boolean => {
    steps.push({ text, ok });
    return ok;
  };
  const verdict = (checkpoint: Checkpoint | null = null): Verdict => ({
    ok: steps.every(({ ok }) => ok),
    steps,
    checkpoint,
  });

  if (!check(idOf(proof.entry) === event_id, "The entry of the log is this event")) return verdict();
  const checkpoint = await openCheckpoint(proof.checkpoint, keysOf(verifier_keys));
  const signed = `A checkpoint of ${checkpoint?.size.toLocaleString() ?? "unknown"} entries is signed for this log`;
  if (!check(checkpoint !== null, signed)) return verdict();
  const { size, root } = checkpoint!;
  const hashes = hashesFrom(proof.hashes);
  const hash = leafHash(new TextEncoder().encode(proof.entry));
  const included = hashes !== null && verifyInclusion({ index: proof.index, size, hash }, hashes, root);
  const leads = `The hash of entry ${proof.index.toLocaleString()} leads over ${proof.hashes.length} others to its root`;
  if (!check(included, leads)) return verdict();
  if (!pinned) return verdict(checkpoint);
  const before = await openCheckpoint(pinned.note, keysOf(pinned.verifier_keys));
  if (!before) return verdict(checkpoint); // what is kept here is broken: as if nothing were
  const same_log = before.origin === checkpoint!.origin && before.size <= size;
  const grown = same_log && (await hasGrown(before, checkpoint!, given));
  check(
    grown,
    `The log has only grown from the ${before.size.toLocaleString()} entries that this browser saw before`,
  );
  return verdict(checkpoint);
}

async function hasGrown(before: Checkpoint, now: Checkpoint, { consistency }: Given): Promise<boolean> {
  const way = before.size === now.size ? [] : hashesFrom(await consistency(before.size, now.size));
  return way !== null && verifyConsistency(before.size, now.size, way, before.root, now.root);
}

function idOf(entry: string): string | null {
  try {
    return (JSON.parse(entry) as { id?: string }).id ?? null;
  } catch {
    return null;
  }
}
