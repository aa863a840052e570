// Whoever answers for an endpoint must be there, active, and able to read what it hears of: a member of its project or an
// ADMIN. While they are not, nothing is sent and everything is kept. Asked for whenever deliveries begin, once a second at
// most; no answer counts as no.
import type { ObjectSurface } from "../object-surface.ts";
import { within } from "../within.ts";
import type { EndpointStore } from "./endpoint-store.ts";

const FRESH_MS = 1_000;
const ASK_MS_MAX = 5_000;
/** When it is asked for again after a no. */
const LOOK_MS = 300_000;
/** And after no answer. */
const RETRY_MS = 5_000;

export class Standing {
  readonly #object: ObjectSurface;
  readonly #store: EndpointStore;
  #asked_at_ms = Number.NEGATIVE_INFINITY;
  #is_held = false;
  #next_look_ms = 0;

  constructor(object: ObjectSurface, store: EndpointStore) {
    this.#object = object;
    this.#store = store;
  }

  /** Whether the last answer was no. */
  get isHeld(): boolean {
    return this.#is_held;
  }

  /** Not asked for again before; 0 where nothing stands in the way. */
  nextLook(): number {
    return this.#next_look_ms;
  }

  /** Somebody else may answer for it now. */
  forget(): void {
    this.#asked_at_ms = Number.NEGATIVE_INFINITY;
    this.#next_look_ms = 0;
    this.#is_held = false;
  }

  async mayDeliver(): Promise<boolean> {
    const now_ms = this.#object.now();
    if (now_ms - this.#asked_at_ms < FRESH_MS) return !this.#is_held;
    const { responsible, version, project_id, is_closing } = this.#store.endpoint();
    const principal = this.#object.env.PRINCIPAL.getByName(`${this.#object.workspace()}/${responsible}`);
    const asked = await within(ASK_MS_MAX, () => principal.mayAnswerFor(project_id, is_closing));
    // Somebody else may answer for it meanwhile.
    if (this.#store.endpoint().version !== version) return this.mayDeliver();
    this.#asked_at_ms = now_ms;
    this.#is_held = !asked?.value;
    this.#next_look_ms = this.#is_held ? now_ms + (asked ? LOOK_MS : RETRY_MS) : 0;
    return !this.#is_held;
  }
}
