// A document takes as long as its reader likes, who may lose the session or the rights meanwhile: it then breaks off.
import type { Env } from "../config.ts";
import type { Actor } from "../schema/messages/request.ts";
import type { Download } from "./call.ts";

/** As long as a stream of the feed goes on without being able to confirm its session. */
const CONFIRMED_MS = 5_000;

/**
 * The same document for as long as the reader's credential lives, with the rights that it came with: asked anew before
 * whatever leaves five seconds after the last answer. It ends with an error where that is over, or nobody answers.
 */
export function whileStanding(
  download: Download,
  actor: Actor | null,
  env: Pick<Env, "PRINCIPAL">,
): Download {
  if (actor === null) return download;
  const { workspace, principal_id, session_id: credential_id, roles, permissions } = actor;
  let confirmed_ms = Date.now();
  const guard = new TransformStream<Uint8Array, Uint8Array>({
    async transform(bytes, controller) {
      if (Date.now() - confirmed_ms >= CONFIRMED_MS) {
        const principal = env.PRINCIPAL.getByName(`${workspace}/${principal_id}`);
        if (!(await principal.stands({ credential_id, roles, permissions })))
          throw new Error("whoever asked for this document may no longer read it");
        confirmed_ms = Date.now();
      }
      controller.enqueue(bytes);
    },
  });
  return { ...download, document: download.document.pipeThrough(guard) };
}
