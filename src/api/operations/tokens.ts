// API tokens of the caller, for programs.
import * as v from "valibot";
import { ApiToken } from "../../schema/account.ts";
import { TokenId } from "../../schema/identifier.ts";
import { Permission } from "../../schema/role.ts";
import { line } from "../../schema/text.ts";
import { operation } from "../operation.ts";

export const tokenOperations = {
  createToken: operation({
    method: "POST",
    path: "/v1/tokens",
    tag: "people",
    summary: "Make an API token: shown once, and never more than your present permissions",
    description:
      "It ends with a checksum that leak scanners recognise. It dies with a suspension and cannot step up.",
    caller: "session",
    recent_authentication: true,
    rate: { class: "login" },
    body: v.strictObject({
      name: line(80),
      permissions: v.pipe(
        v.array(Permission),
        v.minLength(1, "expected at least one permission"),
        v.maxLength(17),
      ),
      expires_in_days: v.optional(
        v.pipe(
          v.number(),
          v.integer("expected a whole number of days"),
          v.minValue(1, "expected 1 to 365 days"),
          v.maxValue(365, "expected 1 to 365 days"),
        ),
        90,
      ),
    }),
    reply: { status: 201, schema: v.object({ api_token: ApiToken, token: v.string() }) },
    problems: ["quota_exceeded"],
    idempotency_key: "names_created",
    event: "token.created",
    calls_max: 2,
    example: { name: "nightly import", permissions: ["project:list", "task:create"], expires_in_days: 30 },
  }),
  listTokens: operation({
    method: "GET",
    path: "/v1/tokens",
    tag: "people",
    summary: "Your API tokens, without their secrets",
    caller: "session",
    rate: { class: "api" },
    reply: {
      status: 200,
      schema: v.object({ api_tokens: v.array(ApiToken), count: v.number(), next_cursor: v.null() }),
    },
    event: "token.read",
    calls_max: 2,
  }),
  revokeToken: operation({
    method: "DELETE",
    path: "/v1/tokens/{token_id}",
    tag: "people",
    summary: "Revoke an API token: its next request fails",
    caller: "session",
    rate: { class: "api" },
    params: v.strictObject({ token_id: TokenId }),
    reply: { status: 204 },
    problems: ["not_found"],
    event: "token.revoked",
    calls_max: 2,
  }),
};
