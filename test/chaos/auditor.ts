// An auditor of the load: reads the log as it grows, and keeps every checkpoint that it is shown.
import { setTimeout as wait } from "node:timers/promises";
import { AnswerError, type Client, ConnectionError, ProblemError } from "../../src/api/client.ts";
import { AuditTrail } from "../e2e/audit-trail.ts";
import type { Stage } from "./stage.ts";

const EXPORT_MS = 60_000;

export class Auditor {
  readonly trail: AuditTrail;
  readonly client: Client;
  readonly #stage: Stage;
  #exported_ms = Date.now();

  constructor(stage: Stage, client: Client) {
    this.#stage = stage;
    this.client = client;
    this.trail = new AuditTrail(client);
  }

  async act(): Promise<void> {
    while (!this.#stage.isOver()) {
      await wait(5 * this.#stage.pause_ms);
      if (!this.#stage.isQuiet()) await this.look();
    }
  }

  /** Whatever the log takes back is a violation; that it cannot be read for a while is none. */
  async look(): Promise<void> {
    const { caller, ledger } = this.#stage;
    const checkpoint = await caller.once("checkpoint", () => this.client.readCheckpoint(), ["not_found"]);
    if (checkpoint?.ok)
      ledger.checkpoints.add(new TextDecoder().decode(checkpoint.answer.body as Uint8Array));
    const read = async () => {
      try {
        await this.trail.read();
      } catch (error) {
        const isOfTheCall = [ProblemError, AnswerError, ConnectionError].some(
          (kind) => error instanceof kind,
        );
        if (isOfTheCall) throw error;
        ledger.violate(`the log: ${(error as Error).message}`);
      }
    };
    await caller.once("audit events", read);
    if (Date.now() - this.#exported_ms < EXPORT_MS) return;
    this.#exported_ms = Date.now();
    await caller.once("audit export", () => this.client.exportEvents({ query: { format: "jsonl" } }));
  }
}
