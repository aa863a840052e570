// Keeps a world in which callers are signed in and things are there, whatever requests take away.
import type { Operation } from "../../src/api/operation.ts";
import { Seen } from "./live.ts";
import type { FuzzedRequest } from "./requests.ts";
import { type Answered, send } from "./send.ts";
import type { Stage, World } from "./world.ts";

/** Operations that take from the world what others need: after a success there is another one. */
export const ENDING =
  /^(?:logout|end|revoke|remove|suspend|erase|delete|renewSession|changePassword|reset|setRoles|setOverride|beginMfa|acceptHandoff|archive|transfer|pauseWorker)/u;

/** Sends each request in a world in which its caller is signed in; several at once share it. */
export class Player {
  readonly #stage: Stage;
  #place: Promise<{ readonly world: World; readonly seen: Seen }> | null = null;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async play(operation: Operation, request: FuzzedRequest): Promise<Answered> {
    const present = this.#place ?? this.#next();
    const { world, seen } = await present;
    const answered = await send(operation, request, this.#stage.server.origin, world, seen);
    const is_over = this.#isOver(request, answered) || !this.#stage.isFresh(world);
    if (is_over && this.#place === present) this.#place = null;
    return answered;
  }

  #next() {
    this.#place = this.#stage.world().then((world) => ({ world, seen: new Seen() }));
    return this.#place;
  }

  /** Whether the request has ended something, or met what an earlier one has ended. */
  #isOver({ operation, caller, spoilt }: FuzzedRequest, { status, reason }: Answered): boolean {
    if (status < 300) return ENDING.test(operation);
    const is_ended = ["session_ended", "authentication_required", "signature_refused"].includes(reason ?? "");
    return is_ended && !spoilt && caller !== "nobody";
  }
}
