// Reads on their way to the audit log. This isolate merges equal ones, whoever's they are, and once a second tells each
// workspace's log the first of each kind; what is only to be counted, or what a log has not taken, is stored by a shard of
// strangers, for all in one commit. So a read costs its reader's object nothing. A crash loses at most the last second.
import type { Happening } from "../audit/event.ts";
import { ANSWER_MS, MERGE_MS, Observed, SEND_MS } from "../audit/observed.ts";
import type { Env } from "../config.ts";
import { logLine } from "../protocol/output-encoding.ts";
import { randomId } from "../protocol/random.ts";
import type { UnsequencedEvent } from "../schema/audit-event.ts";
import type { EventType } from "../schema/event-type.ts";
import { fromText } from "../schema/messages/admission.ts";
import type { EventBatch } from "../schema/messages/outbox.ts";
import type { Actor } from "../schema/messages/request.ts";
import type { CountedRead, ReadBatch } from "../schema/messages/strangers.ts";
import { anyStrangers } from "./strangers.ts";

/** A shard has this long to store a batch. Then it is asked again after half a second, one, two, four: 23 s at most. */
const KEEP_MS = 3_000;
const RETRY_FIRST_MS = 500;
const TRIES_MAX = 5;

/** What the runtime says of a method that an object of the version before does not have. */
const NOT_IMPLEMENTED = /does not implement/u;

/** More than an isolate serves within a second, and within a minute. */
const BOUNDS = { kinds_max: 10_000, sent_kinds_max: 50_000 };

type Objects = Pick<Env, "AUDIT_LOG" | "STRANGERS">;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Reads {
  readonly #observed = new Observed(BOUNDS);
  readonly #pause: (ms: number) => Promise<void>;
  readonly #anyShard: () => string;
  /** Until when somebody is thought to be about to tell. */
  #awaited_until_ms = Number.NEGATIVE_INFINITY;
  /** The shard that stores what this isolate counts: for a minute, so that an outage of a log crowds none. */
  #shard = { name: "", until_ms: Number.NEGATIVE_INFINITY };

  /** `anyShard` draws the name of one. */
  constructor(wait = pause, anyShard = anyStrangers) {
    this.#pause = wait;
    this.#anyShard = anyShard;
  }

  /** Notes a read; work for after the answer, where nobody else is about to tell. */
  note(read: Happening, workspace: string, objects: Objects): Promise<void> | null {
    this.#observed.note(read, workspace);
    const now_ms = Date.now();
    if (now_ms < this.#awaited_until_ms) return null;
    this.#awaited_until_ms = now_ms + 2 * SEND_MS; // a request that is cut off tells nobody
    return this.#pause(SEND_MS).then(() => this.tell(objects));
  }

  /** Tells whatever was noted. Never throws: what no shard stores in time is reported as lost. */
  async tell(objects: Objects): Promise<void> {
    this.#awaited_until_ms = Number.NEGATIVE_INFINITY;
    const tellLog = (workspace: string, events: readonly UnsequencedEvent[]) =>
      this.#tellLog(workspace, events, objects);
    await this.#observed.tellFirsts(tellLog, Date.now());
    const reads: CountedRead[] = [];
    this.#observed.take(Date.now(), ({ key, destination: workspace, first, event, count }) =>
      reads.push({ workspace, key, first, event, count }),
    );
    if (reads.length > 0) await this.#keep({ id: randomId("rds_"), reads }, objects);
  }

  /** Whether the log is known to have taken them, or to be gone. */
  async #tellLog(
    workspace: string,
    rows: readonly UnsequencedEvent[],
    { AUDIT_LOG }: Objects,
  ): Promise<boolean> {
    const incarnation = randomId("inc_");
    const batch = { version: 1, source: "reads", incarnation, first_sequence: 1, loose: true, rows } as const;
    const ask = async () => AUDIT_LOG.getByName(workspace).append(batch as EventBatch);
    const taken = ask().then(
      ({ gone, next_sequence }) => gone === true || next_sequence > rows.length,
      () => false,
    );
    return Promise.race([taken, this.#pause(ANSWER_MS).then(() => false)]);
  }

  #drawn() {
    const now_ms = Date.now();
    if (now_ms >= this.#shard.until_ms) this.#shard = { name: this.#anyShard(), until_ms: now_ms + MERGE_MS };
    return this.#shard;
  }

  async #keep(batch: ReadBatch, objects: Objects): Promise<void> {
    const shard = this.#drawn();
    for (let tries = 1; ; tries += 1) {
      try {
        const late = this.#pause(KEEP_MS).then(() => Promise.reject(new Error("the shard does not answer")));
        return await Promise.race([objects.STRANGERS.getByName(shard.name).keepReads(batch), late]);
      } catch (defect) {
        if (NOT_IMPLEMENTED.test((defect as Error).message)) return this.#tellCounted(batch, objects);
        shard.until_ms = Number.NEGATIVE_INFINITY; // what comes now goes to another
        if (tries === TRIES_MAX) return lost(batch, defect as Error);
        await this.#pause(RETRY_FIRST_MS * 2 ** (tries - 1));
      }
    }
  }

  /** Where the shard is of the version before: tells each log at once what it would have counted for a minute. */
  async #tellCounted({ id, reads }: ReadBatch, objects: Objects): Promise<void> {
    for (const [workspace, own] of Map.groupBy(reads, (read) => read.workspace)) {
      const events = own.flatMap(({ first, event, count }) => [
        ...(first ? [first] : []),
        ...(count > 0
          ? [{ ...fromText(event), id: randomId("evt_"), metadata: { version: 1, count } as const }]
          : []),
      ]);
      if (await this.#tellLog(workspace, events, objects)) continue;
      lost({ id, reads: own }, new Error("neither shard nor log has taken them"));
    }
  }
}

function lost({ reads }: ReadBatch, { message }: Error): void {
  const count = reads.reduce((sum, read) => sum + read.count + (read.first ? 1 : 0), 0);
  // biome-ignore lint/suspicious/noConsole: structured lines are how Workers log
  console.error(logLine({ level: "error", what: "reads are missing in the audit", count, message }));
}

/** This isolate's. */
export const reads = new Reads();

/** Notes what a caller was admitted to read; work for after the answer, where this is to be told. */
export function noteRead(
  type: EventType,
  { actor, allowed_by }: { readonly actor: Actor | null; readonly allowed_by?: string | undefined },
  target: string,
  env: Env,
): Promise<void> | null {
  if (actor === null) return null;
  const targets = target === "" ? [] : [target];
  const read = { type, at_ms: Date.now(), by: actor, rule: allowed_by ?? null, targets };
  return reads.note(read, actor.workspace, env);
}
