// Handlers of blocked addresses: what the operators' workspace lists, and the shard that lifts a block.

import type { Operations } from "../api/operations/index.ts";
import { networkOf } from "../domain/network.ts";
import { blocksOf } from "../edge/blocks.ts";
import { type Call, type Handlers, replyChanged } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import { strangersFor } from "../edge/strangers.ts";

export const blockHandlers: Handlers<"listBlocks" | "liftBlock"> = {
  listBlocks(call) {
    return replyPage(call, "blocks", (limit, after) => workspaceOf(call).blocks(limit, after));
  },

  /** The shard first: what is on the list can be lifted again, if anything fails in between. */
  async liftBlock(call) {
    const { actor, params, config, env } = call;
    const found = await workspaceOf(call).block(params.block_id);
    if (!found.ok) return found;
    const { address } = found.value;
    await (await strangersFor(address, config, env)).liftBlock(address);
    blocksOf(config).forget(networkOf(address, "exact"));
    return replyChanged(workspaceOf(call).liftBlock(actor, params.block_id), () => undefined);
  },
};

const workspaceOf = ({ env, actor }: Call<Operations["listBlocks" | "liftBlock"]>) =>
  env.WORKSPACE.getByName(actor.workspace);
