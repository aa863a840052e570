// Addresses that are turned away after repeated refusals: the deployment's operators see and lift them.
import * as v from "valibot";
import { AddressBlock } from "../../schema/block.ts";
import { BlockId } from "../../schema/identifier.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

export const blockOperations = {
  listBlocks: operation({
    method: "GET",
    path: "/v1/blocks",
    tag: "people",
    summary: "Addresses that are blocked at present (ADMIN of main)",
    description:
      "The thousand newest. An address is blocked after repeated refusals, and each time for longer.",
    caller: "session",
    permission: "system:admin",
    rate: { class: "api" },
    query: v.strictObject(PageQuery),
    reply: { status: 200, schema: page("blocks", AddressBlock) },
    event: "block.read",
    calls_max: 2,
  }),
  liftBlock: operation({
    method: "DELETE",
    path: "/v1/blocks/{block_id}",
    tag: "people",
    summary: "Lift a block (ADMIN of main)",
    description:
      "What the address has done is forgotten. Locations that have just met it hear of that within 15 seconds.",
    caller: "session",
    permission: "system:admin",
    recent_authentication: true,
    rate: { class: "api" },
    params: v.strictObject({ block_id: BlockId }),
    reply: { status: 204 },
    problems: ["not_found"],
    event: "block.lifted",
    calls_max: 4,
  }),
};
