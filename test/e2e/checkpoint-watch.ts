// A reader who keeps every checkpoint that a log ever shows, while its server is killed and restarted: each is signed,
// each has grown from the one before, and no two disagree.
import { setTimeout as wait } from "node:timers/promises";
import { type Client, ConnectionError, ProblemError } from "../../src/api/client.ts";
import { growthFault } from "../../src/cli/client/pinned-log.ts";
import { fromService } from "../../src/cli/log-source.ts";
import { type Checkpoint, parseCheckpoint } from "../../src/protocol/checkpoint.ts";
import { verifyLog } from "../../src/protocol/log-verification.ts";
import { openNote, parseVerifierKey, type VerifierKey } from "../../src/protocol/signed-note.ts";
import type { Event } from "./audit-trail.ts";

/** Five a second, far from the coarse limit of 600 requests a minute. */
const POLL_MS = 200;
/** A log is published a second or two after an event. */
const PUBLISHED_MS_MAX = 30_000;

export class CheckpointWatch {
  readonly #client: Client;
  #keys: VerifierKey[] = [];
  /** As they were seen; those before `#proved` are proved to have grown from one another. */
  readonly #seen: Checkpoint[] = [];
  #proved = 0;
  #note = "";
  #watching = true;
  #fault: unknown = null;
  readonly #looking: Promise<void>;

  /** Looks from now on, also while nobody answers. */
  constructor(client: Client) {
    this.#client = client;
    this.#looking = this.#look().catch((fault: unknown) => {
      this.#fault = fault;
    });
  }

  /** Checkpoints that were seen, each once. */
  get count(): number {
    return this.#seen.length;
  }

  /** Proves that each checkpoint has grown from the one before, so that all agree. Throws at the first that has not. */
  async prove(): Promise<void> {
    if (this.#fault) throw this.#fault;
    while (this.#proved < this.#seen.length - 1) {
      const [older, newer] = [this.#seen[this.#proved]!, this.#seen[this.#proved + 1]!];
      const fault = await growthFault(this.#client, older, newer);
      if (fault) throw new Error(`two signed checkpoints disagree: ${fault}`);
      this.#proved += 1;
    }
  }

  /** Looks no more; recomputes the whole log from R2, whose entries must be those events, and proves the rest. */
  async end(events: readonly Event[]): Promise<void> {
    for (const deadline_ms = Date.now() + PUBLISHED_MS_MAX; ; await wait(POLL_MS)) {
      if (this.#fault || (this.#seen.at(-1)?.size ?? 0) >= events.length) break;
      if (Date.now() > deadline_ms) throw new Error(`of ${events.length} events not all were published`);
    }
    this.#watching = false;
    await this.#looking;
    await this.prove();
    const verdict = await verifyLog({
      read: fromService(this.#client),
      keys: this.#keys,
      seen: this.#seen.at(-1)!,
      check: (entry, index) => {
        const { id } = JSON.parse(new TextDecoder().decode(entry)) as { id: string };
        return id === (events[index]?.id ?? id) ? null : `is ${id}, and was read as ${events[index]!.id}`;
      },
    });
    if (!verdict.ok) throw new Error(`${verdict.fault.path}: ${verdict.fault.problem}`);
  }

  /** What is wrong with a checkpoint ends it, and is thrown by whatever is asked next. */
  async #look(): Promise<void> {
    for (; this.#watching; await wait(POLL_MS)) {
      try {
        await this.#keep(new TextDecoder().decode((await this.#client.readCheckpoint()).body));
      } catch (error) {
        // Killed, restarting, or not yet published.
        if (!(error instanceof ConnectionError || error instanceof ProblemError)) throw error;
      }
    }
  }

  async #keep(note: string): Promise<void> {
    if (note === this.#note) return;
    this.#keys = this.#keys.length > 0 ? this.#keys : await this.#readKeys();
    const opened = await openNote(note, this.#keys);
    const checkpoint = opened && parseCheckpoint(opened.text);
    if (!checkpoint) throw new Error(`a checkpoint that the log has not signed:\n${note}`);
    this.#seen.push(checkpoint);
    this.#note = note;
  }

  /** Those that signed at first: the log's own list is believed once. */
  async #readKeys(): Promise<VerifierKey[]> {
    const { verifier_keys } = (await this.#client.listVerifierKeys()).body;
    return verifier_keys.map((text) => parseVerifierKey(text)!);
  }
}
