// Handlers of the workspace's certificate authorities.
import { type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import { utf8 } from "../protocol/base64url.ts";
import { ok } from "../schema/result.ts";
import { workspaceOf } from "./people.ts";

export const pkiHandlers: Handlers<"readAuthorities" | "readRevocationList" | "rotateAuthority"> = {
  async readAuthorities(call) {
    return ok({ body: utf8(await workspaceOf(call).authorities(call.actor)) });
  },

  readRevocationList(call) {
    const list = workspaceOf(call).revocationList(call.actor, call.query.authority ?? null);
    return replyWith(list, (der) => new Uint8Array(der));
  },

  rotateAuthority(call) {
    return replyChanged(workspaceOf(call).rotateAuthority(call.actor), (authority) => ({ authority }));
  },
};
