// The keys that sign a log's checkpoints: one for each master key of the ring, derived from it for this workspace alone.
// All of them sign while they are in the ring, so that whoever knows an older one can still check newer checkpoints.
import { utf8 } from "../../src/protocol/base64url.ts";
import type { KeyRing } from "../../src/protocol/key-ring.ts";
import { type NoteSigner, signerOf } from "../../src/protocol/signed-note.ts";

const PURPOSE = "audit-checkpoint";

/** The signers of that log, newest first. */
export function checkpointSigners(ring: KeyRing, workspace: string, origin: string): Promise<NoteSigner[]> {
  return Promise.all(
    ring
      .ids()
      .map(async (key_id) => signerOf(origin, await ring.deriveBytes(key_id, PURPOSE, utf8(workspace)))),
  );
}
