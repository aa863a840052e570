// Handlers of the key ring's upkeep.
import { type Handlers, replyChanged } from "../edge/call.ts";

export const keyHandlers: Handlers<"sweepKeys"> = {
  sweepKeys({ actor, env, params, config }) {
    const principal = env.PRINCIPAL.getByName(`${actor.workspace}/${params.principal_id}`);
    return replyChanged(principal.sweepKeys(actor), (uses) => ({
      newest_key_id: config.key_ring.newest.key_id,
      key_ids: config.key_ring.ids(),
      uses: [...uses],
    }));
  },
};
