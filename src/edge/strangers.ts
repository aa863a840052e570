// Which shard of strangers answers for an address: one of 1,024, by keyed hash, so that nobody can aim at one; and whom a
// stranger claims to be.
import type { Config, Env } from "../config.ts";
import { networkOf } from "../domain/network.ts";
import { userIdOf } from "../domain/principal-id.ts";
import { utf8 } from "../protocol/base64url.ts";
import { sign } from "../protocol/mac.ts";
import { randomBytes } from "../protocol/random.ts";
import type { Claimant, StrangersRpc } from "../schema/messages/strangers.ts";

const SHARDS = 1_024;

export async function strangersFor(address: string, config: Config, env: Env): Promise<StrangersRpc> {
  const { key_ring } = config;
  const key = await key_ring.deriveMac(key_ring.newest.key_id, "strangers-shard");
  const mac = await sign(key, utf8(networkOf(address, "exact")));
  return env.STRANGERS.getByName(shardName(new DataView(mac.buffer).getUint16(0)));
}

/** The name of one of them, for what is about no address. */
export const anyStrangers = (): string => shardName(new DataView(randomBytes(2).buffer).getUint16(0));

const shardName = (random: number): string => `strangers/${random % SHARDS}`;

/** Whoever a body says that they are. */
export const claimantIn = ({ workspace, username }: { workspace: string; username: string }): Claimant => ({
  workspace,
  principal_id: userIdOf(workspace, username.toLowerCase()),
});
