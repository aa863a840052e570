// Which shard of strangers answers for an address: one of 1,024, by keyed hash, so that nobody can aim at one.
import type { Config, Env } from "../config.ts";
import { networkOf } from "../domain/network.ts";
import { utf8 } from "../protocol/base64url.ts";
import { sign } from "../protocol/mac.ts";
import type { StrangersRpc } from "../schema/messages/strangers.ts";

const SHARDS = 1_024;

export async function strangersFor(address: string, config: Config, env: Env): Promise<StrangersRpc> {
  const { key_ring } = config;
  const key = await key_ring.deriveMac(key_ring.newest.key_id, "strangers-shard");
  const mac = await sign(key, utf8(networkOf(address, "exact")));
  const shard = new DataView(mac.buffer).getUint16(0) % SHARDS;
  return env.STRANGERS.getByName(`strangers/${shard}`);
}
