// The log for anyone: its sequencer says whether it is published; tiles then come straight from R2.

import type { Operations } from "../api/operations/index.ts";
import type { Call, Handlers } from "../edge/call.ts";
import { utf8 } from "../protocol/base64url.ts";
import { parseTilePath } from "../protocol/tile.ts";
import type { PublicLog } from "../schema/messages/audit-log.ts";
import { ok, refuse } from "../schema/result.ts";
import { readTile, replyRaw } from "./audit-log.ts";

type PublicCall = Pick<Call<Operations["readPublicCheckpoint"]>, "env"> & { params: { workspace: string } };

const logOf = ({ env, params }: PublicCall) => env.AUDIT_LOG.getByName(params.workspace);
const published = (call: PublicCall): Promise<PublicLog | null> => logOf(call).published();

export const publicLogHandlers: Handlers<
  "readPublicCheckpoint" | "listPublicVerifierKeys" | "readPublicTile" | "cosignCheckpoint"
> = {
  async readPublicCheckpoint(call) {
    const log = await published(call);
    const note = call.query.cosigned === "true" ? log?.cosigned : log?.checkpoint;
    return note ? ok({ body: utf8(note) }) : refuse("not_found");
  },

  async listPublicVerifierKeys(call) {
    const log = await published(call);
    return log ? ok({ body: { verifier_keys: [...log.verifier_keys] } }) : refuse("not_found");
  },

  async readPublicTile(call) {
    const { workspace, level, path } = call.params;
    const tile = parseTilePath(`tile/${level}/${path}`);
    if (!tile || !(await published(call))) return refuse("not_found");
    return replyRaw(readTile({ bucket: call.env.AUDIT_BUCKET, workspace }, tile));
  },

  async cosignCheckpoint(call) {
    const cosigned = await logOf(call).cosign(call.body.note, call.context);
    return cosigned.ok ? ok({ ...cosigned.value, body: undefined }) : cosigned;
  },
};
