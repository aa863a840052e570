// A reader's copy of the audit log: it follows the log as it grows, and throws where the log takes back,
// renumbers or repeats what it has shown before.
import { deepStrictEqual } from "node:assert";
import type { Answer, Client } from "../../src/api/client.ts";
import { pages } from "../../src/cli/pages.ts";

export type Event = Answer<"listEvents">["body"]["events"][number];

export class AuditTrail {
  /** By index. */
  readonly events: Event[] = [];
  readonly #ids = new Set<string>();
  readonly #admin: Client;

  constructor(admin: Client) {
    this.#admin = admin;
  }

  has(event_id: string): boolean {
    return this.#ids.has(event_id);
  }

  /** Reads what is new, newest first, down to the last event that is known, which must still be there. */
  async read(): Promise<void> {
    const fresh: Event[] = [];
    for await (const { events } of pages((query) => this.#admin.listEvents({ query }))) {
      for (const event of events) {
        const above = fresh.at(-1);
        if (above && event.index !== above.index - 1)
          throw new Error(`the log jumps from index ${above.index} to ${event.index}`);
        const known = this.events[event.index];
        if (known) deepStrictEqual(event, known, `event ${event.index} has changed`);
        fresh.push(event);
      }
      if ((fresh.at(-1)?.index ?? 0) < this.events.length) break;
    }
    // The first events are on their way for a second.
    if (fresh.length === 0 && this.events.length === 0) return;
    const newest = fresh[0]?.index ?? -1;
    if (newest < this.events.length - 1) throw new Error(`the log has shrunk to index ${newest}`);
    const lowest = fresh.at(-1)!.index;
    if (lowest > this.events.length) throw new Error(`the log ends at ${lowest}, above what is known`);
    for (const event of fresh.reverse()) {
      if (event.index < this.events.length) continue;
      if (this.#ids.has(event.id)) throw new Error(`event ${event.id} is in the log twice`);
      this.#ids.add(event.id);
      this.events.push(event);
    }
  }
}
