// Handlers of API tokens.
import { type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import { principalOf } from "./auth.ts";

export const tokenHandlers: Handlers<"createToken" | "listTokens" | "revokeToken"> = {
  createToken({ actor, env, body }) {
    const { name, permissions, expires_in_days } = body;
    const created = principalOf({ actor, env }).createToken(
      actor,
      name,
      [...new Set(permissions)],
      expires_in_days,
    );
    return replyChanged(created, (made) => made);
  },

  listTokens({ actor, env }) {
    return replyWith(principalOf({ actor, env }).tokens(), (tokens) => ({
      api_tokens: [...tokens],
      count: tokens.length,
      next_cursor: null,
    }));
  },

  revokeToken({ actor, env, params }) {
    return replyChanged(principalOf({ actor, env }).revokeToken(actor, params.token_id), () => undefined);
  },
};
