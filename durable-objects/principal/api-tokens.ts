// API tokens: a named, expiring part of the owner's permissions, for programs. Shown once, kept as a hash.
// A token never exceeds what its owner may do now, dies with a suspension, and cannot step up.
import { allows } from "../../src/domain/role.ts";
import { mintBearerToken } from "../../src/protocol/bearer-token.ts";
import { withChecksum } from "../../src/protocol/leak-checksum.ts";
import { sha256 } from "../../src/protocol/mac.ts";
import { randomBytes, randomId } from "../../src/protocol/random.ts";
import type { ApiToken } from "../../src/schema/account.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { Permission } from "../../src/schema/role.ts";
import { toIso } from "../../src/schema/text.ts";
import type { TokenRow } from "./api-token-store.ts";
import type { Core } from "./core.ts";

const TOKENS_MAX = 50;
const DAY_MS = 86_400_000;

export class ApiTokens {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  async create(
    actor: Actor,
    name: string,
    permissions: readonly Permission[],
    days: number,
  ): Promise<Result<Changed<{ api_token: ApiToken; token: string }>>> {
    const { config, workspace } = this.#core;
    const id = randomId("tok_");
    const secret = randomBytes(32);
    const claims = { workspace, principal_id: actor.principal_id, id, secret };
    const token = withChecksum(await mintBearerToken(config.key_ring, "api", claims));
    const work = (now_ms: number) => {
      if (permissions.some((permission) => !allows(actor.permissions, permission))) {
        return refuse("permission_denied", { rule: "more_than_own_permissions" });
      }
      if (this.#core.tokens.all().length >= TOKENS_MAX) {
        return refuse("quota_exceeded", { detail: `at most ${TOKENS_MAX} API tokens; revoke one first` });
      }
      const times = { created_at_ms: now_ms, expires_at_ms: now_ms + days * DAY_MS, last_used_at_ms: null };
      const row = { id, name, secret_hash: sha256(secret), permissions, ...times };
      this.#core.tokens.insert(row);
      this.#core.object.wakeBy(row.expires_at_ms);
      return ok({ api_token: viewOf(row), token });
    };
    const details = { permissions: [...permissions], days };
    return this.#core.change(actor, "token.created", work, { targets: [id], details });
  }

  list(): Result<readonly ApiToken[]> {
    return ok(this.#core.tokens.all().map(viewOf));
  }

  revoke(actor: Actor, id: string): Result<Changed<null>> {
    const work = () => (this.#core.tokens.delete(id) ? ok(null) : refuse("not_found"));
    return this.#core.change(actor, "token.revoked", work, { targets: [id] });
  }
}

const viewOf = (row: TokenRow): ApiToken => ({
  id: row.id,
  name: row.name,
  permissions: [...row.permissions],
  created_at: toIso(row.created_at_ms),
  expires_at: toIso(row.expires_at_ms),
  last_used_at: row.last_used_at_ms === null ? null : toIso(row.last_used_at_ms),
});
