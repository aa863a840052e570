// A principal's open streams of feeds. Each is a row here and a connection at its project, with a lease of 30 s that
// the project renews. Whatever changes here, sessions, tokens, roles, is followed by a review: streams that may not
// go on are closed at their projects before the change is answered; a project that cannot be reached lets them run
// out of their lease, and the answer waits for that. So a revocation costs one call a project, and none where
// nothing is open. Refuses a sixth stream (`too_many_streams`).
import { permissionsInForce, permissionsOf } from "../../src/domain/role.ts";
import { idleDeadline } from "../../src/domain/session.ts";
import { STREAM_LIMITS } from "../../src/domain/stream.ts";
import type { Leases, Standing, StreamClaim } from "../../src/schema/messages/stream.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { pause, within } from "../within.ts";
import type { Core } from "./core.ts";
import type { SessionRow } from "./session-store.ts";
import type { StreamStore } from "./stream-store.ts";

export class Streams {
  readonly #core: Core;
  readonly #store: StreamStore;
  readonly #lastUseOf: (row: SessionRow) => number;
  #rows: StreamClaim[] | null = null;
  readonly #closing = new Map<string, Promise<void>>();

  constructor(core: Core, store: StreamStore, lastUseOf: (row: SessionRow) => number) {
    this.#core = core;
    this.#store = store;
    this.#lastUseOf = lastUseOf;
    core.onChange(() => this.#review());
  }

  /** Takes a place for a stream; answers its lease in ms. */
  async open(claim: StreamClaim): Promise<Result<number>> {
    const { object } = this.#core;
    if (this.#open().length >= STREAM_LIMITS.per_principal) await this.#forgetVanished();
    return object.transact(() => {
      const lease_ms = this.#leaseOf(claim);
      if (lease_ms <= 0) return refuse("session_ended", { rule: "stream" });
      if (this.#open().length >= STREAM_LIMITS.per_principal) return refuse("too_many_streams", TOO_MANY);
      this.#store.insert(claim);
      this.#rows = null;
      return ok(lease_ms);
    });
  }

  /** The project's report of all that it holds open: what it no longer holds is forgotten, the rest gets a lease. */
  confirm(project: string, ids: readonly string[]): Leases {
    const held = new Set(ids);
    const here = this.#open().filter((row) => row.project === project);
    this.forget(here.map(({ id }) => id).filter((id) => !held.has(id)));
    const leases = here.map((row): [string, number] => [row.id, held.has(row.id) ? this.#leaseOf(row) : 0]);
    return Object.fromEntries(leases.filter(([, lease_ms]) => lease_ms > 0));
  }

  /** Whether what a stream, or a reader of a document, lives by is there still. */
  stands(standing: Standing): boolean {
    return this.#leaseOf(standing) > 0;
  }

  forget(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#core.object.transact(() => this.#store.delete(ids));
    this.#rows = null;
  }

  /** The answer to what may have ended sessions or rights, once every stream that lived by them is closed. */
  async closedBefore<Answer>(work: Answer | Promise<Answer>): Promise<Answer> {
    const answer = await work;
    while (this.#closing.size > 0) await Promise.all(this.#closing.values());
    return answer;
  }

  #open(): StreamClaim[] {
    if (!this.#core.object.isCreated()) return [];
    this.#rows ??= this.#store.all();
    return this.#rows;
  }

  #review(): void {
    this.#rows = null;
    const ended = this.#open().filter((row) => !this.#closing.has(row.id) && this.#leaseOf(row) <= 0);
    for (const [project, rows] of Map.groupBy(ended, (row) => row.project)) {
      const ids = rows.map(({ id }) => id);
      const closed = this.#close(project, ids).finally(() => {
        for (const id of ids) this.#closing.delete(id);
      });
      for (const id of ids) this.#closing.set(id, closed);
    }
  }

  /** Until the project has closed them, or their leases have run out there. */
  async #close(project: string, ids: readonly string[]): Promise<void> {
    const { lease_ms, retry_ms } = STREAM_LIMITS;
    let over = false;
    // The review may run inside a transaction: calls leave after it.
    await null;
    await within(lease_ms, async () => {
      const close = () => this.#project(project).closeStreams(ids);
      while (!over && !(await within(lease_ms, close))) await pause(retry_ms);
    });
    over = true;
    this.forget(ids);
  }

  /** Forgets those that their projects no longer hold, having lost them without a word; nobody is believed silent. */
  async #forgetVanished(): Promise<void> {
    const byProject = Map.groupBy(this.#open(), (row) => row.project);
    const asked = [...byProject].map(async ([project, rows]) => {
      const ids = rows.map(({ id }) => id);
      const open = await within(STREAM_LIMITS.renewal_ms, () => this.#project(project).openStreams(ids));
      if (open) this.forget(ids.filter((id) => !open.value.includes(id)));
    });
    await Promise.all(asked);
  }

  #project(name: string) {
    return this.#core.object.env.PROJECT.getByName(name);
  }

  /** For how many ms the stream may go on; 0 and below: it must end. Never counts as a use of its session. */
  #leaseOf({ credential_id, roles, permissions }: Standing): number {
    const now_ms = this.#core.object.now();
    const credential = this.#credential(credential_id);
    if (!credential || this.#core.store.account().status !== "active") return 0;
    const { overrides } = this.#core;
    const present = this.#core.rolesInForce();
    const granted = permissionsInForce(present, overrides.all(), this.#core.hasFactor(), now_ms);
    if ((granted & credential.limited_to) !== permissions || present.join() !== roles.join()) return 0;
    return Math.min(STREAM_LIMITS.lease_ms, credential.until_ms - now_ms);
  }

  /** What is left of the credential that opened a stream; null where it is gone. */
  #credential(id: string): { limited_to: number; until_ms: number } | null {
    const { tokens, rows, keys, config } = this.#core;
    const key = keys.find(id);
    if (key) return { limited_to: EVERYTHING, until_ms: key.expires_at_ms ?? Number.POSITIVE_INFINITY };
    const token = tokens.find(id);
    if (token) return { limited_to: permissionsOf(token.permissions), until_ms: token.expires_at_ms };
    const family = rows.find(id)?.family;
    // Renewed or not, the session lives on in the last of its family.
    const live = rows.all().find((row) => row.family === family);
    if (!live) return null;
    const idle_ms = idleDeadline(this.#lastUseOf(live), config.session);
    return { limited_to: EVERYTHING, until_ms: Math.min(live.absolute_deadline_ms, idle_ms) };
  }
}

const EVERYTHING = -1;
const TOO_MANY = {
  detail: `at most ${STREAM_LIMITS.per_principal} open streams at a time; close one first`,
  retry_after_seconds: STREAM_LIMITS.lease_ms / 1_000,
};
