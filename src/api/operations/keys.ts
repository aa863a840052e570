// The ring of keys that the deployment holds: what is still made under which, so that an old one can be taken out.
import * as v from "valibot";
import { ActorId } from "../../schema/identifier.ts";
import { KeyUse } from "../../schema/key-use.ts";
import { operation } from "../operation.ts";

export const keyOperations = {
  sweepKeys: operation({
    method: "POST",
    path: "/v1/principals/{principal_id}/key-sweep",
    tag: "people",
    summary: "Seal anew what older keys seal, and say what each key is still used for",
    description:
      "For whoever rotates the deployment's keys. What others hold (tokens, codes, a worker's key id, an integration's address) cannot be made anew here and is counted; `key_id` is null where the key is not known. `npm run keys` asks this of everybody.",
    caller: "session",
    api_tokens: true,
    permission: "system:admin",
    rate: { class: "api" },
    params: v.strictObject({ principal_id: ActorId }),
    reply: {
      status: 200,
      schema: v.object({ newest_key_id: v.string(), key_ids: v.array(v.string()), uses: v.array(KeyUse) }),
    },
    problems: ["not_found"],
    event: "key.swept",
    calls_max: 2,
  }),
};
